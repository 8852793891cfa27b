"""SendRequest: check, route, inspect, store, answer with the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from mezhved.bus.inspection import Subject
from mezhved.bus.operations.sending.storing import Judged, octets_of, take_over
from mezhved.bus.reception import checks
from mezhved.bus.reception.attachments import enclosed_attachments
from mezhved.bus.reception.destinations import destination
from mezhved.bus.reception.files import referred_files
from mezhved.bus.reception.transactions import acceptable_transaction_code
from mezhved.bus.routing.block import demand_right_block
from mezhved.bus.routing.notices import partly_routed
from mezhved.bus.routing.records import Business, enclosed_registry
from mezhved.bus.storage import Box, Kind, NewMessage, Plan, Queue
from mezhved.bus.times import SECOND, moment
from mezhved.registry import Direction
from mezhved.smev3 import messages

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.operations.entry import Entry
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.bus.reply import Reply


def send_request(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Take a request over; a receipt means that it is stored (MR 3.3 section 2.4)."""
    return take_over(bus, call, record, _judge_request)


def _judge_request(bus: Bus, call: Call, message_id: UUID, entry: Entry) -> Judged:
    operation = cast("messages.SendRequestRequest", call.operation)
    data, sender = operation.data, entry.caller.system
    checks.texts_within_schema(transaction_code=data.transaction_code, node_id=data.node_id)
    acceptable_transaction_code(bus, data.transaction_code)
    eol = checks.end_of_life(data.eol, entry.now)
    enclosed = enclosed_attachments(bus, call, data.attachment_headers, operation.attachments)
    files = referred_files(bus, call, data.ref_attachment_headers)
    root = checks.business_root(call.signed, call.version.basic)
    found = checks.registered_root(
        entry.snapshot, root, (Direction.REQUEST, Direction.BROADCAST), "sendRequest", moment(entry.now)
    )
    information = demand_right_block(bus, call, operation, entry)
    registry = enclosed_registry(bus, call, entry, Business(found, root, data.message_id))
    goal = destination(entry.snapshot, found, root, information, registry)
    reply_to = messages.ReplyTo(
        system_id=sender.id,
        message_id=data.message_id,
        transaction_code=data.transaction_code,
        reference_id=data.reference_message_id,
        eol=eol // SECOND,
        node_id=data.node_id,
        selector=messages.selector_of(found.namespace, found.local_name),
        mnemonic=sender.mnemonic,
    ).encode()
    message = NewMessage(
        message_id=message_id,
        kind=Kind.BROADCAST if found.type.broadcast else Kind.REQUEST,
        version=call.version.value,
        sender=sender.id,
        recipient=goal.recipient.id if goal.recipient else None,
        type_id=found.type.id,
        root_namespace=found.namespace,
        root_name=found.local_name,
        original_id=None,
        reference_id=_uuid_or_none(data.reference_message_id),
        transaction_code=data.transaction_code or "",
        node=data.node_id or "",
        eol=eol,
        accepted_at=entry.now,
        reply_to=reply_to,
        data=octets_of(operation.data_octets),
        signature=octets_of(operation.caller_signature),
        test=data.test_message,
    )
    queues = tuple(Queue(each.id, Box.REQUESTS) for each in goal.systems)
    subject = Subject(
        data.message_id,
        entry.caller,
        found,
        root,
        queues[0] if goal.recipient else None,
        needs_right=True,
        data=call.signed,
        enclosed=enclosed,
        registry=registry,
        by_records=goal.by_records,
    )
    return Judged(
        message,
        goal.recipient,
        subject,
        Plan(queues, files, many=goal.many) if queues else None,
        notice=partly_routed(bus, message, goal, entry.now),
        unrouted=goal.fault,
        routing=goal.status,
    )


def _uuid_or_none(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
