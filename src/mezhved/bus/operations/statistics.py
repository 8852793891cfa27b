"""GetIncomingQueueStatistics: how much waits for the caller (1.1 and 1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mezhved.bus.delivery.signing import profile_of
from mezhved.bus.operations.entry import enter
from mezhved.bus.reply import Reply
from mezhved.smev3 import messages, soap

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.bus.storage import QueueCount


def statistics(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Count the caller's queues; with NodeID, that node's alone. How old the Timestamp is does not matter."""
    entry = enter(bus, call, record)
    asked = cast("messages.GetIncomingQueueStatisticsRequest", call.operation)
    counts = [
        count
        for count in bus.store.statistics(entry.caller.system.id)
        if asked.node_id is None or count.node == asked.node_id
    ]
    answer = messages.GetIncomingQueueStatisticsResponse(
        tuple(
            messages.QueueStatistics(queue_name(entry.caller.system.mnemonic, count), count.pending)
            for count in counts
        )
    )
    return Reply(soap.CONTENT_TYPE, soap.envelope(answer.to_xml(call.version, profile_of(bus))))


def queue_name(mnemonic: str, count: QueueCount) -> str:
    """Return the name of a queue: mnemonic, box and, for a node's own queue, the node."""
    name = f"{mnemonic}.{count.box.name}"
    return f"{name}.{count.node}" if count.node else name
