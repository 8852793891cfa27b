"""Exclusive C14N without comments, also where libxml2 refuses the namespace names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from mezhved.smev3.transform.errors import (
    DEFAULT_LIMIT,
    XML_NAMESPACE,
    TransformError,
    not_an_element,
    too_long,
)
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT_ESCAPES = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;", "\r": "&#xD;"})
_VALUE_ESCAPES = str.maketrans(
    {"<": "&lt;", "&": "&amp;", '"': "&quot;", "\r": "&#xD;", "\n": "&#xA;", "\t": "&#x9;"}
)
_DECLARATION = re.compile(rb"""\sxmlns(?::[^\s=]+)?\s*=\s*("[^"]*")""")

# What libxml2 writes, and nothing else: expat would know fewer names than the parser that read them.
_TOKEN = re.compile(
    r"""<!--.*?--> | <!\[CDATA\[(?P<cdata>.*?)\]\]> | <\?(?P<target>[^\s?]+)\s*(?P<data>.*?)\?>
    | </(?P<end>[^\s>]+)\s*>
    | <(?P<start>[^\s/>!?]+)(?P<attributes>(?:\s+[^\s=]+=(?:"[^"]*"|'[^']*'))*)\s*(?P<empty>/?)>
    | (?P<text>[^<]+)""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""\s+([^\s=]+)=(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(r"&([^;&]*);?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def canonical_octets(element: etree._Element, limit: int = DEFAULT_LIMIT) -> bytes:
    """Return the element in Exclusive XML Canonicalization 1.0 without comments, UTF-8.

    Source: RFC 3741. Namespace names that are no URI (`http://пф.рф/...`) are taken as they are.
    Errors: `TransformError` for a node that is no element, or more than `limit` octets.
    """
    if not isinstance(element.tag, str):
        raise not_an_element()
    serialized: bytes = etree.tostring(element, encoding="utf-8", with_tail=False)
    names: list[bytes] = _DECLARATION.findall(serialized)
    # libxml2 writes the `&` of a namespace name as it is, and has no bound on its output
    if b"&" not in b"".join(names) and _bound(serialized, names) <= limit:
        try:
            return etree.tostring(
                element, method="c14n", exclusive=True, with_comments=False, with_tail=False
            )
        except etree.LxmlError:
            pass  # namespace names that libxml2 refuses
    return written_octets(serialized, limit)


def _bound(serialized: bytes, names: list[bytes]) -> int:
    """Bound the output: every use of a prefix may declare the longest namespace name again."""
    uses = serialized.count(b"<") + serialized.count(b"=")
    return 6 * len(serialized) + uses * max(map(len, names), default=0)


def written_octets(serialized: bytes, limit: int = DEFAULT_LIMIT) -> bytes:
    """Do the same by a writer of our own, over an element serialised on its own."""
    writer = _Writer(limit)
    text = serialized.decode()
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise _no_form(text[at : at + 20])
        at = token.end()
        if token["start"]:
            writer.start(token["start"], _pairs(token["attributes"]))
        if token["end"] or token["empty"]:
            writer.end(token["end"] or token["start"])
        elif token["text"]:
            writer.text(_plain(token["text"]))
        elif token["cdata"]:
            writer.text(token["cdata"])
        elif token["target"]:
            writer.instruction(token["target"], token["data"])
    return "".join(writer.out).encode()


def _pairs(attributes: str) -> dict[str, str]:
    return {name: _plain(double or single) for name, double, single in _ATTRIBUTE.findall(attributes)}


def _plain(text: str) -> str:
    """Undo the references that libxml2 writes."""
    return _REFERENCE.sub(_meant, text) if "&" in text else text


def _meant(reference: re.Match[str]) -> str:
    name = reference[1]
    if name.startswith("#"):
        return chr(int(f"0{name[1:]}", 16) if name.startswith("#x") else int(name[1:]))
    if name not in _NAMED:
        raise _no_form(reference[0])
    return _NAMED[name]


def _no_form(near: str) -> TransformError:
    return TransformError(
        Text(ru=f"нет канонического вида: {near}", en=f"there is no canonical form: {near}")
    )


class _Writer:
    """Exclusive C14N (RFC 3741) of the events of a parser that knows no namespaces."""

    def __init__(self, limit: int) -> None:
        self.out: list[str] = []
        self._limit = limit
        self._length = 0
        self._scopes: list[dict[str, str]] = [{"": "", "xml": XML_NAMESPACE}]
        self._rendered: list[dict[str, str]] = [{"": "", "xml": XML_NAMESPACE}]

    def start(self, name: str, pairs: Mapping[str, str]) -> None:
        """Write a start tag: the declarations visibly used and not yet written, then attributes."""
        own = {key[6:]: uri for key, uri in pairs.items() if key == "xmlns" or key.startswith("xmlns:")}
        scope = self._scopes[-1] | own if own else self._scopes[-1]
        attributes = [key for key in pairs if key != "xmlns" and not key.startswith("xmlns:")]
        used = {name.rpartition(":")[0]} | {key.partition(":")[0] for key in attributes if ":" in key}
        rendered = self._rendered[-1]
        fresh = {prefix: scope[prefix] for prefix in used if rendered.get(prefix) != scope[prefix]}
        self._scopes.append(scope)
        self._rendered.append(rendered | fresh)
        attributes.sort(key=lambda key: _expanded(key, scope))
        declared = [(f"xmlns:{p}" if p else "xmlns", uri) for p, uri in sorted(fresh.items())]
        written = declared + [(key, pairs[key]) for key in attributes]
        values = "".join(f' {key}="{value.translate(_VALUE_ESCAPES)}"' for key, value in written)
        self._put(f"<{name}{values}>")

    def end(self, name: str) -> None:
        """Write an end tag."""
        self._scopes.pop()
        self._rendered.pop()
        self._put(f"</{name}>")

    def text(self, text: str) -> None:
        """Write character data."""
        self._put(text.translate(_TEXT_ESCAPES))

    def instruction(self, target: str, data: str) -> None:
        """Write a processing instruction."""
        self._put(f"<?{target} {data}?>" if data else f"<?{target}?>")

    def _put(self, piece: str) -> None:
        self.out.append(piece)
        self._length += len(piece.encode())
        if self._length > self._limit:
            raise too_long(self._limit)


def _expanded(name: str, scope: Mapping[str, str]) -> tuple[str, str]:
    """Return namespace and local name of an attribute; attributes have no default namespace."""
    prefix, colon, local = name.rpartition(":")
    return (scope[prefix], local) if colon else ("", local)
