"""Where a node takes the current snapshot from."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.registry.snapshot import Snapshot


class SnapshotSource:
    """Gives the current snapshot; asks for the registry's revision at most once an interval.

    One thread at a time asks and reloads; the others go on with the picture they have, but never
    with one that was last confirmed more than two intervals ago: then they wait. With
    the interval of 2 s a change is in force everywhere within 4 s, however long a reload lasts.
    """

    def __init__(
        self,
        load: Callable[[], Snapshot],
        revision: Callable[[], int],
        monotonic: Callable[[], float],
        interval: float = 2.0,
    ) -> None:
        """Keep the callables: `load` reads a snapshot, `revision` only its number; seconds."""
        self._load = load
        self._revision = revision
        self._monotonic = monotonic
        self._interval = interval
        self._lock = threading.Lock()
        self._current: tuple[Snapshot, float] | None = None

    def current(self) -> Snapshot:
        """Return a snapshot confirmed not longer than two intervals ago.

        Raises what `load` and `revision` raise when the database cannot be asked and the picture
        at hand is older than that.
        """
        held = self._current
        age = float("inf") if held is None else self._monotonic() - held[1]
        if held is not None and age < self._interval:
            return held[0]
        fresh_enough = held is not None and age < 2 * self._interval
        if not self._lock.acquire(blocking=not fresh_enough):
            assert held is not None
            return held[0]
        try:
            return self._confirm()
        except Exception:
            if held is not None and fresh_enough:
                return held[0]
            raise
        finally:
            self._lock.release()

    def refresh(self) -> Snapshot:
        """Confirm the picture when half of an interval has passed: for a thread of its own.

        While one calls this often, readers find a confirmed picture and never wait for a reload.
        """
        with self._lock:
            return self._confirm(self._interval / 2)

    def _confirm(self, fresh: float | None = None) -> Snapshot:
        """Ask whether the picture is current, and reload it if not. Called with the lock held."""
        asked_at = self._monotonic()
        held = self._current
        if held is not None and asked_at - held[1] < (self._interval if fresh is None else fresh):
            return held[0]
        same = held is not None and self._revision() == held[0].revision
        snapshot = held[0] if held is not None and same else self._load()
        self._current = (snapshot, asked_at)
        return snapshot
