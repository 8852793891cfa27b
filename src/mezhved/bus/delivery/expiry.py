"""The end of life of a request that nobody took in time (SMEV-500, StatusCategory cancelled)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.delivery.system_responses import system_response
from mezhved.smev3 import faults
from mezhved.smev3.messages import InteractionStatus

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.storage import Delivery


def expire(bus: Bus, delivery: Delivery) -> bool:
    """End the message and tell its sender, in one transaction; False when it is no longer there."""
    message = delivery.message
    now = bus.clock()
    answer, queue = None, None
    if message.sender is not None and not _told(bus, delivery):
        answer, queue = system_response(bus, message, InteractionStatus.CANCELLED, faults.end_of_life(), now)
    return bus.store.expire(delivery.pk, delivery.queue, answer, queue, now, leases=delivery.leases)


def _told(bus: Bus, delivery: Delivery) -> bool:
    """Tell whether the sender of a message to many was told before; it is told once, of the first."""
    if not delivery.many:
        return False
    stored = bus.store.find(delivery.message.message_id)
    return stored is not None and stored.answer_id is not None
