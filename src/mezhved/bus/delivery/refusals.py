"""A refusal that is told after the receipt: what is kept of it and the system response about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.delivery.system_responses import system_response
from mezhved.bus.storage import Kind
from mezhved.smev3 import messages
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.storage import NewMessage, Queue
    from mezhved.smev3.faults import Fault


def refusal(
    bus: Bus, message: NewMessage, fault: Fault, now: int, routing: messages.RoutingStatus | None = None
) -> tuple[str, NewMessage, Queue]:
    """Return the reason to keep, the system response and the queue it goes to."""
    category = (
        messages.InteractionStatus.RESPONSE_IS_REJECTED_BY_SMEV
        if message.kind is Kind.RESPONSE and Version(message.version) is Version.V1_3
        else messages.InteractionStatus.REQUEST_IS_REJECTED_BY_SMEV
    )
    answer, queue = system_response(bus, message, category, fault, now, routing=routing)
    return fault.kind.value if fault.kind is not None else "", answer, queue
