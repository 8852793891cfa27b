"""Statistics by day, the archive of finished messages, its wiping: by one process of all, in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.bus.storage import StorageError
from mezhved.bus.times import SECOND
from mezhved.service import Repeating

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.bus.assembly import Bus

PERIOD_SECONDS: Final = 60.0
COUNT_AFTER_SECONDS: Final = 300
"""How old a message must be to be counted: older than any transaction, so none is passed over."""
_DUTY: Final = "archive"
_DUTY_SECONDS: Final = 600
_BATCH: Final = 500
_PAUSE_SECONDS: Final = 0.05
_DAY: Final = 86_400 * SECOND


def keep_archive(bus: Bus, pause: Callable[[], object] = lambda: None) -> tuple[int, int, int] | None:
    """Count, archive and wipe all that is due; how many of each, None when another process does it.

    `pause` is called between the batches: others write meanwhile.
    """
    archive, now = bus.store.archive, bus.clock()
    if not archive.take_duty(_DUTY, now, now + _DUTY_SECONDS * SECOND):
        return None
    try:
        counted = count(bus, pause)
        return counted, move(bus, pause), wipe(bus, pause)
    finally:
        archive.leave_duty(_DUTY)


def count(bus: Bus, pause: Callable[[], object]) -> int:
    """Bring into the statistics what was accepted and what ended; return how many were accepted."""
    total = 0
    while done := bus.store.archive.count_accepted(bus.clock() - COUNT_AFTER_SECONDS * SECOND, _BATCH):
        total += done
        pause()
    bus.store.archive.count_ended(_BATCH)
    return total


def move(bus: Bus, pause: Callable[[], object]) -> int:
    """Move into the archive what ended long enough ago; return how many messages."""
    if not bus.settings.retention_days:
        return 0
    before = bus.clock() - bus.settings.retention_days * _DAY
    total, after = 0, 0
    while True:
        moved, last = bus.store.archive.move(before, bus.clock(), after)
        total += moved
        if last is None:
            return total
        after = last
        pause()


def wipe(bus: Bus, pause: Callable[[], object]) -> int:
    """Wipe what was archived long enough ago; return how many messages."""
    if not bus.settings.archive_days:
        return 0
    before = bus.clock() - bus.settings.archive_days * _DAY
    total, after = 0, 0
    while True:
        wiped, last = bus.store.archive.wipe(before, after)
        total += wiped
        if last is None:
            return total
        after = last
        pause()


class Archivist(Repeating):
    """Keeps the archive every minute until stopped; of several processes one does."""

    def __init__(self, bus: Bus) -> None:
        super().__init__("archivist", PERIOD_SECONDS)
        self._bus = bus

    def tick(self) -> float:
        """Keep the archive; a stop is heard between the batches."""
        done = keep_archive(self._bus, lambda: self.rest(_PAUSE_SECONDS))
        if done is not None and any(done[1:]):
            self._bus.log.info("archived", messages=done[1], wiped=done[2])
        return PERIOD_SECONDS

    def troubled(self, error: Exception) -> float:
        """Log it; an unreachable database is tried again next time."""
        if isinstance(error, StorageError):
            self._bus.log.warning("archive_failed", reason=str(error))
        else:
            self._bus.log.critical("archive_defect", error_type=type(error).__name__)
        return PERIOD_SECONDS
