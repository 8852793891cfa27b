"""The hash function GOST R 34.11-94 (RFC 5831) with the CryptoPro parameters (RFC 4357 section 11.2)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, Self

from mezhved.gost.pure import gost28147

if TYPE_CHECKING:
    from mezhved.gost.provider import Octets

_BLOCK: Final = 32
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


_T: Final = gost28147.tables_of(_ROWS)


def _permuted(value: int) -> bytes:
    """Do the permutation P: octet i+4j of the key is octet 8i+j of the number (RFC 5831 section 5.1)."""
    octets = value.to_bytes(_BLOCK, "little")
    return bytes(octets[8 * i + j] for j in range(8) for i in range(4))


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
        word = gost28147.encrypt(_T, _permuted(u ^ v), state >> 64 * place & _MASK64)
        encrypted |= word << 64 * place
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
