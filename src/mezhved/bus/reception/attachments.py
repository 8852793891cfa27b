"""Attachments that come inside the message: size, headers against contents (MR 3.3 section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.messages import InvalidEnvelope, record_headers
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.reading import Call
    from mezhved.configuration import BusSettings
    from mezhved.smev3.messages import AttachmentContent, AttachmentHeader
    from mezhved.smev3.mtom import Part

_MARK = Version.V1_3.directive.encode()
_REGISTRY = f"{{{Version.V1_3.directive}}}Registry"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An attachment with what its header says; `pkcs7` is its signature, DER."""

    content_id: str
    mime_type: str
    part: Part
    pkcs7: bytes | None


def enclosed_attachments(
    bus: Bus, call: Call, headers: Sequence[AttachmentHeader], contents: Sequence[AttachmentContent]
) -> tuple[Enclosed, ...]:
    """Return what the message carries inside. Raises `SmevFaultError` (SMEV-200, SMEV-201).

    The records of a directive registry have headers of their own; all contents stand in one list.
    """
    permitted_size(bus.settings, call, contents)
    headers = (*headers, *_record_headers(call))
    coordinated_attachments(headers, contents)
    described = {each.content_id.strip(): each for each in headers}
    found = []
    for each in contents:
        part = call.message.parts.resolve(each.href) if each.href is not None else each.octets
        header = described[each.content_id]
        if part is None or (header.pkcs7 is None and bus.settings.attachment_signature_required):
            raise SmevFaultError(faults.attachment_fields_missing())
        found.append(Enclosed(each.content_id, header.mime_type, part, header.pkcs7))
    return tuple(found)


def permitted_size(settings: BusSettings, call: Call, contents: Sequence[AttachmentContent]) -> None:
    """Refuse attachments and message that together pass 5 MiB (MR 3.3 section 5).

    Neither what base64 adds to inline contents is counted nor what surrounds MIME parts; a part counts as
    often as it is an attachment.
    """
    parts = call.message.parts
    total = parts.size
    met: set[int] = set()
    for each in contents:
        if each.href is None:
            total -= _base64_excess(len(each.octets))
            continue
        part = parts.resolve(each.href)
        if part is not None and id(part) in met:
            total += len(part)
        met.add(id(part))
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
        not each.content_id.strip() or not each.mime_type for each in headers
    ):
        raise SmevFaultError(faults.attachment_fields_missing())
    described = {each.content_id.strip() for each in headers}
    for content in contents:
        if content.content_id not in described:
            raise SmevFaultError(faults.attachment_without_header(content.content_id))
    if len({each.content_id for each in contents}) != len(contents):
        raise SmevFaultError(faults.attachment_fields_missing())


def has_registry(call: Call) -> bool:
    """Tell whether the message may hold a directive registry (1.3, found in envelopes of 1.1 too)."""
    octets = call.message.octets
    # Beside its own letters a namespace may be written by character references.
    return _MARK in octets or (b"&#" in octets and next(call.signed.iter(_REGISTRY), None) is not None)


def _record_headers(call: Call) -> tuple[AttachmentHeader, ...]:
    try:
        return tuple(record_headers(call.signed)) if has_registry(call) else ()
    except InvalidEnvelope:
        raise SmevFaultError(faults.invalid_envelope()) from None
