"""Attachments that come inside the message: size, headers against contents (MR 3.3 section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.storage import StoredAttachment
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.reading import Call
    from mezhved.configuration import BusSettings
    from mezhved.smev3.messages import AttachmentContent, AttachmentHeader
    from mezhved.smev3.soap import SoapMessage


def inline_attachments(
    bus: Bus,
    call: Call,
    headers: tuple[AttachmentHeader, ...],
    contents: tuple[AttachmentContent, ...],
) -> tuple[StoredAttachment, ...]:
    """Return what the message carries inside. Raises `SmevFaultError` (SMEV-200, SMEV-201)."""
    permitted_size(bus.settings, call.message, contents)
    coordinated_attachments(headers, contents)
    types = {each.content_id: each.mime_type for each in headers}
    stored = []
    for each in contents:
        octets = call.message.parts.resolve(each.href) if each.href is not None else each.octets
        if octets is None:
            raise SmevFaultError(faults.attachment_fields_missing())
        stored.append(StoredAttachment(each.content_id, types[each.content_id], octets))
    return tuple(stored)


def permitted_size(
    settings: BusSettings, message: SoapMessage, contents: Sequence[AttachmentContent]
) -> None:
    """Refuse attachments and message that together pass 5 MiB (MR 3.3 section 5); base64 is not counted."""
    inline = sum(_base64_excess(len(each.octets)) for each in contents)
    total = len(message.octets) - inline + sum(len(part) for part in message.parts.parts.values())
    if total > settings.attachment_limit:
        raise SmevFaultError(faults.attachment_size_exceeded(settings.attachment_limit, total))


def _base64_excess(octets: int) -> int:
    return (octets + 2) // 3 * 4 - octets


def coordinated_attachments(
    headers: Sequence[AttachmentHeader], contents: Sequence[AttachmentContent]
) -> None:
    """Refuse contents and headers that do not belong to one another (SMEV-201)."""
    if contents and not headers:
        raise SmevFaultError(faults.attachments_without_headers(len(contents)))
    if len(contents) != len(headers):
        raise SmevFaultError(faults.attachment_counts_differ(len(contents), len(headers)))
    if any(not each.content_id for each in contents) or any(
        not each.content_id or not each.mime_type for each in headers
    ):
        raise SmevFaultError(faults.attachment_fields_missing())
    described = {each.content_id for each in headers}
    for content in contents:
        if content.content_id not in described:
            raise SmevFaultError(faults.attachment_without_header(content.content_id))
    if len({each.content_id for each in contents}) != len(contents):
        raise SmevFaultError(faults.attachment_fields_missing())
