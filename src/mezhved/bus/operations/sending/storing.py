"""What both Send* have in common: recognise, judge, inspect, store in one transaction, give the receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from mezhved.bus.delivery.message_types import MESSAGE_TYPES
from mezhved.bus.delivery.receipts import receipt
from mezhved.bus.delivery.refusals import refusal
from mezhved.bus.inspection import Subject, inspect
from mezhved.bus.operations.entry import recognise
from mezhved.bus.operations.sending.keeping import kept_attachments
from mezhved.bus.reception import checks
from mezhved.bus.records import UUID_LENGTH
from mezhved.bus.rooms import AT_ONCE, by_room, overflow
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from mezhved.bus.assembly import Bus
    from mezhved.bus.operations.entry import Entry
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.bus.reply import Reply
    from mezhved.bus.storage import NewMessage, Plan, Queue
    from mezhved.registry import System
    from mezhved.smev3 import messages
    from mezhved.smev3.faults import Fault
    from mezhved.smev3.fragments import Fragment
    from mezhved.smev3.messages import RoutingStatus


@dataclass(frozen=True, slots=True)
class Judged:
    """A message that passed the synchronous checks: what to store, where, and what is left to inspect.

    `recipient` is None for a message to many. `notice` is a system response to be queued with it. A message
    that its Routing block (1.3) leads to nobody has no plan: `unrouted` is the reason. `routing` is the
    outcome of each value and record, told where that refuses the message.
    """

    message: NewMessage
    recipient: System | None
    subject: Subject
    plan: Plan | None
    notice: tuple[NewMessage, Queue] | None = None
    unrouted: Fault | None = None
    routing: RoutingStatus | None = None

    def tells_routing(self, fault: Fault) -> bool:
        """Tell whether a refusal is about the routing or the records, so that their outcome belongs to it."""
        registry = self.subject.registry
        return fault is self.unrouted or (registry is not None and fault is registry.fault)


def take_over(
    bus: Bus, call: Call, record: CallRecord, judge: Callable[[Bus, Call, UUID, Entry], Judged]
) -> Reply:
    """Identify the caller, `judge` the message, store it; return the receipt. Raises `SmevFaultError`."""
    entry = recognise(bus, call, record)
    operation = cast("messages.SendRequestRequest | messages.SendResponseRequest", call.operation)
    record.message_id = operation.data.message_id[:UUID_LENGTH]
    message_id = checks.fresh_message_id(bus.settings, operation.data.message_id, entry.now)
    try:
        judged = judge(bus, call, message_id, entry)
    except SmevFaultError:
        _demand_unused(bus, message_id)
        raise
    return _store(bus, call, entry, record, judged)


def _demand_unused(bus: Bus, message_id: UUID) -> None:
    """Tell SMEV-301 before any later fault: an accepted message sent again must not look refused."""
    if bus.store.known(message_id):
        raise SmevFaultError(faults.message_already_sent(str(message_id)))


def _store(bus: Bus, call: Call, entry: Entry, record: CallRecord, judged: Judged) -> Reply:
    """Store the message, or with a refusal its system response, and return the same receipt for both."""
    fault = inspect(bus, entry.snapshot, judged.subject, entry.now) or judged.unrouted
    with kept_attachments(bus, judged.subject.enclosed) as kept:
        if kept:
            judged = replace(judged, message=replace(judged.message, attachments=kept))
        if fault is None and judged.plan is not None:
            fault, fresh = _accept(bus, entry, judged, judged.plan)
        if fault is not None:
            routing = judged.routing if judged.tells_routing(fault) else None
            reason, answer, queue = refusal(bus, judged.message, fault, entry.now, routing)
            fresh = bus.store.refuse(judged.message, reason, answer, queue)
            record.reason = fault.kind.value if fault.kind is not None else "refused"
        if not fresh:
            raise SmevFaultError(faults.message_already_sent(str(judged.message.message_id)))
    kind = judged.message.kind.name.lower()
    type_name = judged.subject.found.type.code if judged.subject.found else ""
    bus.metrics.count_message(kind, type_name)
    return receipt(
        bus,
        call.name,
        call.version,
        message_id=str(judged.message.message_id),
        message_type=MESSAGE_TYPES[judged.message.kind],
        sender=entry.caller.system,
        recipient=judged.recipient,
        accepted_at=entry.now,
    )


def _accept(bus: Bus, entry: Entry, judged: Judged, plan: Plan) -> tuple[Fault | None, bool]:
    """Store a message for its recipients, a few at once, more in the background or with files to take over.

    The fault, when no recipient has room; else whether the message is new.
    """
    if plan.files or len(plan.queues) > AT_ONCE:
        return None, _receive(bus, judged, plan)
    if not plan.many:
        return None, bus.store.accept(judged.message, plan.queues[0], judged.notice)
    ready, full = by_room(bus, plan.queues)
    if not ready:
        return overflow(bus, entry.snapshot, full[0]), False
    return None, bus.store.accept_for_many(judged.message, ready, judged.notice, full=full)


def _receive(bus: Bus, judged: Judged, plan: Plan) -> bool:
    fresh = bus.store.receive(judged.message, plan, judged.notice)
    bus.arrivals.set()
    return fresh


def octets_of(fragment: Fragment | None) -> bytes:
    """Return the bytes that came, nothing for what did not come."""
    return b"" if fragment is None else fragment.octets
