"""How often one token may call: a bound that keeps one caller from taking all the time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT: Final = 10_000
_MINUTE: Final = 60.0


class Pace:
    """Counts the calls of tokens in one process; `per_minute` 0 is no bound. `clock` gives seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._left: dict[int, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait_of(self, token: int) -> float:
        """Count a call; return 0, or the seconds after which the token may call again."""
        if not self._per_minute:
            return 0.0
        with self._lock:
            now = self._clock()
            left, at = self._left.pop(token, (float(self._per_minute), now))
            left = min(float(self._per_minute), left + (now - at) * self._per_minute / _MINUTE)
            while len(self._left) >= _KEPT:
                del self._left[next(iter(self._left))]
            allowed = left >= 1
            self._left[token] = (left - 1 if allowed else left), now
            return 0.0 if allowed else (1 - left) * _MINUTE / self._per_minute
