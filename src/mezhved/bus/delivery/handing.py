"""Handing a stored message out: around the sender's own octets, SMEV's metadata and signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.delivery.message_types import MESSAGE_TYPES
from mezhved.bus.delivery.packing import attached, new_package, packed
from mezhved.bus.delivery.signing import profile_of, signature_over
from mezhved.bus.files.handing import hand_files
from mezhved.bus.storage import Kind
from mezhved.bus.times import moment
from mezhved.smev3 import messages
from mezhved.smev3.messages import building
from mezhved.smev3.messages.writing import DECLARATIONS
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.reply import Reply
    from mezhved.bus.storage import Delivery, NewMessage
    from mezhved.registry import Snapshot, System


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who takes the message: its system, the version it speaks; the registry and the moment, microseconds."""

    system: System
    version: Version
    snapshot: Snapshot
    now: int


def request_reply(bus: Bus, delivery: Delivery, recipient: Recipient) -> Reply:
    """Return the GetRequestResponse with the request."""
    message, version = delivery.message, recipient.version
    data, signature = _sender_part(bus, message, version)
    signed = building.request(
        version,
        data,
        _metadata(bus, message, recipient),
        reply_to="" if message.kind is Kind.BROADCAST else message.reply_to,
        fs_attachments=hand_files(bus, message, recipient.system.id),
        sender_signature=signature,
        profile=profile_of(bus),
    )
    package = new_package(bus, version)
    files = attached(bus, message, package)
    body = building.get_request_response(version, signed, signature_over(bus, signed), files)
    return packed(bus, body, version, package)


def response_reply(bus: Bus, delivery: Delivery, recipient: Recipient) -> Reply:
    """Return the GetResponseResponse with the response or system response."""
    message, version = delivery.message, recipient.version
    data, signature = _sender_part(bus, message, version)
    signed = building.response(
        version,
        data,
        _metadata(bus, message, recipient),
        original_message_id=str(message.original_id) if message.original_id else None,
        original_transaction_code=message.transaction_code or None,
        reference_message_id=str(message.reference_id) if message.reference_id else None,
        fs_attachments=hand_files(bus, message, recipient.system.id),
        sender_signature=signature,
        profile=profile_of(bus),
    )
    package = new_package(bus, version)
    files = attached(bus, message, package)
    body = building.get_response_response(version, signed, signature_over(bus, signed), files)
    return packed(bus, body, version, package)


def status_reply(bus: Bus, delivery: Delivery, version: Version) -> Reply:
    """Return the GetStatusResponse with a notice; its data were written and are signed by SMEV alone."""
    data = delivery.message.data
    if Version(delivery.message.version) is not version:
        notice = messages.AsyncProcessingStatusData.from_xml(parse(data))
        data = notice.write(version, profile_of(bus), DECLARATIONS[version])
    return packed(bus, building.get_status_response(version, data, signature_over(bus, data)), version)


def _sender_part(bus: Bus, message: NewMessage, version: Version) -> tuple[bytes, bytes | None]:
    """Return the sender's data and signature; written anew, and unsigned, in another version."""
    if Version(message.version) is version:
        return message.data, message.signature
    data = messages.converted(message.data, version, profile_of(bus))
    return data, signature_over(bus, data) if message.kind is Kind.SYSTEM else None


def _metadata(bus: Bus, message: NewMessage, recipient: Recipient) -> bytes:
    profile = profile_of(bus)
    return messages.delivery(
        recipient.version,
        profile,
        message_id=str(message.message_id),
        message_type=MESSAGE_TYPES[message.kind],
        sender=_sender(bus, recipient.snapshot, message),
        recipient=messages.Party(recipient.system.mnemonic, recipient.system.name),
        sent=moment(message.accepted_at),
        delivered=moment(recipient.now),
    ).write(recipient.version, profile)


def _sender(bus: Bus, snapshot: Snapshot, message: NewMessage) -> messages.Party:
    if message.sender is None:
        return messages.Party(bus.settings.smev_mnemonic)
    system = snapshot.system(message.sender)
    # A system may have been switched off since it sent.
    return messages.Party(system.mnemonic, system.name) if system else messages.Party(str(message.sender))
