"""What both Send* end with: inspect, store in one transaction, answer with the receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mezhved.bus.delivery.message_types import MESSAGE_TYPES
from mezhved.bus.delivery.receipts import receipt
from mezhved.bus.delivery.refusals import refusal
from mezhved.bus.inspection import Subject, inspect
from mezhved.bus.operations.sending.keeping import discard_attachments, keep_attachments
from mezhved.bus.rooms import AT_ONCE, by_room, overflow
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from uuid import UUID

    from mezhved.bus.assembly import Bus
    from mezhved.bus.operations.entry import Entry
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.bus.reply import Reply
    from mezhved.bus.storage import NewMessage, Plan, Queue
    from mezhved.registry import System
    from mezhved.smev3.faults import Fault
    from mezhved.smev3.fragments import Fragment


@dataclass(frozen=True, slots=True)
class Judged:
    """A message that passed the synchronous checks: what to store, where, and what is left to inspect.

    `recipient` is None for a message to many. `notice` is a system response to be queued with it.
    """

    message: NewMessage
    recipient: System | None
    subject: Subject
    plan: Plan
    notice: tuple[NewMessage, Queue] | None = None


def demand_unused(bus: Bus, message_id: UUID) -> None:
    """Tell SMEV-301 before any later fault: an accepted message sent again must not look refused."""
    if bus.store.known(message_id):
        raise SmevFaultError(faults.message_already_sent(str(message_id)))


def store(bus: Bus, call: Call, entry: Entry, record: CallRecord, judged: Judged) -> Reply:
    """Store the message, or with a refusal its system response, and return the same receipt for both."""
    fault = inspect(bus, entry.snapshot, judged.subject, entry.now)
    kept = keep_attachments(bus, judged.subject.enclosed)
    judged = replace(judged, message=replace(judged.message, attachments=kept))
    if fault is None and judged.plan.many:
        fault, fresh = _to_many(bus, entry, judged)
    elif fault is None:
        fresh = _to_one(bus, judged)
    if fault is not None:
        reason, answer, queue = refusal(bus, judged.message, fault, entry.now)
        fresh = bus.store.refuse(judged.message, reason, answer, queue)
        record.reason = fault.kind.value if fault.kind is not None else "refused"
    if not fresh:
        discard_attachments(bus, kept)
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


def _to_one(bus: Bus, judged: Judged) -> bool:
    """Store a message for one recipient; with files to take over it waits for them."""
    if judged.plan.files:
        return _receive(bus, judged)
    return bus.store.accept(judged.message, judged.plan.queues[0], judged.notice)


def _to_many(bus: Bus, entry: Entry, judged: Judged) -> tuple[Fault | None, bool]:
    """Store a message for its recipients, a few at once, more in the background.

    The fault, when no recipient has room; else whether the message is new.
    """
    if judged.plan.files or len(judged.plan.queues) > AT_ONCE:
        return None, _receive(bus, judged)
    ready, full = by_room(bus, judged.plan.queues, entry.now)
    if not ready:
        return overflow(bus, entry.snapshot, full[0]), False
    return None, bus.store.accept_for_many(judged.message, ready, judged.notice, full=full)


def _receive(bus: Bus, judged: Judged) -> bool:
    fresh = bus.store.receive(judged.message, judged.plan, judged.notice)
    bus.arrivals.set()
    return fresh


def octets_of(fragment: Fragment | None) -> bytes:
    """Return the bytes that came, nothing for what did not come."""
    return b"" if fragment is None else fragment.octets
