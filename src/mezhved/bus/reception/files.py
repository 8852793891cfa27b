"""Files of the file store that a message refers to: what its headers say, before the files are looked at."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from mezhved.bus.reception.attachments import has_registry
from mezhved.bus.storage import PlannedFile
from mezhved.smev3 import faults
from mezhved.smev3.faults import SmevFaultError
from mezhved.smev3.messages import InvalidEnvelope, record_ref_headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.reading import Call
    from mezhved.smev3.messages import RefAttachmentHeader


def referred_files(bus: Bus, call: Call, headers: Sequence[RefAttachmentHeader]) -> tuple[PlannedFile, ...]:
    """Return what is to be taken over after the receipt. Raises `SmevFaultError` (SMEV-201, PP:4).

    Whether the files are there and are the right ones is told asynchronously (MR 3.3 section 5). The
    records of a directive registry have headers of their own.
    """
    headers = (*headers, *_record_headers(call))
    for each in headers:
        unsigned = each.pkcs7 is None and bus.settings.attachment_signature_required
        if unsigned or not (each.uuid and each.hash and each.mime_type):
            raise SmevFaultError(faults.attachment_fields_missing())
    return tuple(
        PlannedFile(
            uuid=each.uuid,
            hash=each.hash,
            mime_type=each.mime_type,
            signature="" if each.pkcs7 is None else base64.b64encode(each.pkcs7).decode(),
            file_name=each.file_name or "",
            namespace=each.namespace_uri or "",
        )
        for each in headers
    )


def _record_headers(call: Call) -> tuple[RefAttachmentHeader, ...]:
    try:
        return tuple(record_ref_headers(call.signed)) if has_registry(call) else ()
    except InvalidEnvelope:
        raise SmevFaultError(faults.invalid_envelope()) from None
