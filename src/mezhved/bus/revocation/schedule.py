"""When a source is asked again. All times are microseconds; `chance` is a random number from 0 to 1."""

from __future__ import annotations

from typing import Final

from mezhved.bus.times import SECOND

_MOST_DOUBLINGS: Final = 30
_STALE_PAUSE: Final = 300
"""How often, in seconds at most, a source is asked that gives what is stale already."""


def after_success(now: int, period: int, retry: int, next_update: int, chance: float) -> int:
    """Return when to fetch again: once a period (seconds), and before what was fetched gets stale.

    A tenth of the time either way is left to chance, so that nodes and sources do not march in step.
    """
    pause = period * SECOND
    if next_update > now:
        pause = min(pause, (next_update - now) * 3 // 4)
    elif next_update:
        pause = min(pause, _STALE_PAUSE * SECOND)
    least = min(retry, period) * SECOND
    return now + int(max(pause, least) * (0.9 + 0.2 * chance))


def after_failure(now: int, failures: int, retry: int, period: int, chance: float) -> int:
    """Return when to try again: after `retry` seconds, twice as long each time, at most a period.

    A quarter of the time either way is left to chance.
    """
    pause = min(retry * 2 ** min(failures - 1, _MOST_DOUBLINGS), max(period, retry))
    return now + int(pause * SECOND * (0.75 + 0.5 * chance))
