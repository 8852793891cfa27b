"""A received message enters the queues of its recipients, a batch in a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.bus.files.taking import leased_by_size, within_quota
from mezhved.bus.rooms import by_room, overflow

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.storage import Work
    from mezhved.smev3.faults import Fault

BATCH: Final = 500
"""Recipients in one transaction: other callers wait no longer than it takes."""


def fan_out(bus: Bus, work: Work, until: int) -> Fault | None:
    """Put the message into its queues; the reason to refuse it when no queue has room.

    `until` is how long the work stays this process's while it goes on. Who has the message from an
    attempt that died does not get it again.
    """
    work = leased_by_size(bus, work)
    if not work.plan.many:
        bus.store.settle(work, work.plan.queues)
        return None
    ready, full = by_room(bus, work.plan.queues)
    ready, without_quota, fault = within_quota(bus, work, ready)
    full = (*full, *without_quota)
    if not ready and not bus.store.shares(work.pk):
        return fault or overflow(bus, bus.registry.current(), full[0])
    last = max(0, len(ready) - 1) // BATCH * BATCH
    for first in range(0, last, BATCH):
        if not bus.store.spread(work, ready[first : first + BATCH], until):
            return None
    bus.store.settle(work, ready[last:], full=full)
    return None
