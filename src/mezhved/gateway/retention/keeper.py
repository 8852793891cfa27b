"""The thread that forgets what is due, in one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.looping import Loop
from mezhved.gateway.retention.forgetting import forget_due

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway

DUTY: Final = "forgetting"
DUTY_SECONDS: Final = 1200
PERIOD_SECONDS: Final = 600.0
BATCH: Final = 100


class Keeper(Loop):
    """Forgets while it holds the duty, a batch at a time."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, DUTY)

    def tick(self) -> float:
        """Forget a batch; come back at once while there is more."""
        if not take_duty(DUTY, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS):
            return PERIOD_SECONDS
        done = forget_due(self._gateway, BATCH, stopping=lambda: self.stopping)
        self.went_well()
        return 0.0 if done == BATCH else PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process do it."""
        leave(DUTY, self._gateway.owner)
        super().ended()
