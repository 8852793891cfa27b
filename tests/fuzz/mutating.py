"""A small mutator for machines without a fuzzer and for the tests: seeded, blind, bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

_NOTABLE = (0x00, 0x0A, 0x0D, 0x20, 0x22, 0x26, 0x2D, 0x30, 0x3C, 0x3E, 0x7F, 0x80, 0x81, 0x84, 0xA0, 0xFF)
_STEPS = 6
_CHUNK = 64


def mutations(
    corpus: Sequence[bytes], tokens: Sequence[bytes], longest: int, random: Random
) -> Iterator[bytes]:
    """Yield inputs without end, each some steps away from one of the corpus."""
    while True:
        octets = bytearray(random.choice(corpus))
        for _ in range(1 + random.randrange(_STEPS)):
            _mutate(octets, corpus, tokens, random)
        yield bytes(octets[:longest])


def _mutate(octets: bytearray, corpus: Sequence[bytes], tokens: Sequence[bytes], random: Random) -> None:
    at = random.randrange(len(octets) + 1)
    end = min(len(octets), at + 1 + random.randrange(_CHUNK))
    kind = random.randrange(7)
    if kind == 0:
        octets[at : at + 1] = bytes([random.randrange(256)])
    elif kind == 1:
        octets[at : at + random.randrange(2)] = bytes([random.choice(_NOTABLE)])
    elif kind == 2:
        del octets[at:end]
    elif kind == 3:
        octets[at:at] = octets[at:end] * (1 + random.randrange(3))
    elif kind == 4:
        octets[at : at if random.randrange(2) else end] = random.choice(tokens or (b"\x00",))
    elif kind == 5:
        other = random.choice(corpus)
        start = random.randrange(len(other) + 1)
        octets[at:end] = other[start : start + random.randrange(_CHUNK)]
    elif len(octets) > 1:
        place = random.randrange(len(octets))
        octets[place] ^= 1 << random.randrange(8)
