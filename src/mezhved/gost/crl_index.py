"""Finding a serial number among the entries of a revocation list, whatever their number.

A table of 4-octet places, twice to four times as many as entries, points into the list's own octets: a list
of a million entries costs its octets and 8 MiB. The table is keyed by Python's hash of octets, which an
attacker cannot steer from outside, so that a crafted list is no slower than a real one.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

from mezhved.gost import der

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORT: Final = 0x80
_SMALLEST: Final = 64
_ZERO, _ONES = 0x00, 0xFF


class SerialIndex:
    """Where each serial number's entry lies; of two entries with one number the first counts."""

    __slots__ = ("_mask", "_octets", "_table", "count")

    def __init__(self, octets: bytes, revoked: der.Node | None) -> None:
        """Walk over the entries; raise `der.Asn1Error` where their frame is broken."""
        self._octets = octets
        self.count = 0
        self._mask = _SMALLEST - 1
        self._table = array("I", bytes(4 * _SMALLEST))
        if revoked is not None:
            # An entry has at least seven octets; most have more than thirty.
            self._grow((revoked.end - revoked.content) // 32)
            self._fill(revoked)

    def _fill(self, revoked: der.Node) -> None:
        table, mask, count = self._table, self._mask, 0
        for serial, at in _entries(revoked):
            slot = hash(serial) & mask
            if table[slot]:
                slot = self._slot(serial)
                if table[slot]:
                    continue
            table[slot] = at
            count += 1
            if 2 * count > mask:
                self._grow(2 * count)
                table, mask = self._table, self._mask
        self.count = count

    def find(self, serial: int) -> der.Node | None:
        """Return the entry of a serial number."""
        slot = self._slot(der.read(der.integer(serial), "serialNumber").body)
        at = self._table[slot]
        return der.Node(self._octets, at, len(self._octets), "revokedCertificate") if at else None

    def _slot(self, serial: bytes) -> int:
        """Return the place of the serial number, or the empty one where it belongs."""
        table, mask, octets = self._table, self._mask, self._octets
        slot = hash(serial) & mask
        while at := table[slot]:
            if _serial_at(octets, at) == serial:
                break
            slot = slot + 1 & mask
        return slot

    def _grow(self, entries: int) -> None:
        """Make room for so many entries and as many again."""
        size = _SMALLEST
        while size < 2 * entries:
            size *= 2
        if size <= self._mask:
            return
        old = self._table
        self._table, self._mask = array("I", bytes(4 * size)), size - 1
        for at in old:
            if at:
                self._table[self._slot(_serial_at(self._octets, at))] = at


def _entries(revoked: der.Node) -> Iterator[tuple[bytes, int]]:
    """Give each entry's serial number (its shortest octets) and place."""
    octets, at, end = revoked.octets, revoked.content, revoked.end
    while at < end:
        # Nearly all entries have short lengths: the quick way for them.
        if at + 4 <= end and octets[at] == der.SEQUENCE and octets[at + 2] == der.INTEGER:
            length, size = octets[at + 1], octets[at + 3]
            if length < _SHORT and 0 < size <= length - 2 and at + 2 + length <= end:
                serial = octets[at + 4 : at + 4 + size]
                yield (serial if serial[0] not in (_ZERO, _ONES) else _shortest(serial)), at
                at += 2 + length
                continue
        entry = der.Node(octets, at, end, "revokedCertificate").expect(der.SEQUENCE)
        number = entry.fields().take(der.INTEGER, "userCertificate")
        number.integer()
        yield _shortest(number.body), at
        at = entry.after


def _serial_at(octets: bytes, at: int) -> bytes:
    """Read the serial number of an entry that was walked over before."""
    if octets[at + 1] < _SHORT and octets[at + 3] < _SHORT:
        return _shortest(octets[at + 4 : at + 4 + octets[at + 3]])
    return _shortest(next(der.Node(octets, at, len(octets)).children()).body)


def _shortest(serial: bytes) -> bytes:
    """Drop the octets of an INTEGER that DER would not have written (X.690 8.3.2)."""
    start, last = 0, len(serial) - 1
    while start < last and (
        (serial[start] == _ZERO and serial[start + 1] < _SHORT)
        or (serial[start] == _ONES and serial[start + 1] >= _SHORT)
    ):
        start += 1
    return serial[start:] if start else serial
