"""The thread that follows the registry, so that calls find its newest picture and never wait for one.

A change may bring a revocation list of many megabytes: it is read, and its signature checked, here.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus

_STEPS_IN_AN_INTERVAL: Final = 4


def follow(bus: Bus) -> None:
    """Take the newest picture of the registry and check the signatures of new lists."""
    checker = bus.chains.checker(bus.registry.refresh().trust)
    if checker is not None:
        checker.prepare()


class Follower(threading.Thread):
    """Follows until stopped; holds one connection to the database."""

    def __init__(self, bus: Bus) -> None:
        super().__init__(name="mezhved-registry", daemon=True)
        self._bus = bus
        self._stopped = threading.Event()

    def run(self) -> None:
        """Follow several times an interval; while the database is away, calls tell so themselves."""
        from django.db import Error, connection  # noqa: PLC0415 - needs a started Django

        pause = self._bus.settings.registry_poll_seconds / _STEPS_IN_AN_INTERVAL
        while not self._stopped.wait(pause):
            try:
                connection.ensure_connection()
                follow(self._bus)
            except Error as error:
                connection.close()
                self._bus.log.warning("registry_unreachable", error_type=type(error).__name__)
            except Exception as error:  # noqa: BLE001 - the thread must outlive one bad row
                connection.close()
                self._bus.log.critical("registry_defect", error_type=type(error).__name__)
        connection.close()

    def stop(self) -> None:
        """End the thread within one step."""
        self._stopped.set()
