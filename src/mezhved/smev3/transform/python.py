"""The transform in pure Python: used where the compiled one is absent, and equal to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from mezhved.smev3.transform.errors import (
    DEFAULT_LIMIT,
    XML_NAMESPACE,
    entity_reference,
    no_namespace,
    not_an_element,
    too_long,
    xml_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORT = 12
_CHUNK = 512
_BLANK = "".join(map(chr, range(0x21)))
_SUSPECT = re.compile("[<>&\r\x7f-\x9f]")
_IN_SHORT = re.compile("[<&\r\x7f-\x9f]|\\A>|(?<=\\])>")
_IN_CHUNK = re.compile("(?:[<&\r\x7f-\x9f]|\\A>|(?<=\\])>)>*")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_TEXT_ESCAPES = str.maketrans(
    {"<": "&lt;", "&": "&amp;", ">": "&gt;", "\r": "&#xd;"}
    | {chr(c): f"&#x{c:x};" for c in range(0x7F, 0xA0)}
)
_VALUE_ESCAPES = str.maketrans(
    {"<": "&lt;", "&": "&amp;", '"': "&quot;", "\r": "&#xd;", "\n": "&#xa;", "\t": "&#x9;"}
)
_URI_ESCAPES = str.maketrans({"<": "&lt;", "&": "&amp;", '"': "&quot;"})


def signed_octets(element: etree._Element, limit: int = DEFAULT_LIMIT) -> bytes:
    """Return the octets that `urn://smev-gov-ru/xmldsig/transform` gives after exc-c14n.

    Errors: `TransformError` for a name in no namespace or in the xml namespace,
    an unexpanded entity, more than `limit` octets of output. Source: MR 3.5, "step 9"
    and the behaviour of the reference class.
    """
    if not isinstance(element.tag, str):
        raise not_an_element()
    return _Writer(limit).write(element)


class _Writer:
    """One pass over one element."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._length = 0
        self._out: list[str] = []
        self._prefixes: dict[str, str] = {}  # in scope: namespace -> prefix
        self._made = 0

    def write(self, root: etree._Element) -> bytes:
        """Write the element from its first octet to its last, without recursion."""
        open_elements = [self._start(root)]
        events: list[Iterator[etree._Element]] = [iter(root)]
        text = root.text or ""
        while open_elements:
            child = next(events[-1], None)
            if child is None:
                self._text(text)
                events.pop()
                name, declared, tail = open_elements.pop()
                self._put(f"</{name}>")
                for uri in declared:
                    del self._prefixes[uri]
                text = tail
                continue
            kind: Any = child.tag  # a name, or the factory of what is no element
            if isinstance(kind, str):
                self._text(text)
                open_elements.append(self._start(child))
                events.append(iter(child))
                text = child.text or ""
            elif kind is etree.Comment:
                text += child.tail or ""
            elif kind is etree.PI:
                self._text(text)
                text = child.tail or ""
            else:
                raise entity_reference(getattr(child, "name", ""))
        octets = "".join(self._out).encode()
        if len(octets) > self._limit:
            raise too_long(self._limit)
        return octets

    def _put(self, piece: str) -> None:
        self._out.append(piece)
        self._length += len(piece)  # no more than its octets, and quick to know
        if self._length > self._limit:
            raise too_long(self._limit)

    def _start(self, element: etree._Element) -> tuple[str, list[str], str]:
        """Write the start tag; return the name, the namespaces declared, and the tail to come."""
        uri, local = _split(element.tag)
        if not uri:
            raise no_namespace(local)
        declared: list[str] = []
        name = f"{self._prefix(uri, local, declared)}:{local}"
        attributes = []
        items = cast("list[tuple[str, str]]", element.items())
        for key, value in sorted(items, key=_attribute_order) if len(items) > 1 else items:
            space, attribute = _split(key)
            qualified = f"{self._prefix(space, attribute, declared)}:{attribute}" if space else attribute
            attributes.append(f' {qualified}="{value.translate(_VALUE_ESCAPES)}"')
        declarations = [f' xmlns:{self._prefixes[u]}="{u.translate(_URI_ESCAPES)}"' for u in declared]
        self._put(f"<{name}{''.join(declarations)}{''.join(attributes)}>")
        return name, declared, element.tail or ""

    def _prefix(self, uri: str, local: str, declared: list[str]) -> str:
        prefix = self._prefixes.get(uri)
        if prefix is None:
            if uri == XML_NAMESPACE:
                raise xml_name(local)
            self._made += 1
            prefix = self._prefixes[uri] = f"ns{self._made}"
            declared.append(uri)
        return prefix

    def _text(self, text: str) -> None:
        if text and text.strip(_BLANK):
            self._put(_escaped(text) if _SUSPECT.search(text) else text)


def _split(name: str) -> tuple[str, str]:
    """Split `{namespace}local`; a namespace may itself hold `}`, a local name may not."""
    uri, brace, local = name.rpartition("}")
    return (uri[1:], local) if brace else ("", name)


def _attribute_order(item: tuple[str, str]) -> tuple[bool, bytes, bytes]:
    """Qualified first; then by namespace and local name in UTF-16 code units, as Java compares."""
    uri, local = _split(item[0])
    return not uri, uri.encode("utf-16-be"), local.encode("utf-16-be")


def _escaped(text: str) -> str:
    """Escape as Woodstox does: short strings whole, longer ones by chunks of 512 UTF-16 units."""
    astral = not text.isascii() and _ASTRAL.search(text)
    units = _ASTRAL.sub(_surrogates, text) if astral else text
    if len(units) < _SHORT:
        escaped = _IN_SHORT.sub(_escape_match, units)
    else:
        chunks = (units[at : at + _CHUNK] for at in range(0, len(units), _CHUNK))
        escaped = "".join(_IN_CHUNK.sub(_escape_match, chunk) for chunk in chunks)
    return escaped.encode("utf-16-le", "surrogatepass").decode("utf-16-le") if astral else escaped


def _escape_match(match: re.Match[str]) -> str:
    return match[0].translate(_TEXT_ESCAPES)


def _surrogates(match: re.Match[str]) -> str:
    point = ord(match[0]) - 0x10000
    return chr(0xD800 + (point >> 10)) + chr(0xDC00 + (point & 0x3FF))
