"""SendResponse: check, find the request answered, inspect, store, answer with the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from mezhved.bus.inspection import Subject
from mezhved.bus.operations.sending.storing import Judged, octets_of, take_over
from mezhved.bus.reception import checks
from mezhved.bus.reception.attachments import enclosed_attachments
from mezhved.bus.reception.files import referred_files
from mezhved.bus.routing.records import Business, enclosed_registry
from mezhved.bus.storage import Box, Kind, NewMessage, Plan, Queue
from mezhved.bus.times import moment
from mezhved.registry import Direction
from mezhved.smev3 import faults, messages
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.operations.entry import Entry
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.bus.reply import Reply
    from mezhved.bus.storage import StoredMessage
    from mezhved.registry import System


def send_response(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Take a response over and queue it for the sender of the request."""
    return take_over(bus, call, record, _judge_response)


def _judge_response(bus: Bus, call: Call, message_id: UUID, entry: Entry) -> Judged:
    operation = cast("messages.SendResponseRequest", call.operation)
    data, sender = operation.data, entry.caller.system
    if data.async_status is not None:
        raise SmevFaultError(faults.invalid_envelope())
    enclosed = enclosed_attachments(bus, call, data.attachment_headers, operation.attachments)
    files = referred_files(bus, call, data.ref_attachment_headers)
    root, found = None, None
    if data.primary_content is not None:
        root = checks.business_root(call.signed, call.version.basic)
        found = checks.registered_root(
            entry.snapshot, root, (Direction.RESPONSE,), "sendResponse", moment(entry.now)
        )
    request = _answered_request(bus, data.to, sender)
    if 0 < request.eol <= entry.now:  # nobody waits any more; the real server was seen to answer so
        raise SmevFaultError(faults.end_of_life())
    if found is not None and found.type.id != request.type_id:
        raise SmevFaultError(faults.incorrect_response_content_type())
    recipient = entry.snapshot.system(request.sender) if request.sender is not None else None
    if recipient is None:
        raise SmevFaultError(faults.recipient_not_found(request.root_namespace, request.root_name))
    message = NewMessage(
        message_id=message_id,
        kind=Kind.RESPONSE,
        version=call.version.value,
        sender=sender.id,
        recipient=recipient.id,
        type_id=request.type_id,
        root_namespace=found.namespace if found else request.root_namespace,
        root_name=found.local_name if found else request.root_name,
        original_id=request.message_id,
        reference_id=request.reference_id,
        transaction_code=request.transaction_code,
        node=request.node,
        eol=0,
        accepted_at=entry.now,
        reply_to=data.to,
        data=octets_of(operation.data_octets),
        signature=octets_of(operation.caller_signature),
        test=request.test,
    )
    queue = Queue(recipient.id, Box.RESPONSES, request.node)
    business = None if found is None or root is None else Business(found, root, data.message_id)
    subject = Subject(
        data.message_id,
        entry.caller,
        found,
        root,
        queue,
        needs_right=False,
        data=call.signed,
        enclosed=enclosed,
        registry=enclosed_registry(bus, call, entry, business),
    )
    return Judged(message, recipient, subject, Plan((queue,), files))


def _answered_request(bus: Bus, to: str, sender: System) -> StoredMessage:
    """Return the request that To leads to. Unreadable: SMEV-60; not a request to the caller: SMEV-502."""
    try:
        address = messages.ReplyTo.decode(to)
        request_id = UUID(address.message_id or "")
    except (messages.MalformedReplyTo, ValueError):
        raise SmevFaultError(faults.smev_failure()) from None
    request = bus.store.find(request_id)
    if (
        request is None
        or request.kind is not Kind.REQUEST
        or not _went_to(bus, request, sender)
        or request.reply_to != "".join(to.split())  # it is base64, and clients wrap or indent it
    ):
        namespace, _, name = (address.selector or "").rpartition("_")
        raise SmevFaultError(faults.recipient_not_found(namespace, name))
    return request


def _went_to(bus: Bus, request: StoredMessage, sender: System) -> bool:
    """Tell whether the request was the caller's to answer, alone or among others."""
    return request.recipient == sender.id or (
        request.recipients > 0 and bus.store.is_recipient(request.message_id, sender.id)
    )
