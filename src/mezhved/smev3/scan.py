"""Find an element's first and last octet in a document that was parsed already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

_MARKUP = re.compile(
    rb"""<(?:!--.*?--> | !\[CDATA\[.*?\]\]> | \?.*?\?> | (?P<close>/)[^>]*+>
    | (?P<name>[^\s/>!?"'=<]++)(?:[^>"']++|"[^"]*+"|'[^']*+')*+>)""",
    re.DOTALL | re.VERBOSE,
)


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


def element_path(element: etree._Element) -> tuple[etree._Element, list[int]]:
    """Return the root and, from it down, the place of each ancestor among its sibling elements."""
    path: list[int] = []
    node = element
    while True:
        path.append(sum(1 for _ in node.itersiblings("*", preceding=True)))
        parent = node.getparent()
        if parent is None:
            path.reverse()
            return node, path
        node = parent


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
