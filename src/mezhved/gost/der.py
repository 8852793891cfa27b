"""Reading BER and writing DER (ITU-T X.690): as little of it as keys, X.509 and CMS need.

The reader keeps the octets that came: every node knows where it lies, so that what was signed is hashed as it
was sent. It takes BER where the field sends BER (indefinite lengths, strings in pieces) and refuses the rest
with one exception that says what is wrong and where.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mezhved.gost.der_tags import (
    BIT_STRING,
    BMP_STRING,
    BOOLEAN,
    CONSTRUCTED,
    ENUMERATED,
    GENERALIZED_TIME,
    IA5_STRING,
    INTEGER,
    NULL,
    NUMERIC_STRING,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    PRINTABLE_STRING,
    SEQUENCE,
    SET,
    T61_STRING,
    UNIVERSAL_STRING,
    UTC_TIME,
    UTF8_STRING,
)
from mezhved.gost.der_writing import (
    bit_flags,
    bit_string,
    boolean,
    explicit,
    generalized_time,
    header,
    integer,
    oid,
    sequence,
    set_of,
    time,
    tlv,
)
from mezhved.texts import Text

if TYPE_CHECKING:
    import mmap
    from collections.abc import Iterator

    Octets = bytes | mmap.mmap

__all__ = [
    "BIT_STRING",
    "BMP_STRING",
    "BOOLEAN",
    "CONSTRUCTED",
    "ENUMERATED",
    "GENERALIZED_TIME",
    "IA5_STRING",
    "INTEGER",
    "NULL",
    "NUMERIC_STRING",
    "OBJECT_IDENTIFIER",
    "OCTET_STRING",
    "PRINTABLE_STRING",
    "SEQUENCE",
    "SET",
    "T61_STRING",
    "UNIVERSAL_STRING",
    "UTC_TIME",
    "UTF8_STRING",
    "Asn1Error",
    "Fields",
    "Node",
    "bit_flags",
    "bit_string",
    "boolean",
    "explicit",
    "generalized_time",
    "header",
    "integer",
    "oid",
    "read",
    "sequence",
    "set_of",
    "time",
    "tlv",
]

_TEXT_TAGS: Final = frozenset((0x0C, 0x12, 0x13, 0x14, 0x15, 0x16, 0x19, 0x1A, 0x1B, 0x1C, 0x1E))
_MAX_DEPTH: Final = 32
_FREE_ELEMENTS: Final = 4096
_OCTETS_PER_ELEMENT: Final = 16
_MAX_INTEGER_OCTETS: Final = 512
_MAX_OID_OCTETS: Final = 64
_LONG_FORM: Final = 0x80
_HIGH_TAG: Final = 0x1F
_MAX_TAG: Final = 0xFFFFFF
_MAX_LENGTH_OCTETS: Final = 8
_UTC_PIVOT: Final = 50

_UTC_TIME: Final = re.compile(rb"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})?")
_GENERALIZED_TIME: Final = re.compile(
    rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d{1,9})?(Z|[+-]\d{4})?"
)


class Asn1Error(Exception):
    """The octets are not the structure that should stand there; callers turn it into their own family."""

    def __init__(self, what: Text, where: str) -> None:
        super().__init__(what)
        self.what = what
        self.where = where


def _broken(name: str, at: int, ru: str, en: str) -> Asn1Error:
    octet = Text(ru=f"байт {at}", en=f"octet {at}")
    return Asn1Error(Text(ru=ru, en=en), f"{name}, {octet}" if name else str(octet))


def _header(octets: Octets, at: int, limit: int, name: str) -> tuple[int, int, int]:  # noqa: C901
    """Return tag, place of the content, and its length (-1 = indefinite)."""
    start = at
    if at + 2 > limit:
        raise _broken(name, start, "данные обрываются", "the data break off")
    tag = octets[at]
    constructed = tag & CONSTRUCTED
    at += 1
    if tag & _HIGH_TAG == _HIGH_TAG:
        while True:
            tag = tag << 8 | octets[at]
            at += 1
            if at >= limit or tag > _MAX_TAG:
                raise _broken(name, start, "негодный тег", "a bad tag")
            if not tag & 0x80:
                break
    length = octets[at]
    at += 1
    if length == _LONG_FORM:
        if not constructed:
            raise _broken(name, start, "негодная длина", "a bad length")
        return tag, at, -1
    if length > _LONG_FORM:
        count = length & 0x7F
        if count > _MAX_LENGTH_OCTETS or at + count > limit:
            raise _broken(name, start, "негодная длина", "a bad length")
        length = int.from_bytes(octets[at : at + count])
        at += count
    if at + length > limit:
        raise _broken(
            name,
            start,
            "длина больше, чем есть данных",
            "the length is greater than the data present",
        )
    return tag, at, length


class Node:
    """One element: its tag and its place in the octets; contents are read on demand."""

    __slots__ = ("_depth", "_ends", "after", "content", "end", "name", "octets", "start", "tag")

    def __init__(
        self,
        octets: Octets,
        start: int,
        limit: int,
        name: str = "",
        *,
        ends: dict[int, int] | None = None,
        depth: int = 0,
    ) -> None:
        if depth > _MAX_DEPTH:
            raise _broken(name, start, "слишком глубокая вложенность", "nested too deep")
        self.octets = octets
        self.start = start
        self.name = name
        self._depth = depth
        self._ends = {} if ends is None else ends
        # Nearly all elements have a tag of one octet and a short length: the quick way for them.
        if start + 2 <= limit and octets[start + 1] < _LONG_FORM and octets[start] & _HIGH_TAG != _HIGH_TAG:
            self.tag = octets[start]
            self.content = start + 2
            self.end = self.after = self.content + octets[start + 1]
            if self.end <= limit:
                return
        self.tag, self.content, length = _header(octets, start, limit, name)
        if length < 0:
            self.end = self._indefinite_end(limit)
            self.after = self.end + 2
        else:
            self.end = self.after = self.content + length

    def _indefinite_end(self, limit: int) -> int:
        """Find the end-of-contents octets, remembering those of the elements inside."""
        known = self._ends.get(self.start)
        if known is not None:
            return known
        open_elements = [self.start]
        at = self.content
        for _ in range(self._allowed(limit)):
            if self.octets[at : at + 2] == b"\0\0" and at + 2 <= limit:
                self._ends[open_elements.pop()] = at
                at += 2
                if not open_elements:
                    return self._ends[self.start]
                continue
            _, content, length = _header(self.octets, at, limit, self.name)
            if length >= 0:
                at = content + length
                continue
            open_elements.append(at)
            if len(open_elements) > _MAX_DEPTH:
                raise _broken(self.name, at, "слишком глубокая вложенность", "nested too deep")
            at = content
        raise self.broken("слишком много элементов", "too many elements")

    def _allowed(self, limit: int) -> int:
        """Bound the elements that one element may hold: octets that are nearly all headers are an attack."""
        return _FREE_ELEMENTS + (limit - self.start) // _OCTETS_PER_ELEMENT

    @property
    def raw(self) -> bytes:
        """The element's octets as they came, header included."""
        return self.octets[self.start : self.after]

    @property
    def body(self) -> bytes:
        """The contents' octets as they came."""
        return self.octets[self.content : self.end]

    def broken(self, ru: str, en: str) -> Asn1Error:
        """Make the error that says what is wrong with this element."""
        return _broken(self.name, self.start, ru, en)

    def children(self, name: str = "", *, limit: int | None = None) -> Iterator[Node]:
        """Read the elements inside, one after another; more than the limit are an error."""
        if not self.octets[self.start] & CONSTRUCTED:
            raise self.broken("должно быть составным", "must be constructed")
        at = self.content
        while at < self.end:
            if limit is not None:
                limit -= 1
                if limit < 0:
                    raise self.broken("слишком много элементов", "too many elements")
            child = Node(self.octets, at, self.end, name or self.name, ends=self._ends, depth=self._depth + 1)
            yield child
            at = child.after

    def fields(self) -> Fields:
        """Read the elements inside as the fields of a SEQUENCE."""
        return Fields(self)

    def inside(self, name: str = "") -> Node:
        """Return the one element inside (of an explicit tag)."""
        fields = self.fields()
        only = fields.any(name or self.name)
        fields.end()
        return only

    def expect(self, tag: int) -> Node:
        """Return itself when the tag is the one that must be here."""
        if self.tag != tag:
            raise self.broken(
                f"тег {self.tag:#04x} вместо {tag:#04x}", f"tag {self.tag:#04x}, not {tag:#04x}"
            )
        return self

    def integer(self) -> int:
        """Read an INTEGER or ENUMERATED of at most 512 octets, of any sign."""
        if not 0 < self.end - self.content <= _MAX_INTEGER_OCTETS:
            raise self.broken("негодное целое", "a bad integer")
        return int.from_bytes(self.body, signed=True)

    def small(self, limit: int = 0x7FFFFFFF) -> int:
        """Read a number from 0 to the limit."""
        value = self.integer()
        if not 0 <= value <= limit:
            raise self.broken("число вне пределов", "a number out of bounds")
        return value

    def boolean(self) -> bool:
        """Read a BOOLEAN."""
        if self.end - self.content != 1:
            raise self.broken("негодное логическое значение", "a bad boolean")
        return self.octets[self.content] != 0

    def oid(self) -> str:
        """Read an OBJECT IDENTIFIER as dotted numbers."""
        body = self.body
        if not 0 < len(body) <= _MAX_OID_OCTETS or body[-1] & 0x80:
            raise self.broken("негодный идентификатор объекта", "a bad object identifier")
        return _dotted(body)

    def string_octets(self) -> bytes:
        """Read an OCTET STRING (or another string), also one sent in pieces."""
        if not self.octets[self.start] & CONSTRUCTED:
            return self.body
        return b"".join(piece.string_octets() for piece in self.children(limit=self._allowed(self.end)))

    def string_places(self) -> Iterator[tuple[int, int]]:
        """Yield where the octets of an OCTET STRING lie, one stretch after another, reading none of them."""
        if not self.octets[self.start] & CONSTRUCTED:
            yield self.content, self.end
            return
        for piece in self.children(limit=self._allowed(self.end)):
            yield from piece.string_places()

    def bits(self) -> bytes:
        """Read a BIT STRING of whole octets."""
        body = self.body
        if not body or body[0] != 0:
            raise self.broken("негодная строка битов", "a bad bit string")
        return body[1:]

    def flags(self) -> frozenset[int]:
        """Read a BIT STRING as the numbers of its bits that are set."""
        body = self.body
        if not body or body[0] > 7 or (body[0] and len(body) == 1):  # noqa: PLR2004
            raise self.broken("негодная строка битов", "a bad bit string")
        return frozenset(
            8 * index + bit for index, octet in enumerate(body[1:]) for bit in range(8) if octet & 0x80 >> bit
        )

    def is_text(self) -> bool:
        """Tell whether this is a character string of any kind."""
        return self.tag in _TEXT_TAGS

    def text(self) -> str:
        """Read a character string of any kind, as it was meant rather than as it is labelled."""
        octets = self.string_octets()
        if self.tag == BMP_STRING:
            return octets.decode("utf-16-be", errors="replace")
        if self.tag == UNIVERSAL_STRING:
            return octets.decode("utf-32-be", errors="replace")
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError:
            # T61, Printable and IA5 strings of Russian authorities carry Windows-1251.
            return octets.decode("cp1251", errors="replace")

    def time(self) -> datetime:
        """Read a UTCTime or GeneralizedTime as an aware UTC moment of whole seconds."""
        if self.tag == UTC_TIME:
            match = _UTC_TIME.fullmatch(self.body)
        elif self.tag == GENERALIZED_TIME:
            match = _GENERALIZED_TIME.fullmatch(self.body)
        else:
            raise self.broken("здесь должно быть время", "a time must stand here")
        if match is None:
            raise self.broken("негодное время", "a bad time")
        *numbers, zone = match.groups()
        year, month, day, hour, minute, second = (int(number or b"0") for number in numbers)
        if self.tag == UTC_TIME:
            year += 1900 if year >= _UTC_PIVOT else 2000
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _offset(zone)
        except (ValueError, OverflowError):
            raise self.broken("негодное время", "a bad time") from None


def _offset(zone: bytes | None) -> timedelta:
    if zone is None or zone == b"Z":
        return timedelta()
    minutes = 60 * int(zone[1:3]) + int(zone[3:5])
    return timedelta(minutes=-minutes if zone[:1] == b"-" else minutes)


@lru_cache(maxsize=1024)
def _dotted(body: bytes) -> str:
    arcs: list[int] = []
    value = 0
    for octet in body:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


class Fields:
    """The elements of a SEQUENCE in turn: this one, perhaps that one, and the end."""

    __slots__ = ("_next", "_nodes", "_parent")

    def __init__(self, parent: Node) -> None:
        self._parent = parent
        self._nodes = parent.children()
        self._next = next(self._nodes, None)

    def any(self, name: str) -> Node:
        """Take the next element, whatever its tag."""
        node = self._next
        if node is None:
            raise _broken(name, self._parent.end, "поля нет", "the field is absent")
        node.name = name
        self._next = next(self._nodes, None)
        return node

    def take(self, tag: int, name: str) -> Node:
        """Take the next element, which must have the tag."""
        return self.any(name).expect(tag)

    def perhaps(self, tag: int, name: str) -> Node | None:
        """Take the next element if it has the tag."""
        return self.any(name) if self._next is not None and self._next.tag == tag else None

    def peek(self) -> int | None:
        """Tell the next element's tag."""
        return None if self._next is None else self._next.tag

    def end(self) -> None:
        """Make sure that nothing follows."""
        if self._next is not None:
            raise self._next.broken("лишнее поле", "a field too many")


def read(octets: Octets, name: str, *, limit: int | None = None) -> Node:
    """Read the one element that the octets (up to the limit) must be."""
    limit = len(octets) if limit is None else limit
    node = Node(octets, 0, limit, name)
    if node.after != limit:
        raise _broken(name, node.after, "лишние данные после структуры", "data after the structure")
    return node
