"""A file in SMEV's file store, as a row remembers it and as a message describes it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from mezhved.smev3.messages import RefAttachmentHeader

if TYPE_CHECKING:
    from mezhved.gateway.models import Attachment


def reference_of(header: RefAttachmentHeader) -> dict[str, Any]:
    """Return what is kept of an uploaded file."""
    return {
        "uuid": header.uuid,
        "hash": header.hash,
        "mime_type": header.mime_type,
        "pkcs7": None if header.pkcs7 is None else base64.b64encode(header.pkcs7).decode(),
        "file_name": header.file_name,
    }


def header_of(row: Attachment) -> RefAttachmentHeader:
    """Return the header of an uploaded file; ValueError for one that is not."""
    said = row.reference
    if not said:
        raise ValueError("the file is not in the file store")
    pkcs7 = said.get("pkcs7")
    return RefAttachmentHeader(
        said["uuid"],
        said["hash"],
        said["mime_type"],
        None if pkcs7 is None else base64.b64decode(pkcs7),
        said.get("file_name"),
    )
