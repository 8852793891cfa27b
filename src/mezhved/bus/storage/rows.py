"""Records as statement parameters, and rows as records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.storage.keys import message_id_of, message_key
from mezhved.bus.storage.records import Kind, NewMessage, Queue, State, StoredAttachment, StoredMessage

if TYPE_CHECKING:
    from uuid import UUID

    from mezhved.bus.storage.session import Parameters, Row


def _key(message_id: UUID | None) -> bytes | None:
    return None if message_id is None else message_key(message_id)


def _id(key: bytes | None) -> UUID | None:
    return None if key is None else message_id_of(key)


def message_parameters(message: NewMessage, queue: Queue) -> Parameters:
    """Return the parameters of a message that lies in `queue`."""
    return {
        "message_key": message_key(message.message_id),
        "owner": queue.owner,
        "box": queue.box.value,
        "queue_node": queue.node,
        "kind": message.kind.value,
        "version": message.version,
        "sender": message.sender,
        "recipient": message.recipient,
        "type_id": message.type_id,
        "root_namespace": message.root_namespace,
        "root_name": message.root_name,
        "original_key": _key(message.original_id),
        "reference_key": _key(message.reference_id),
        "transaction_code": message.transaction_code,
        "node": message.node,
        "reply_to": message.reply_to,
        "test": message.test,
        "eol": message.eol,
        "attachments": len(message.attachments),
        "lease_factor": message.lease_factor,
        "accepted_at": message.accepted_at,
        "data": message.data,
        "signature": message.signature,
    }


def attachment_parameters(message: NewMessage) -> list[Parameters]:
    """Return the parameters of the message's attachments."""
    return [
        {
            "position": position,
            "content_id": attachment.content_id,
            "mime_type": attachment.mime_type,
            "octets": attachment.octets,
            "blob": attachment.blob,
            "size": attachment.size,
        }
        for position, attachment in enumerate(message.attachments)
    ]


def attachment_of(row: Row) -> StoredAttachment:
    """Read a row of the statement `attachments`."""
    content_id, mime_type, octets, blob, size = row
    return StoredAttachment(content_id, mime_type, bytes(octets), blob, size if blob else 0)


def delivered_message(row: Row, attachments: tuple[StoredAttachment, ...]) -> NewMessage:
    """Read DELIVERY_COLUMNS."""
    (
        key,
        kind,
        version,
        sender,
        recipient,
        type_id,
        root_namespace,
        root_name,
        original_key,
        reference_key,
        transaction_code,
        node,
        eol,
        accepted_at,
        reply_to,
        test,
        lease_factor,
        _attachments,
        _recipients,
        data,
        signature,
    ) = row
    return NewMessage(
        message_id=message_id_of(key),
        kind=Kind(kind),
        version=version,
        sender=sender,
        recipient=recipient,
        type_id=type_id,
        root_namespace=root_namespace,
        root_name=root_name,
        original_id=_id(original_key),
        reference_id=_id(reference_key),
        transaction_code=transaction_code,
        node=node,
        eol=eol,
        accepted_at=accepted_at,
        reply_to=reply_to,
        data=data,
        signature=signature,
        attachments=attachments,
        test=bool(test),
        lease_factor=lease_factor,
    )


def stored_message(row: Row, *, archived: bool = False) -> StoredMessage:
    """Read STORED_COLUMNS."""
    (
        pk,
        key,
        kind,
        version,
        sender,
        recipient,
        type_id,
        root_namespace,
        root_name,
        original_key,
        reference_key,
        transaction_code,
        node,
        eol,
        accepted_at,
        reply_to,
        test,
        lease_factor,
        recipients,
        state,
        first_leased_at,
        finished_at,
        leases,
        reason,
        answer_key,
    ) = row
    return StoredMessage(
        pk=pk,
        message_id=message_id_of(key),
        kind=Kind(kind),
        version=version,
        sender=sender,
        recipient=recipient,
        type_id=type_id,
        root_namespace=root_namespace,
        root_name=root_name,
        original_id=_id(original_key),
        reference_id=_id(reference_key),
        transaction_code=transaction_code,
        node=node,
        eol=eol,
        accepted_at=accepted_at,
        reply_to=reply_to,
        test=bool(test),
        lease_factor=lease_factor,
        recipients=recipients,
        state=State(state),
        first_leased_at=first_leased_at,
        finished_at=finished_at,
        leases=leases,
        reason=reason,
        answer_id=_id(answer_key),
        archived=archived,
    )
