"""Messages whose end of life passed while nobody polled: they end in time all the same."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mezhved.bus.delivery.expiry import expire
from mezhved.bus.storage import StorageError

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus

PERIOD_SECONDS = 2.0
BATCH = 200
# What a process that died left of messages to many.
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


class Sweeper(threading.Thread):
    """Sweeps every two seconds until stopped; several processes may do it at once."""

    def __init__(self, bus: Bus) -> None:
        super().__init__(name="mezhved-sweeper", daemon=True)
        self._bus = bus
        self._stopped = threading.Event()

    def run(self) -> None:
        """Sweep until stopped; an unreachable database is tried again next time."""
        sweeps = 0
        while not self._stopped.wait(PERIOD_SECONDS):
            sweeps += 1
            try:
                sweep(self._bus)
                if sweeps % _FINISH_EVERY == 0:
                    self._bus.store.finish_distributed()
            except StorageError as error:
                self._bus.log.warning("sweep_failed", reason=str(error))
            except Exception as error:  # noqa: BLE001 - the thread must outlive one bad message
                self._bus.log.critical("sweep_defect", error_type=type(error).__name__)

    def stop(self) -> None:
        """End the thread within one sweep."""
        self._stopped.set()
