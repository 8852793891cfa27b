"""The thread that deletes drafts nobody goes on with: they hold personal data. In one process at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from mezhved.cabinet.models import Draft, Purpose
from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.looping import Loop

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.assembly import Gateway

KEPT: Final = timedelta(days=180)
"""How long a draft waits to be gone on with."""
LEFT_KEPT: Final = timedelta(days=30)
"""How long a draft of an answer stays after the request was answered or closed without it."""
SENT_KEPT: Final = timedelta(days=7)
"""How long the trace of one that was sent leads to what it became."""
_DUTY: Final = "forgetting-drafts"
_DUTY_SECONDS: Final = 7200
_PERIOD_SECONDS: Final = 3600.0
_BATCH: Final = 200


def forget_due(now: datetime) -> int:
    """Delete a batch of drafts whose time is over, with their files; return how many went.

    Contents of files go by the gateway's cleaning, which finds that nothing names them.
    """
    left = Q(sent_at=None, purpose=Purpose.ANSWER, exchange__closed_at__lt=now - LEFT_KEPT)
    due = left | Q(sent_at=None, updated_at__lt=now - KEPT) | Q(sent_at__lt=now - SENT_KEPT)
    keys = list(Draft.objects.filter(due).values_list("pk", flat=True)[:_BATCH])
    Draft.objects.filter(pk__in=keys).delete()
    return len(keys)


class DraftKeeper(Loop):
    """Deletes what is due while it holds the duty."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, _DUTY)

    def tick(self) -> float:
        """Delete a batch; come back at once while there is more."""
        if not take_duty(_DUTY, self._gateway.owner, self._gateway.clock(), _DUTY_SECONDS):
            return _PERIOD_SECONDS
        done = forget_due(self._gateway.clock())
        if done:
            self._gateway.log.info("drafts_forgotten", drafts=done)
        self.went_well()
        return 0.0 if done else _PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process do it."""
        leave(_DUTY, self._gateway.owner)
        super().ended()
