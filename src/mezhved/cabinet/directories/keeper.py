"""The thread that deletes cards whose term is over, in one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.cabinet.directories.cards import forget_due
from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.looping import Loop

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway

_DUTY: Final = "forgetting-cards"
_DUTY_SECONDS: Final = 7200
_PERIOD_SECONDS: Final = 3600.0


class CardKeeper(Loop):
    """Deletes what is due while it holds the duty."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, _DUTY)

    def tick(self) -> float:
        """Delete a batch; come back at once while there is more."""
        if not take_duty(_DUTY, self._gateway.owner, self._gateway.clock(), _DUTY_SECONDS):
            return _PERIOD_SECONDS
        done = forget_due(self._gateway.clock())
        if done:
            self._gateway.log.info("cards_forgotten", cards=done)
        self.went_well()
        return 0.0 if done else _PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process do it."""
        leave(_DUTY, self._gateway.owner)
        super().ended()
