"""Writing a tree as octets: every name gets its declaration, prefixes stay as they are in the tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.documents.canonical import escaped, quoted
from mezhved.infotypes.documents.model import XML, Comment, Element, Instruction

if TYPE_CHECKING:
    from collections.abc import Mapping

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_document(root: Element, *, declaration: bool = True) -> bytes:
    """Return a tree as UTF-8, without a byte order mark."""
    out: list[str] = [_DECLARATION] if declaration else []
    waiting: list[tuple[object, dict[str, str]]] = [(root, {"xml": XML})]
    while waiting:
        node, scope = waiting.pop()
        if isinstance(node, Element):
            inner = _open(node, scope, out)
            if node.children:
                waiting.append((_End(_tag(node)), inner))
                waiting.extend((each, inner) for each in reversed(node.children))
        elif isinstance(node, str):
            out.append(escaped(node))
        elif isinstance(node, _End):
            out.append(f"</{node.tag}>")
        elif isinstance(node, Comment):
            out.append(f"<!--{node.text}-->")
        elif isinstance(node, Instruction):
            out.append(f"<?{node.target} {node.data}?>")
    return "".join(out).encode()


@dataclass(frozen=True, slots=True)
class _End:
    tag: str


def _open(element: Element, scope: Mapping[str, str], out: list[str]) -> dict[str, str]:
    """Write a start tag; return the namespaces in force inside."""
    inner = element.scope(scope)
    inner[element.prefix] = element.name.namespace
    inner.update((each.prefix, each.name.namespace) for each in element.attributes if each.prefix)
    out.append(f"<{_tag(element)}")
    for prefix, uri in inner.items():
        if scope.get(prefix, "") != uri:
            out.append(f" xmlns:{prefix}={quoted(uri)}" if prefix else f" xmlns={quoted(uri)}")
    for each in element.attributes:
        name = f"{each.prefix}:{each.name.local}" if each.prefix else each.name.local
        out.append(f" {name}={quoted(each.value)}")
    out.append(">" if element.children else "/>")
    return inner


def _tag(element: Element) -> str:
    return f"{element.prefix}:{element.name.local}" if element.prefix else element.name.local
