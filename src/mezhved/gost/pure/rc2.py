"""The block cipher RC2 (RFC 2268): certificates in Windows' containers are sealed by it."""

from __future__ import annotations

import struct
from typing import Final

BLOCK: Final = 8
"""Octets of a block."""

_MASK16: Final = 0xFFFF
_ROTATIONS: Final = (1, 2, 3, 5)
_BLOCK_WORDS: Final = struct.Struct("<4H")
_KEY_WORDS: Final = struct.Struct("<64H")

# RFC 2268 section 2: the digits of pi.
_PI: Final = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9"
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
)


def decrypt_chained(key: bytes, vector: bytes, octets: bytes) -> bytes:
    """Decrypt whole blocks in CBC; all bits of the key are effective."""
    words = _expanded(key)
    plain = bytearray()
    before = vector
    for at in range(0, len(octets), BLOCK):
        block = octets[at : at + BLOCK]
        plain += bytes(a ^ b for a, b in zip(_decrypt(words, block), before, strict=True))
        before = block
    return bytes(plain)


def _expanded(key: bytes) -> tuple[int, ...]:
    """Expand the key to 64 words (RFC 2268 section 2)."""
    size = len(key)
    octets = bytearray(key)
    while len(octets) < 2 * 64:
        octets.append(_PI[octets[-1] + octets[-size] & 0xFF])
    octets[128 - size] = _PI[octets[128 - size]]
    for place in range(127 - size, -1, -1):
        octets[place] = _PI[octets[place + 1] ^ octets[place + size]]
    return _KEY_WORDS.unpack(octets)


def _decrypt(words: tuple[int, ...], block: bytes) -> bytes:
    """Undo the rounds of mixing, and after the fifth and the eleventh one of mashing (RFC 2268 section 4)."""
    r = list(_BLOCK_WORDS.unpack(block))
    for place in range(15, -1, -1):
        for i in (3, 2, 1, 0):
            turn = _ROTATIONS[i]
            value = r[i] >> turn | r[i] << 16 - turn & _MASK16
            mixed = (r[i - 1] & r[i - 2]) + (~r[i - 1] & r[i - 3])
            r[i] = value - words[4 * place + i] - mixed & _MASK16
        if place in {5, 11}:
            for i in (3, 2, 1, 0):
                r[i] = r[i] - words[r[i - 1] & 63] & _MASK16
    return _BLOCK_WORDS.pack(*r)
