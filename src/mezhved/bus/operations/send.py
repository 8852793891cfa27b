"""SendRequest and SendResponse: check, inspect, store, answer with the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from uuid import UUID

from mezhved.bus.delivery.receipts import receipt
from mezhved.bus.delivery.system_responses import system_response
from mezhved.bus.inspection import Subject, inspect
from mezhved.bus.operations.entry import recognise
from mezhved.bus.reception import checks
from mezhved.bus.records import UUID_LENGTH
from mezhved.bus.storage import Box, Kind, NewMessage, Queue, StoredAttachment
from mezhved.bus.times import SECOND, moment
from mezhved.registry import Direction
from mezhved.smev3 import faults, messages
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.messages import MessageType
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.operations.entry import Entry
    from mezhved.bus.reception.reading import Call
    from mezhved.bus.records import CallRecord
    from mezhved.bus.reply import Reply
    from mezhved.bus.storage import StoredMessage
    from mezhved.registry import System
    from mezhved.smev3.faults import Fault
    from mezhved.smev3.fragments import Fragment


@dataclass(frozen=True, slots=True)
class _Judged:
    """A message that passed the synchronous checks: what to store, where, and what is left to inspect."""

    message: NewMessage
    recipient: System
    subject: Subject


def send_request(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Take a request over; a receipt means that it is stored (MR 3.3 section 2.4)."""
    entry = recognise(bus, call, record)
    operation = cast("messages.SendRequestRequest", call.operation)
    record.message_id = operation.data.message_id[:UUID_LENGTH]
    message_id = checks.fresh_message_id(bus.settings, operation.data.message_id, entry.now)
    try:
        judged = _judge_request(bus, call, operation, message_id, entry)
    except SmevFaultError:
        _demand_unused(bus, message_id)
        raise
    return _store(bus, call, entry, record, judged)


def send_response(bus: Bus, call: Call, record: CallRecord) -> Reply:
    """Take a response over and queue it for the sender of the request."""
    entry = recognise(bus, call, record)
    operation = cast("messages.SendResponseRequest", call.operation)
    record.message_id = operation.data.message_id[:UUID_LENGTH]
    message_id = checks.fresh_message_id(bus.settings, operation.data.message_id, entry.now)
    try:
        judged = _judge_response(bus, call, operation, message_id, entry)
    except SmevFaultError:
        _demand_unused(bus, message_id)
        raise
    return _store(bus, call, entry, record, judged)


def _demand_unused(bus: Bus, message_id: UUID) -> None:
    """Tell SMEV-301 before any later fault: an accepted message sent again must not look refused."""
    if bus.store.known(message_id):
        raise SmevFaultError(faults.message_already_sent(str(message_id)))


def _judge_request(
    bus: Bus, call: Call, operation: messages.SendRequestRequest, message_id: UUID, entry: Entry
) -> _Judged:
    data, sender = operation.data, entry.caller.system
    checks.texts_within_schema(transaction_code=data.transaction_code, node_id=data.node_id)
    eol = checks.end_of_life(data.eol, entry.now)
    attachments = _attachments(bus, call, data.attachment_headers, operation.attachments)
    root = checks.business_root(call.signed, call.version.basic)
    found = checks.registered_root(
        entry.snapshot, root, (Direction.REQUEST, Direction.BROADCAST), "sendRequest", moment(entry.now)
    )
    recipient = checks.the_recipient(entry.snapshot, found, root)
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
        kind=Kind.REQUEST,
        version=call.version.value,
        sender=sender.id,
        recipient=recipient.id,
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
        data=_octets(operation.data_octets),
        signature=_octets(operation.caller_signature),
        attachments=attachments,
        test=data.test_message,
    )
    queue = Queue(recipient.id, Box.REQUESTS)
    subject = Subject(data.message_id, entry.caller, found, root, queue, needs_right=True)
    return _Judged(message, recipient, subject)


def _judge_response(
    bus: Bus, call: Call, operation: messages.SendResponseRequest, message_id: UUID, entry: Entry
) -> _Judged:
    data, sender = operation.data, entry.caller.system
    if data.async_status is not None:
        raise SmevFaultError(faults.invalid_envelope())
    attachments = _attachments(bus, call, data.attachment_headers, operation.attachments)
    root, found = None, None
    if data.primary_content is not None:
        root = checks.business_root(call.signed, call.version.basic)
        found = checks.registered_root(
            entry.snapshot, root, (Direction.RESPONSE,), "sendResponse", moment(entry.now)
        )
    request = _answered_request(bus, data.to, sender)
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
        data=_octets(operation.data_octets),
        signature=_octets(operation.caller_signature),
        attachments=attachments,
        test=request.test,
    )
    queue = Queue(recipient.id, Box.RESPONSES, request.node)
    subject = Subject(data.message_id, entry.caller, found, root, queue, needs_right=False)
    return _Judged(message, recipient, subject)


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
        or request.recipient != sender.id
        or request.reply_to != "".join(to.split())  # it is base64, and clients wrap or indent it
    ):
        namespace, _, name = (address.selector or "").rpartition("_")
        raise SmevFaultError(faults.recipient_not_found(namespace, name))
    return request


def _attachments(
    bus: Bus,
    call: Call,
    headers: tuple[messages.AttachmentHeader, ...],
    contents: tuple[messages.AttachmentContent, ...],
) -> tuple[StoredAttachment, ...]:
    checks.permitted_size(bus.settings, call.message, contents)
    checks.coordinated_attachments(headers, contents)
    types = {each.content_id: each.mime_type for each in headers}
    stored = []
    for each in contents:
        octets = call.message.parts.resolve(each.href) if each.href is not None else each.octets
        if octets is None:
            raise SmevFaultError(faults.attachment_fields_missing())
        stored.append(StoredAttachment(each.content_id, types[each.content_id], octets))
    return tuple(stored)


def _store(bus: Bus, call: Call, entry: Entry, record: CallRecord, judged: _Judged) -> Reply:
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


def _refuse(bus: Bus, judged: _Judged, fault: Fault, now: int) -> bool:
    category = (
        messages.InteractionStatus.RESPONSE_IS_REJECTED_BY_SMEV
        if judged.message.kind is Kind.RESPONSE and Version(judged.message.version) is Version.V1_3
        else messages.InteractionStatus.REQUEST_IS_REJECTED_BY_SMEV
    )
    answer, queue = system_response(bus, judged.message, category, fault, now)
    reason = fault.kind.value if fault.kind is not None else ""
    return bus.store.refuse(judged.message, reason, answer, queue)


def _octets(fragment: Fragment | None) -> bytes:
    return b"" if fragment is None else fragment.octets


def _uuid_or_none(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
