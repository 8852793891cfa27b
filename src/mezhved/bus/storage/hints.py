"""Where in a queue to begin looking, so that PostgreSQL need not walk over the dead.

While something holds an old snapshot (a backup, a long report), PostgreSQL keeps the versions of rows
that were handed out and acknowledged since, and every search from a queue's beginning steps over all of
them: measured 0.8 ms for each thousand. So a process remembers how far it has come and begins there.
The memory is only a hint. A message may become visible behind the place that others have reached, when
its transaction took long: a margin covers the usual case, and every few seconds one search begins at
the beginning again and finds the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.bus.storage.session import Parameters, Row

WHOLE_AFTER_SECONDS: Final = 5.0
# More messages than one group hands out, so that a group that was undone is found again at once.
MESSAGES_BACK: Final = 500
MICROSECONDS_BACK: Final = 60_000_000
_QUEUES: Final = 10_000

Key = tuple[int, int, str, int | None]


@dataclass(slots=True)
class _Reached:
    """How far one queue was searched, and by which clocks."""

    whole_at: float
    now: int
    floor: int = 0
    ended_floor: int = 0


class Hints:
    """The places reached in the queues that this process hands out from."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds that never go back."""
        self._clock = clock
        self._reached: dict[Key, _Reached] = {}

    def search(self, parameters: Parameters, take: Callable[[Parameters], Row | None]) -> Row | None:
        """Call `take` with `floor` and `ended_floor` set and learn from what it returns.

        `take` returns a row that begins with the entry's id, its number of leases, the message's row id.
        """
        key = (parameters["owner"], parameters["box"], parameters["node"], parameters["type_id"])
        now, known = parameters["now"], self._reached.get(key)
        if known is None or now < known.now or not 0 <= self._clock() - known.whole_at < WHOLE_AFTER_SECONDS:
            if len(self._reached) >= _QUEUES:
                self._reached.clear()
            row = take({**parameters, "floor": 0, "ended_floor": 0})
            known = self._reached[key] = _Reached(self._clock(), now, known.floor if known else 0)
        else:
            row = take({**parameters, "floor": known.floor, "ended_floor": known.ended_floor})
        known.now = now
        if row is None or row[1] == 1:
            known.ended_floor = max(0, now - MICROSECONDS_BACK)
        if row is not None and row[1] == 1:
            known.floor = max(0, row[2] - MESSAGES_BACK)
        return row
