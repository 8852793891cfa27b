"""Messages whose end of life passed while nobody polled: they end in time all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.delivery.expiry import expire
from mezhved.bus.storage import StorageError
from mezhved.service import Repeating

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus

PERIOD_SECONDS = 2.0
BATCH = 200
_FINISH_EVERY = 30


def sweep(bus: Bus) -> int:
    """End all messages that are past their end of life now; return how many this call ended."""
    ended = 0
    while True:
        overdue = bus.store.overdue(bus.clock(), BATCH)
        done = sum(expire(bus, each) for each in overdue)
        ended += done
        if len(overdue) < BATCH or not done:
            return ended


class Sweeper(Repeating):
    """Sweeps every two seconds until stopped; several processes may do it at once."""

    def __init__(self, bus: Bus) -> None:
        super().__init__("sweeper", PERIOD_SECONDS)
        self._bus = bus
        self._sweeps = 0

    def tick(self) -> float:
        """Sweep, and now and then finish what a process that died left of messages to many."""
        self._sweeps += 1
        sweep(self._bus)
        if self._sweeps % _FINISH_EVERY == 0:
            self._bus.store.finish_distributed()
        return PERIOD_SECONDS

    def troubled(self, error: Exception) -> float:
        """Log it; an unreachable database is tried again next time."""
        if isinstance(error, StorageError):
            self._bus.log.warning("sweep_failed", reason=str(error))
        else:
            self._bus.log.critical("sweep_defect", error_type=type(error).__name__)
        return PERIOD_SECONDS
