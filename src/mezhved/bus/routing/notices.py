"""Telling the sender of a message of 1.3 what came of each routing value and record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.bus.delivery.system_responses import system_response
from mezhved.smev3.messages import InteractionStatus

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.destinations import Destination
    from mezhved.bus.storage import NewMessage, Queue

PARTLY: Final = "Сообщение передано не всем получателям, указанным в блоке маршрутизации."
COMPLETELY: Final = "Сообщение передано всем получателям, указанным в блоке маршрутизации."


def partly_routed(
    bus: Bus, message: NewMessage, goal: Destination, now: int
) -> tuple[NewMessage, Queue] | None:
    """Return the system response about a message that goes to some of those whom its block names.

    Its category is requestIsAcceptedBySmev and it has no fault: the message is on its way, and only what
    was not found is to be sent again. A message that went to all is told of where the settings say so;
    one that goes to nobody is refused, and the refusal tells.
    """
    if goal.status is None or not goal.systems or goal.fault is not None:
        return None
    if goal.complete and not (goal.by_block and bus.settings.routing_status_always):
        return None
    details = COMPLETELY if goal.complete else PARTLY
    return system_response(
        bus,
        message,
        InteractionStatus.REQUEST_IS_ACCEPTED_BY_SMEV,
        None,
        now,
        routing=goal.status,
        details=details,
    )
