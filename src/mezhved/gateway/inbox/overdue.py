"""Own requests whose term went by without an answer: told once, still waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.events import tell
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import Direction, Exchange, ExchangeState

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway

DUTY = "marking overdue requests"
DUTY_SECONDS = 300
PERIOD_SECONDS = 60.0
BATCH = 200


def mark_overdue(gateway: Gateway) -> int:
    """Mark requests past their end of life or term; return how many. SMEV may still bring an answer."""
    now = gateway.clock()
    with transaction.atomic():
        late = Exchange.objects.select_for_update().filter(
            direction=Direction.OUT, state=ExchangeState.WAITING, is_overdue=False, due_at__lt=now
        )
        found = list(late.order_by("due_at")[:BATCH])
        for each in found:
            each.is_overdue = True
            each.save(update_fields=["is_overdue"])
            tell(each, None, "answer_overdue", now)
    return len(found)


class Overdue(Loop):
    """Marks while it holds the duty."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "overdue")

    def tick(self) -> float:
        """Mark a batch; come back at once while there are more."""
        if not take_duty(DUTY, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS):
            return PERIOD_SECONDS
        marked = mark_overdue(self._gateway)
        self.went_well()
        return 0.0 if marked == BATCH else PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process mark."""
        leave(DUTY, self._gateway.owner)
        super().ended()
