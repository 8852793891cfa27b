"""Finding, in the octets of a document, the elements whose base64 travels as parts (XOP 1.0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from mezhved.smev3.mtom.errors import MtomLimits, refuse
from mezhved.smev3.versions import XOP, Version

if TYPE_CHECKING:
    from collections.abc import Iterable

_INCLUDE = f"{XOP} Include"
_BASIC = tuple(version.basic for version in Version)
CONTENTS = frozenset(f"{basic} Content" for basic in _BASIC)
SIGNATURES = frozenset(f"{basic} SignaturePKCS7" for basic in _BASIC)
# What stands inside these is the sender's own, whatever it looks like.
_PRIMARY = frozenset(f"{basic} MessagePrimaryContent" for basic in _BASIC) | frozenset(
    f"{version.types} BusinessProcessMetadata" for version in Version
)
_PARENTS = frozenset(
    f"{basic} {name}"
    for basic in _BASIC
    for name in ("AttachmentContent", "AttachmentHeader", "RefAttachmentHeader")
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element that holds an xop:Include (`href`) or may be replaced by one (`href is None`).

    `start` and `end` bound its content in the octets; `is_content` marks AttachmentContent/Content.
    """

    start: int
    end: int
    is_content: bool
    href: str | None


@dataclass(slots=True)
class _Open:
    name: str
    interesting: bool
    start: int = -1
    children: int = 0
    href: str | None = None
    text: bool = False


class _Scanner:
    def __init__(self, limits: MtomLimits) -> None:
        self.leaves: list[Leaf] = []
        self._limits = limits
        self._open: list[_Open] = []
        self._fresh = False
        self._primary = 0
        self._elements = 0
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.CommentHandler = self._other
        self._parser.ProcessingInstructionHandler = self._other
        self._parser.StartCdataSectionHandler = self._other
        self._parser.StartDoctypeDeclHandler = self._doctype

    def scan(self, octets: bytes) -> list[Leaf]:
        self._parser.Parse(octets, True)  # noqa: FBT003
        return self.leaves

    def _mark(self) -> None:
        if self._fresh:
            self._open[-1].start = self._parser.CurrentByteIndex
            self._fresh = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._mark()
        self._elements += 1
        if self._elements > self._limits.elements:
            refuse("в корневой части слишком много элементов", "the root part has too many elements")
        parent = self._open[-1] if self._open else None
        if parent is not None:
            parent.children += 1
            if name == _INCLUDE:
                parent.href = attributes.get("href", "")
        named = name in CONTENTS or name in SIGNATURES
        interesting = named and parent is not None and parent.name in _PARENTS and not self._primary
        self._primary += name in _PRIMARY
        self._open.append(_Open(name, interesting))
        self._fresh = True

    def _end(self, name: str) -> None:
        self._mark()
        self._primary -= name in _PRIMARY
        element = self._open.pop()
        end = self._parser.CurrentByteIndex
        is_content = element.interesting and name in CONTENTS
        if element.href is not None:
            if element.children > 1 or element.text:
                refuse(
                    "xop:Include — не единственное содержимое элемента",
                    "xop:Include is not the only content of its element",
                )
            self.leaves.append(Leaf(element.start, end, is_content, element.href))
        elif element.interesting and not element.children and element.start < end:
            self.leaves.append(Leaf(element.start, end, is_content, None))

    def _characters(self, text: str) -> None:
        self._mark()
        if self._open and not text.isspace():
            self._open[-1].text = True

    def _other(self, *_: object) -> None:
        if self._open:
            self._mark()

    def _doctype(self, *_: object) -> None:
        refuse("DTD не допускается", "a DTD is not allowed", "XML")


def scan(octets: bytes, limits: MtomLimits) -> list[Leaf]:
    """Return the leaves in document order; none where the octets are not well-formed XML.

    The parser that reads the message afterwards tells what is wrong with it.
    """
    try:
        return _Scanner(limits).scan(octets)
    except expat.ExpatError:
        return []


def replace(octets: bytes, changes: Iterable[tuple[Leaf, bytes]]) -> bytes:
    """Return the octets with the contents of the leaves replaced, all else byte for byte."""
    pieces: list[bytes] = []
    at = 0
    for leaf, content in changes:
        pieces += (octets[at : leaf.start], content)
        at = leaf.end
    return b"".join((*pieces, octets[at:]))
