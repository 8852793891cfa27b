"""The block cipher GOST 28147-89 (RFC 5830): as much of it as hashes and containers of keys need."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK: Final = 8
"""Octets of a block."""

Tables = tuple[tuple[int, ...], ...]
"""Pairs of substitution rows joined with the rotation: four tables, one for each octet of a word."""

_MASK32: Final = (1 << 32) - 1
_WORDS: Final = struct.Struct("<8I")

# RFC 4357 section 11.2, id-Gost28147-89-CryptoPro-A-ParamSet: the lowest four bits' row first.
_CRYPTOPRO_A_ROWS: Final = (
    "96328b17a4efc0d5",
    "37e98af0526cb4d1",
    "e462b3d8cf5a0719",
    "e7acd13902b4f856",
    "b5198df0e423c7a6",
    "3adc120b75948fe6",
    "1d297a608c45f3be",
    "baf50ce8623917d4",
)


def tables_of(rows: Sequence[str]) -> Tables:
    """Make the tables of a substitution: eight rows of sixteen hexadecimal digits, blanks passed over."""
    nodes = [[int(digit, 16) for digit in row.replace(" ", "")] for row in rows]
    tables = []
    for place in range(4):
        low, high = nodes[2 * place], nodes[2 * place + 1]
        values = ((high[octet >> 4] << 4 | low[octet & 15]) << 8 * place for octet in range(256))
        tables.append(tuple((value << 11 | value >> 21) & _MASK32 for value in values))
    return tuple(tables)


CRYPTOPRO_A: Final = tables_of(_CRYPTOPRO_A_ROWS)
"""The substitution of CryptoPro's containers (RFC 4357 section 11.2)."""


def encrypt(tables: Tables, key: bytes, block: int) -> int:
    """Encrypt a block, a little endian number, in simple substitution (RFC 5830 section 5)."""
    words = _WORDS.unpack(key)
    n1, n2 = _rounds(tables, words * 3 + words[::-1], block)
    return n1 << 32 | n2


def decrypt_blocks(tables: Tables, key: bytes, octets: bytes) -> bytes:
    """Decrypt whole blocks in simple substitution (RFC 5830 section 5)."""
    words = _WORDS.unpack(key)
    order = words + words[::-1] * 3
    plain = bytearray()
    for block in _blocks(octets):
        n1, n2 = _rounds(tables, order, block)
        plain += (n1 << 32 | n2).to_bytes(BLOCK, "little")
    return bytes(plain)


def encrypt_feedback(tables: Tables, key: bytes, vector: bytes, octets: bytes) -> bytes:
    """Encrypt in the mode with feedback (RFC 5830 section 7); the last block may be short."""
    sealed = b""
    for at in range(0, len(octets), BLOCK):
        sealed += _gamma(tables, key, sealed[-BLOCK:] or vector, octets[at : at + BLOCK])
    return sealed


def decrypt_feedback(tables: Tables, key: bytes, vector: bytes, octets: bytes) -> bytes:
    """Decrypt in the mode with feedback (RFC 5830 section 7); the last block may be short."""
    chain = vector + octets
    return b"".join(
        _gamma(tables, key, chain[at : at + BLOCK], octets[at : at + BLOCK])
        for at in range(0, len(octets), BLOCK)
    )


def _gamma(tables: Tables, key: bytes, before: bytes, piece: bytes) -> bytes:
    gamma = encrypt(tables, key, int.from_bytes(before, "little")).to_bytes(BLOCK, "little")
    return bytes(a ^ b for a, b in zip(piece, gamma, strict=False))


def imitation(tables: Tables, key: bytes, vector: bytes, octets: bytes) -> bytes:
    """Return the four octets that tell a change (RFC 5830 section 8) of whole blocks, from a vector on."""
    words = _WORDS.unpack(key) * 2
    state = int.from_bytes(vector, "little")
    for block in _blocks(octets):
        n1, n2 = _rounds(tables, words, state ^ block)
        state = n2 << 32 | n1
    return (state & _MASK32).to_bytes(4, "little")


def _rounds(tables: Tables, words: Sequence[int], block: int) -> tuple[int, int]:
    """Do as many rounds as there are words; return N1 and N2 after the last, which exchanges them too."""
    t0, t1, t2, t3 = tables
    n1, n2 = block & _MASK32, block >> 32
    for word in words:
        x = n1 + word & _MASK32
        n1, n2 = n2 ^ t0[x & 255] ^ t1[x >> 8 & 255] ^ t2[x >> 16 & 255] ^ t3[x >> 24], n1
    return n1, n2


def _blocks(octets: bytes) -> list[int]:
    return [int.from_bytes(octets[at : at + BLOCK], "little") for at in range(0, len(octets), BLOCK)]
