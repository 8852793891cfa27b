"""Which recipients of a message to many have room for it.

A full queue of one subscriber does not hold the others: the message is refused for its owner alone,
which `mezhved bus message` shows. The sender is not told, for it would send again, to all. Only where no
queue has room the message is refused as a whole (SMEV-600), and sending again is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.smev3 import faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.bus.assembly import Bus
    from mezhved.bus.storage import Queue
    from mezhved.registry import Snapshot
    from mezhved.smev3.faults import Fault

AT_ONCE: Final = 50
"""So many recipients are served while the sender waits for its receipt; more, in the background."""


def by_room(bus: Bus, queues: Sequence[Queue]) -> tuple[tuple[Queue, ...], tuple[Queue, ...]]:
    """Return the queues that have room, then those that are full; all are counted by one question."""
    full = bus.store.full(queues, bus.settings.queue_quota)
    return tuple(each for each in queues if each not in full), tuple(each for each in queues if each in full)


def overflow(bus: Bus, snapshot: Snapshot, queue: Queue) -> Fault:
    """Return DestinationOverflow of a queue (SMEV-600)."""
    owner = snapshot.system(queue.owner)
    name = f"{owner.mnemonic if owner else queue.owner}.{queue.box.name.lower()}"
    return faults.destination_overflow(bus.settings.public_address or bus.settings.listen_host, name)
