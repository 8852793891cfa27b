"""How full a queue is, without counting it for every message."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.times import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.bus.storage import Queue

_RECOUNT_AFTER = 5 * SECOND
# So many processes may each use their share of the room before they count again.
_SHARES = 16
_QUEUES = 10_000


@dataclass(slots=True)
class _Estimate:
    counted_at: int
    free: int
    used: int = 0


class Quota:
    """Counts a queue again after a share of its free room was used, or after five seconds.

    Near the limit the share is nothing and every message counts. `count` returns the number of messages
    in a queue, no further than the limit given to it.
    """

    def __init__(self, limit: int, count: Callable[[Queue, int], int]) -> None:
        self._limit = limit
        self._count = count
        self._lock = threading.Lock()
        self._estimates: dict[Queue, _Estimate] = {}

    def has_room(self, queue: Queue, now: int) -> bool:
        """Tell whether one more message fits, and reckon with it."""
        with self._lock:
            known = self._estimates.get(queue)
            if (
                known is not None
                and now - known.counted_at < _RECOUNT_AFTER
                and known.used < known.free // _SHARES
            ):
                known.used += 1
                return True
        free = self._limit - self._count(queue, self._limit)
        with self._lock:
            if len(self._estimates) >= _QUEUES:
                self._estimates.clear()
            self._estimates[queue] = _Estimate(now, free, 1)
        return free > 0
