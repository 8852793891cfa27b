"""Ack: the recipient has the message, it leaves the queue for good (MR 3.3 section 2.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from mezhved.bus.operations.entry import enter
from mezhved.bus.records import UUID_LENGTH
from mezhved.bus.reply import Reply
from mezhved.smev3 import faults, soap
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.messages import AckRequest, building

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord


def acknowledge(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Finish a message that was handed out to the caller, however long ago; else SMEV-501.

    Without @accepted (optional in 1.3) the message counts as accepted.
    """
    entry = enter(bus, call, record)
    target = cast("AckRequest", call.operation).target
    named = target.message_id.strip()  # printed prettily by some, signed so
    record.message_id = named[:UUID_LENGTH]
    try:
        identifier = UUID(named)
    except ValueError:
        raise SmevFaultError(faults.target_not_found(named)) from None
    if not bus.store.ack(entry.caller.system.id, identifier, target.accepted is not False, entry.now):
        raise SmevFaultError(faults.target_not_found(named))
    return Reply(soap.CONTENT_TYPE, soap.envelope(building.empty("AckResponse", call.version)))
