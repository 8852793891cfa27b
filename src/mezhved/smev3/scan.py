"""Bounds of a tree, and an element's first and last octet, in pure Python; see `tree.py`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MARKUP = re.compile(
    rb"""<(?:!--.*?--> | !\[CDATA\[.*?\]\]> | \?.*?\?> | (?P<close>/)[^>]*+>
    | (?P<name>[^\s/>!?"'=<]++)(?:[^>"']++|"[^"]*+"|'[^']*+')*+>)""",
    re.DOTALL | re.VERBOSE,
)


_ATTRIBUTE_NAME = re.compile(rb"""\s([^\s=]+)\s*=\s*(?:"[^"]*+"|'[^']*+')""")
_SLASH = ord("/")


class Location(NamedTuple):
    """Offsets in octets."""

    start: int
    """The sign `<` of the start tag."""
    name_end: int
    """The octet after the qualified name in the start tag."""
    tag_end: int
    """The octet after the start tag."""
    end: int
    """The octet after the end tag."""


def glance(octets: bytes) -> tuple[int, bool]:
    """Return the number of signs `<`, and whether anything must be looked into before parsing.

    Nothing must in a document that begins by a tag and holds neither NUL nor `<!DOCTYPE`: it can name no
    encoding and declare nothing.
    """
    odd = octets[:1] != b"<" or octets[1:2] in {b"", b"?", b"!"} or b"\0" in octets or b"<!DOCTYPE" in octets
    return octets.count(b"<"), odd


def element_path(root: etree._Element, element: etree._Element) -> list[int]:
    """Return the place of each ancestor, from the root down, among its sibling elements.

    Errors: `ValueError` when the element is not under the root.
    """
    path: list[int] = []
    node: etree._Element | None = element
    while node is not None:
        path.append(sum(1 for _ in node.itersiblings("*", preceding=True)))
        if node is root:
            path.reverse()
            return path
        node = node.getparent()
    raise ValueError("the element is not of this document")


def exceeds(
    root: etree._Element, octets: bytes, depth: int, attributes: int
) -> Literal["depth", "attributes"] | None:
    """Tell which bound the document exceeds: of nesting, or of attributes and declarations in a start tag.

    The compiled twin counts attributes and declarations together, this one apart.
    """
    if _deeper_than(depth)(root):
        return "depth"
    if _has_more_attributes(root, limit=attributes):
        return "attributes"
    if octets.count(b"xmlns") > attributes:
        tags = (match[0] for match in _MARKUP.finditer(octets) if match["name"])
        if any(tag.count(b"xmlns") > attributes for tag in tags):
            return "attributes"
    return None


_has_more_attributes = etree.XPath("boolean(//*[count(@*) > $limit])")


@lru_cache(maxsize=8)
def _deeper_than(depth: int) -> etree.XPath:
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")


def inherited(element: etree._Element, start_tag: bytes) -> list[tuple[bytes, bytes]]:
    """Return prefixes and namespace names in scope that the start tag does not declare, by prefix."""
    own = set(_ATTRIBUTE_NAME.findall(start_tag))
    scope = [((prefix or "").encode(), uri.encode()) for prefix, uri in element.nsmap.items() if uri]
    return sorted(item for item in scope if (b"xmlns:%b" % item[0] if item[0] else b"xmlns") not in own)


def locate(octets: bytes, path: Sequence[int]) -> Location:
    """Return where the element at the path lies; `ValueError` when there is none.

    The document is well formed, in UTF-8, without DOCTYPE.
    """
    tags = (match for match in _MARKUP.finditer(octets) if match.lastgroup)
    start = _start(tags, path, octets)
    place = start.start(), start.end("name"), start.end()
    depth = 0 if _is_empty(start, octets) else 1
    while depth:
        tag = next(tags, None)
        if tag is None:
            raise _missing()
        depth += -1 if tag["close"] else not _is_empty(tag, octets)
        start = tag
    return Location(*place, start.end())


def children(octets: bytes) -> Iterator[bytes]:
    """Yield the octets of each child element of the root, in one pass; comments and texts are left out.

    The document is as for `locate`.
    """
    depth, begin = 0, 0
    for tag in (match for match in _MARKUP.finditer(octets) if match.lastgroup):
        if tag["close"]:
            depth -= 1
        else:
            if depth == 1:
                begin = tag.start()
            depth += not _is_empty(tag, octets)
        if depth == 1 and tag.start() >= begin > 0:
            yield octets[begin : tag.end()]


def _start(tags: Iterator[re.Match[bytes]], path: Sequence[int], octets: bytes) -> re.Match[bytes]:
    """Pass tags up to the start tag at the path, and return that."""
    depth = 0  # open elements
    found = 0  # how many of them, from the root down, are those of the path
    seen = 0  # elements passed inside the last one found
    for tag in tags:
        if tag["close"]:
            depth -= 1
            if depth < found:
                break
            continue
        if depth == found:
            if seen < path[found]:
                seen += 1
            elif found + 1 < len(path):
                found, seen = found + 1, 0
            else:
                return tag
        depth += not _is_empty(tag, octets)
    raise _missing()


def _is_empty(tag: re.Match[bytes], octets: bytes) -> bool:
    return octets[tag.end() - 2] == _SLASH


def _missing() -> ValueError:
    return ValueError("no such element in the octets")
