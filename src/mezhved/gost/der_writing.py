"""Writing DER (X.690 section 10-11)."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mezhved.gost.der_tags import (
    BIT_STRING,
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OBJECT_IDENTIFIER,
    SEQUENCE,
    SET,
    UTC_TIME,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_LONG_FORM: Final = 0x80
_FIRST_UTC_YEAR: Final = 1950
_LAST_UTC_YEAR: Final = 2049


def header(tag: int, length: int) -> bytes:
    """Write what precedes a content of so many octets."""
    if length < _LONG_FORM:
        return bytes((tag, length))
    size = (length.bit_length() + 7) // 8
    return bytes((tag, _LONG_FORM | size)) + length.to_bytes(size)


def tlv(tag: int, content: bytes) -> bytes:
    """Write one element in DER."""
    return header(tag, len(content)) + content


def sequence(*parts: bytes) -> bytes:
    """Write a SEQUENCE."""
    return tlv(SEQUENCE, b"".join(parts))


def set_of(parts: Iterable[bytes]) -> bytes:
    """Write a SET OF, sorted as DER demands (X.690 11.6)."""
    return tlv(SET, b"".join(sorted(parts)))


def integer(value: int) -> bytes:
    """Write an INTEGER."""
    size = (value + (value < 0)).bit_length() // 8 + 1
    return tlv(INTEGER, value.to_bytes(size, signed=True))


def boolean(*, value: bool) -> bytes:
    """Write a BOOLEAN."""
    return tlv(BOOLEAN, b"\xff" if value else b"\0")


@lru_cache(maxsize=1024)
def oid(dotted: str) -> bytes:
    """Write an OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    body = bytearray()
    for arc in (40 * first + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        body += bytes(reversed(septets))
    return tlv(OBJECT_IDENTIFIER, bytes(body))


def bit_string(octets: bytes) -> bytes:
    """Write a BIT STRING of whole octets."""
    return tlv(BIT_STRING, b"\0" + octets)


def bit_flags(numbers: Iterable[int]) -> bytes:
    """Write a BIT STRING of named bits: no zero bits at its end (X.690 11.2.2)."""
    value, last = 0, -1
    for number in numbers:
        value |= 1 << number
        last = max(last, number)
    if last < 0:
        return tlv(BIT_STRING, b"\0")
    size = last // 8 + 1
    octets = bytes(int(f"{value >> 8 * index & 0xFF:08b}"[::-1], 2) for index in range(size))
    return tlv(BIT_STRING, bytes((7 - last % 8,)) + octets)


def time(moment: datetime) -> bytes:
    """Write a moment as RFC 5280 4.1.2.5 demands: UTCTime through 2049, then GeneralizedTime."""
    utc = moment.astimezone(UTC)
    if _FIRST_UTC_YEAR <= utc.year <= _LAST_UTC_YEAR:
        return tlv(UTC_TIME, utc.strftime("%y%m%d%H%M%SZ").encode())
    return generalized_time(utc)


def generalized_time(moment: datetime) -> bytes:
    """Write a GeneralizedTime of whole seconds."""
    utc = moment.astimezone(UTC)
    return tlv(GENERALIZED_TIME, f"{utc.year:04}{utc:%m%d%H%M%S}Z".encode())


def explicit(number: int, content: bytes) -> bytes:
    """Write an element under an explicit context tag."""
    return tlv(0xA0 | number, content)
