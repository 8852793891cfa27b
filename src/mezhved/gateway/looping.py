"""Threads of the gateway: work that is repeated, and the database connection that each has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from mezhved.service import Repeating

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway

FIRST_TROUBLE_SECONDS = 1.0
LONGEST_TROUBLE_SECONDS = 30.0


class Loop(Repeating):
    """Repeated work with a database connection of its own, which is made anew after an error."""

    def __init__(self, gateway: Gateway, name: str) -> None:
        super().__init__(name)
        self._gateway = gateway
        self._troubles = 0

    def ended(self) -> None:
        """Leave the database."""
        connection.close()

    def troubled(self, error: Exception) -> float:
        """Log the trouble and wait, longer each time; a connection that broke is left."""
        connection.close_if_unusable_or_obsolete()
        self._troubles += 1
        pause = min(LONGEST_TROUBLE_SECONDS, FIRST_TROUBLE_SECONDS * 2.0 ** min(self._troubles - 1, 8))
        self._gateway.log.error(
            "work_failed", work=self.name, error_type=type(error).__name__, seconds=round(pause, 1)
        )
        return pause

    def went_well(self) -> None:
        """Begin again with the shortest pause after a trouble."""
        self._troubles = 0
