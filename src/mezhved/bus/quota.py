"""How full a queue is, without counting it for every message."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mezhved.bus.times import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.bus.storage import Queue

_RECOUNT_AFTER = 5 * SECOND
# Counting takes up to a microsecond a message: a five-hundredth of the time, however long the queue.
_REST_PER_MESSAGE = 500
# So many processes may each use their share of the room before they count again; what one did not use
# while others filled the queue may come on top of the limit, so a share is never large.
_SHARES = 16
_GREATEST_SHARE = 1000
_MESSAGES_PER_SHARE = 100
# A queue of a million at its limit would be counted for every message that it takes or refuses: one
# message more for so many in the queue is no matter.
_GRAIN = 100_000
_FULL_PER_GRAIN = SECOND // 10
_QUEUES = 10_000


@dataclass(slots=True)
class _Estimate:
    """What is believed of a queue until `expires_at`; `share` more fit before it is counted again."""

    expires_at: int = 0
    room: bool = False
    share: int = 0
    counting: threading.Lock = field(default_factory=threading.Lock)

    def holds(self, now: int) -> bool:
        """Tell whether it answers for a message now; while another thread counts, a share left does."""
        if self.share:
            return now < self.expires_at or self.counting.locked()
        return not self.room and now < self.expires_at

    def use(self) -> bool:
        """Answer, and reckon with the message."""
        self.share = max(0, self.share - 1)
        return self.room

    def learn(self, counted: int, free: int, now: int) -> None:
        """Believe what was counted."""
        self.room = free > 0
        greatest = _GREATEST_SHARE + counted // _MESSAGES_PER_SHARE
        self.share = max(min(free // _SHARES, greatest), counted // _GRAIN) if self.room else 0
        rest = _RECOUNT_AFTER + counted * _REST_PER_MESSAGE
        self.expires_at = now + (rest if self.room else counted // _GRAIN * _FULL_PER_GRAIN)


class Quota:
    """Counts a queue again after a share of its free room was used, or after a while.

    The while is five seconds, longer for a long queue. Near the limit the share is nothing and every
    message counts, but for queues of 100,000 and more. Of several callers at once one counts.
    `count` returns the number of messages in a queue, no further than the limit given to it; for one that
    hangs on its database the others wait `patience` seconds.
    """

    def __init__(self, limit: int, count: Callable[[Queue, int], int], *, patience: float = 1.0) -> None:
        self._limit = limit
        self._count = count
        self._patience = patience
        self._lock = threading.Lock()
        self._estimates: dict[Queue, _Estimate] = {}

    def has_room(self, queue: Queue, now: int) -> bool:
        """Tell whether one more message fits, and reckon with it."""
        with self._lock:
            known = self._known(queue)
            if known.holds(now):
                return known.use()
        alone = known.counting.acquire(timeout=self._patience)
        try:
            return self._counted(known, queue, now)
        finally:
            if alone:
                known.counting.release()

    def _counted(self, known: _Estimate, queue: Queue, now: int) -> bool:
        with self._lock:
            if now < known.expires_at and known.holds(now):
                return known.use()
        counted = self._count(queue, self._limit)
        with self._lock:
            known.learn(counted, self._limit - counted, now)
            return known.use()

    def _known(self, queue: Queue) -> _Estimate:
        """Return what is known of the queue; the caller holds the lock."""
        known = self._estimates.get(queue)
        if known is None:
            if len(self._estimates) >= _QUEUES:
                self._estimates.clear()
            known = self._estimates[queue] = _Estimate()
        return known
