"""Message identifiers: UUID version 1 of RFC 4122, made and judged.

SMEV demands version 1 (MAC address and time) and reads the time out of the identifier: MR 3.3 section
3.2.1. All times here are UTC; a tick is 100 nanoseconds, as in RFC 4122 4.1.4.
"""

from __future__ import annotations

import os
import re
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable

NODE_OCTETS = 6

_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)
_UNIX_TICKS = 0x01B21DD213814000
_TICKS_MASK = (1 << 60) - 1
_TICKS_PER_SECOND = 10_000_000
_BACKWARD_TICKS = 60 * _TICKS_PER_SECOND
_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


class InvalidMessageId(MezhvedError):  # noqa: N818 - named as the fault it becomes
    """An identifier that is not a UUID of RFC 4122 version 1 (fault InvalidMessageIdFormat, SMEV-300)."""

    def __init__(self, value: str) -> None:
        super().__init__(
            Text(
                ru=f"«{value[:80]}» — не UUID версии 1 по RFC 4122",
                en=f'"{value[:80]}" is not a UUID of version 1 of RFC 4122',
            ),
            cure=Text(
                ru="создайте идентификатор из времени и адреса узла, строчными буквами",
                en="make the identifier of time and node address, in lower case",
            ),
        )
        self.value = value


class MessageIds:
    """Makes identifiers that are unique and grow, from any number of threads.

    `clock` gives nanoseconds since the Unix epoch, `randomness` that many random octets. `node` is the six
    octets of the node; without it a random one is drawn, marked as such (RFC 4122 4.5), which is right
    for several processes on one machine. After a fork the child draws a new clock sequence by itself.
    """

    def __init__(
        self, clock: Callable[[], int], randomness: Callable[[int], bytes], node: bytes | None = None
    ) -> None:
        if node is not None and len(node) != NODE_OCTETS:
            raise ValueError(f"a node has {NODE_OCTETS} octets, not {len(node)}")
        self._clock = clock
        self._randomness = randomness
        self._given_node = node
        self._lock = threading.Lock()
        self._last = 0
        self._start_sequence()

    def new(self) -> str:
        """Return the next identifier: 36 lower-case characters."""
        with self._lock:
            if self._process != os.getpid():
                self._start_sequence()
            ticks = self._clock() // 100 + _UNIX_TICKS
            if ticks <= self._last:
                if self._last - ticks > _BACKWARD_TICKS:
                    # The clock was set back (RFC 4122 4.1.5): a new sequence, and its time is believed.
                    self._start_sequence()
                else:
                    ticks = self._last + 1
            self._last = ticks
            return str(_compose(ticks & _TICKS_MASK, self._sequence, self._node))

    def _start_sequence(self) -> None:
        self._process = os.getpid()
        self._sequence = int.from_bytes(self._randomness(2), "big") & 0x3FFF
        node = self._given_node or random_node(self._randomness)
        self._node = int.from_bytes(node, "big")


def random_node(randomness: Callable[[int], bytes]) -> bytes:
    """Return six random octets with the multicast bit set, so that they equal no real MAC address."""
    octets = randomness(NODE_OCTETS)
    return bytes([octets[0] | 1]) + octets[1:]


def parse_message_id(text: str) -> UUID:
    """Return the identifier as a UUID.

    Raises `InvalidMessageId` when it is not in the form of the schema (lower case, with hyphens), not of
    RFC 4122's variant or not of version 1.
    """
    if _FORM.fullmatch(text) is None or text[14] != "1" or text[19] not in "89ab":
        raise InvalidMessageId(text)
    return UUID(text)


def message_time(identifier: UUID) -> datetime:
    """Return the time an identifier of version 1 was made at, to the microsecond."""
    return _GREGORIAN + timedelta(microseconds=identifier.time // 10)


def _compose(ticks: int, sequence: int, node: int) -> UUID:
    fields = (ticks & 0xFFFFFFFF) << 32 | ((ticks >> 32) & 0xFFFF) << 16 | 0x1000 | ticks >> 48
    return UUID(int=fields << 64 | (0x8000 | sequence) << 48 | node)
