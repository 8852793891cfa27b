"""The hash function GOST R 34.11-94 (RFC 5831) with the CryptoPro parameters (RFC 4357 section 11.2)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from mezhved.gost.provider import Octets

_BLOCK: Final = 32
_MASK32: Final = (1 << 32) - 1
_MASK64: Final = (1 << 64) - 1
_MASK256: Final = (1 << 256) - 1
_WORDS: Final = struct.Struct("<16H")

# RFC 4357 section 11.2, id-GostR3411-94-CryptoProParamSet: the lowest four bits' row first.
_ROWS: Final = (
    "a45681 37dce0 92bf",
    "5f402d b91763 cea8",
    "7fce94 103b52 6a8d",
    "4a7c0f 28e165 db93",
    "764b9c 2a180e fd35",
    "7624d9 f0a15b 8ec3",
    "de4170 5a3c8f 629b",
    "13a95b 4f867e d02c",
)
# RFC 5831 section 5.1: the constant C3 of the key generation.
_C3: Final = 0xFF00FFFF000000FFFF0000FF00FFFF0000FF00FF00FF00FFFF00FF00FF00FF00


def _substitution() -> tuple[tuple[int, ...], ...]:
    """Join pairs of rows and the rotation by 11: four tables, one for each octet of a word."""
    rows = [[int(digit, 16) for digit in row.replace(" ", "")] for row in _ROWS]
    tables = []
    for place in range(4):
        low, high = rows[2 * place], rows[2 * place + 1]
        values = ((high[octet >> 4] << 4 | low[octet & 15]) << 8 * place for octet in range(256))
        tables.append(tuple((value << 11 | value >> 21) & _MASK32 for value in values))
    return tuple(tables)


_T: Final = _substitution()


def _permuted(value: int) -> bytes:
    """Do the permutation P: octet i+4j of the key is octet 8i+j of the number (RFC 5831 section 5.1)."""
    octets = value.to_bytes(_BLOCK, "little")
    return bytes(octets[8 * i + j] for j in range(8) for i in range(4))


def _encrypt(key: bytes, block: int) -> int:
    """Encrypt 64 bits by GOST 28147-89 in simple substitution (RFC 5830 section 5)."""
    t0, t1, t2, t3 = _T
    words = struct.unpack("<8I", key)
    n1, n2 = block & _MASK32, block >> 32
    for word in words * 3 + words[::-1]:
        x = n1 + word & _MASK32
        n1, n2 = n2 ^ t0[x & 255] ^ t1[x >> 8 & 255] ^ t2[x >> 16 & 255] ^ t3[x >> 24], n1
    return n1 << 32 | n2


def _shifted(value: int) -> int:
    """Do the transformation A (RFC 5831 section 5.1)."""
    return ((value ^ value >> 64) & _MASK64) << 192 | value >> 64


def _stirred(value: int, times: int) -> int:
    """Do the transformation psi so many times (RFC 5831 section 5.3)."""
    words = list(_WORDS.unpack(value.to_bytes(_BLOCK, "little")))
    for i in range(times):
        words.append(words[i] ^ words[i + 1] ^ words[i + 2] ^ words[i + 3] ^ words[i + 12] ^ words[i + 15])
    return int.from_bytes(_WORDS.pack(*words[-16:]), "little")


def _step(state: int, block: int) -> int:
    """Do the step function (RFC 5831 section 5)."""
    u, v = state, block
    encrypted = 0
    for place in range(4):
        if place:
            u = _shifted(u) ^ (_C3 if place == 2 else 0)  # noqa: PLR2004
            v = _shifted(_shifted(v))
        encrypted |= _encrypt(_permuted(u ^ v), state >> 64 * place & _MASK64) << 64 * place
    return _stirred(state ^ _stirred(block ^ _stirred(encrypted, 12), 1), 61)


class Gost94:
    """A GOST R 34.11-94 hash in the making."""

    __slots__ = ("_count", "_rest", "_state", "_sum")

    def __init__(self) -> None:
        self._state = 0
        self._count = 0
        self._sum = 0
        self._rest = b""

    def update(self, data: Octets, /) -> None:
        """Take more octets."""
        octets = self._rest + bytes(data)
        whole = len(octets) - len(octets) % _BLOCK
        for at in range(0, whole, _BLOCK):
            self._take(octets[at : at + _BLOCK])
        self._rest = octets[whole:]

    def _take(self, octets: bytes) -> None:
        block = int.from_bytes(octets, "little")
        self._state = _step(self._state, block)
        self._sum = self._sum + block & _MASK256
        self._count += 8 * len(octets)

    def digest(self) -> bytes:
        """Return the hash of what was taken so far."""
        last = self.copy()
        if last._rest:  # noqa: SLF001  of the same class
            last._take(last._rest)  # noqa: SLF001
        state = _step(last._state, last._count)  # noqa: SLF001
        return _step(state, last._sum).to_bytes(_BLOCK, "little")  # noqa: SLF001

    def copy(self) -> Self:
        """Return an independent hasher in the same state."""
        twin = type(self)()
        twin._state, twin._count = self._state, self._count  # noqa: SLF001
        twin._sum, twin._rest = self._sum, self._rest  # noqa: SLF001
        return twin
