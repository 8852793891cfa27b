"""Canonical XML 1.0 and Exclusive XML Canonicalization 1.0 (W3C) of documents of any namespaces."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.documents.model import XML, Attribute, Comment, Document, Element, Instruction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_VALUE: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)
_PREFIXED: Final = re.compile(r"([^\W\d][\w.\-]*):(?!/)")


def canonical(
    document: Document,
    element: Element | None = None,
    *,
    exclusive: bool = True,
    comments: bool = False,
    inclusive_prefixes: Iterable[str] = (),
) -> bytes:
    """Return the canonical octets of a document, or of one element of it.

    `inclusive_prefixes` is the PrefixList of exclusive canonicalization; `#default` is the default namespace.
    Raises `KeyError` for an element of another document.
    """
    kept = {"" if each == "#default" else each for each in inclusive_prefixes}
    writer = _Writer(exclusive=exclusive, comments=comments, kept=frozenset(kept))
    if element is None:
        for aside in document.before:
            writer.beside(aside, before=True)
        writer.tree(document.root, {}, ())
        for aside in document.after:
            writer.beside(aside, before=False)
    else:
        *above, apex = document.lineage(element)
        scope: dict[str, str] = {}
        for each in above:
            scope.update(each.declared)
        writer.tree(apex, scope, () if exclusive else _inherited(above, apex))
    return "".join(writer.out).encode()


def fragment(element: Element, scope: Mapping[str, str]) -> str:
    """Return an element as XML that stands alone, given the namespaces in force around it.

    Prefixes that values seem to use (`ns:Name`) are declared too.
    """
    used: set[str] = set()
    for each in element.iter():
        for value in (*(attribute.value for attribute in each.attributes), each.text):
            if ":" in value:
                used.update(_PREFIXED.findall(value))
    writer = _Writer(exclusive=True, comments=False, kept=frozenset(used & scope.keys()))
    writer.tree(element, dict(scope), ())
    return "".join(writer.out)


def escaped(text: str) -> str:
    """Return character data as canonical XML writes them."""
    return text.translate(_TEXT)


def quoted(value: str) -> str:
    """Return a value in quotation marks as canonical XML writes it."""
    return f'"{value.translate(_VALUE)}"'


def _inherited(above: Sequence[Element], apex: Element) -> tuple[Attribute, ...]:
    """Return the attributes of the prefix `xml` that an element takes over from those above it."""
    found: dict[str, Attribute] = {}
    for each in above:
        found.update((one.name.local, one) for one in each.attributes if one.name.namespace == XML)
    for one in apex.attributes:
        if one.name.namespace == XML:
            found.pop(one.name.local, None)
    return tuple(found.values())


@dataclass(slots=True)
class _Writer:
    """Writes elements; deep trees take no deep stack."""

    exclusive: bool
    comments: bool
    kept: frozenset[str]
    out: list[str] = field(default_factory=list)

    def tree(self, apex: Element, scope: dict[str, str], extra: tuple[Attribute, ...]) -> None:
        """Write an element and all below it; `extra` attributes are added to the first."""
        out = self.out
        waiting: list[tuple[object, dict[str, str], dict[str, str]]] = [(apex, scope, {})]
        while waiting:
            node, around, rendered = waiting.pop()
            if isinstance(node, Element):
                inner = node.scope(around) if node.declared else around
                shown = self._opening(node, inner, rendered, extra)
                extra = ()
                waiting.append((_End(_tag(node)), inner, shown))
                waiting.extend((each, inner, shown) for each in reversed(node.children))
            elif isinstance(node, str):
                out.append(node.translate(_TEXT))
            elif isinstance(node, _End):
                out.append(f"</{node.tag}>")
            elif isinstance(node, (Comment, Instruction)):
                out.append(self._aside(node))

    def beside(self, node: Comment | Instruction, *, before: bool) -> None:
        """Write what stands outside the root, on a line of its own."""
        text = self._aside(node)
        if text:
            self.out.append(f"{text}\n" if before else f"\n{text}")

    def _aside(self, node: Comment | Instruction) -> str:
        if isinstance(node, Comment):
            return f"<!--{_returns(node.text)}-->" if self.comments else ""
        return f"<?{node.target} {_returns(node.data)}?>" if node.data else f"<?{node.target}?>"

    def _opening(
        self,
        element: Element,
        scope: Mapping[str, str],
        rendered: dict[str, str],
        extra: tuple[Attribute, ...],
    ) -> dict[str, str]:
        """Write the start tag; return the namespaces that stand written from here on."""
        shown = rendered
        declarations = []
        for prefix in sorted(self._wanted(element, scope)):
            uri = scope.get(prefix, "")
            if prefix == "xml" or rendered.get(prefix, "") == uri:
                continue
            if shown is rendered:
                shown = dict(rendered)
            shown[prefix] = uri
            declarations.append(f" xmlns:{prefix}={quoted(uri)}" if prefix else f" xmlns={quoted(uri)}")
        attributes = sorted((*element.attributes, *extra), key=lambda each: each.name)
        values = (
            f" {each.prefix}:{each.name.local}={quoted(each.value)}"
            if each.prefix
            else f" {each.name.local}={quoted(each.value)}"
            for each in attributes
        )
        self.out.append(f"<{_tag(element)}{''.join(declarations)}{''.join(values)}>")
        return shown

    def _wanted(self, element: Element, scope: Mapping[str, str]) -> set[str]:
        """Return the prefixes whose namespaces this start tag has to show, if they are not shown yet."""
        if not self.exclusive:
            return set(scope) | {""}
        used = {element.prefix}
        used.update(each.prefix for each in element.attributes if each.prefix)
        used.update(each for each in self.kept if each in scope or not each)
        return used


@dataclass(frozen=True, slots=True)
class _End:
    tag: str


def _tag(element: Element) -> str:
    return f"{element.prefix}:{element.name.local}" if element.prefix else element.name.local


def _returns(text: str) -> str:
    return text.replace("\r", "&#xD;")
