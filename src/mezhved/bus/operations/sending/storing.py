"""What both Send* end with: inspect, store in one transaction, answer with the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.delivery.receipts import receipt
from mezhved.bus.delivery.system_responses import system_response
from mezhved.bus.inspection import Subject, inspect
from mezhved.bus.storage import Kind, NewMessage
from mezhved.smev3 import faults, messages
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.messages import MessageType
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from uuid import UUID

    from mezhved.bus.assembly import Bus
    from mezhved.bus.operations.entry import Entry
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.bus.reply import Reply
    from mezhved.registry import System
    from mezhved.smev3.faults import Fault
    from mezhved.smev3.fragments import Fragment


@dataclass(frozen=True, slots=True)
class Judged:
    """A message that passed the synchronous checks: what to store, where, and what is left to inspect."""

    message: NewMessage
    recipient: System
    subject: Subject


def demand_unused(bus: Bus, message_id: UUID) -> None:
    """Tell SMEV-301 before any later fault: an accepted message sent again must not look refused."""
    if bus.store.known(message_id):
        raise SmevFaultError(faults.message_already_sent(str(message_id)))


def store(bus: Bus, call: Call, entry: Entry, record: CallRecord, judged: Judged) -> Reply:
    """Store the message, or with a refusal its system response, and return the same receipt for both."""
    fault = inspect(bus, entry.snapshot, judged.subject, entry.now)
    if fault is None:
        fresh = bus.store.accept(judged.message, judged.subject.queue)
    else:
        fresh = _refuse(bus, judged, fault, entry.now)
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
        message_type=MessageType.REQUEST if judged.message.kind is Kind.REQUEST else MessageType.RESPONSE,
        sender=entry.caller.system,
        recipient=judged.recipient,
        accepted_at=entry.now,
    )


def _refuse(bus: Bus, judged: Judged, fault: Fault, now: int) -> bool:
    category = (
        messages.InteractionStatus.RESPONSE_IS_REJECTED_BY_SMEV
        if judged.message.kind is Kind.RESPONSE and Version(judged.message.version) is Version.V1_3
        else messages.InteractionStatus.REQUEST_IS_REJECTED_BY_SMEV
    )
    answer, queue = system_response(bus, judged.message, category, fault, now)
    reason = fault.kind.value if fault.kind is not None else ""
    return bus.store.refuse(judged.message, reason, answer, queue)


def octets_of(fragment: Fragment | None) -> bytes:
    """Return the bytes that came, nothing for what did not come."""
    return b"" if fragment is None else fragment.octets
