"""Deleting what files held and was never sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.cabinet.batch.work import wipe_old
from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.looping import Loop

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway

DUTY: Final = "wiping files of requests"
DUTY_SECONDS: Final = 7200
PERIOD_SECONDS: Final = 3600.0


class BatchKeeper(Loop):
    """Deletes while it holds the duty."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "batch-keeper")

    def tick(self) -> float:
        """Delete what is due; come back at once while there is more."""
        if not take_duty(DUTY, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS):
            return PERIOD_SECONDS
        wiped = wipe_old(self._gateway.clock())
        self.went_well()
        return 0.0 if wiped else PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process do it."""
        leave(DUTY, self._gateway.owner)
        super().ended()
