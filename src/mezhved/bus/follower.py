"""The thread that follows the registry, so that calls find its newest picture and never wait for one.

A change may bring a revocation list of many megabytes: it is read, and its signature checked, here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import Error, connection

from mezhved.service import Repeating

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus

_STEPS_IN_AN_INTERVAL: Final = 4


def follow(bus: Bus) -> None:
    """Take the newest picture of the registry and check the signatures of new lists."""
    checker = bus.chains.checker(bus.registry.refresh().trust)
    if checker is not None:
        checker.prepare()


class Follower(Repeating):
    """Follows several times an interval until stopped; holds one connection to the database."""

    def __init__(self, bus: Bus) -> None:
        self._pause = bus.settings.registry_poll_seconds / _STEPS_IN_AN_INTERVAL
        super().__init__("registry", self._pause)
        self._bus = bus

    def tick(self) -> float:
        """Follow; while the database is away, calls tell so themselves."""
        connection.ensure_connection()
        follow(self._bus)
        return self._pause

    def troubled(self, error: Exception) -> float:
        """Log it and take a new connection next time."""
        connection.close()
        if isinstance(error, Error):
            self._bus.log.warning("registry_unreachable", error_type=type(error).__name__)
        else:
            self._bus.log.critical("registry_defect", error_type=type(error).__name__)
        return self._pause

    def ended(self) -> None:
        """Let the connection go."""
        connection.close()
