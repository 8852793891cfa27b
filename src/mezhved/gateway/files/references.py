"""A file in SMEV's file store, as a row remembers it and as a message describes it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, TypedDict

from mezhved.smev3.messages import ArchivedFile, RefAttachmentHeader

if TYPE_CHECKING:
    from mezhved.gateway.models import Attachment
    from mezhved.smev3.client import ReceivedAttachment


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
        **parts_of(row),
    )


class HeaderParts(TypedDict):
    """What 1.3 says of a file beside all else: the namespace of its content, the files of an archive."""

    namespace_uri: str | None
    archive: tuple[ArchivedFile, ...]


def parts_of(row: Attachment) -> HeaderParts:
    """Return what a file's header has to say beside its name, type and signature."""
    said = row.header or {}
    archive = tuple(ArchivedFile(str(name), str(space)) for name, space in said.get("archive", ()))
    return {"namespace_uri": said.get("namespace"), "archive": archive}


def said_of(header: RefAttachmentHeader | ReceivedAttachment) -> dict[str, Any] | None:
    """Return what is kept of that, None where nothing is said."""
    said: dict[str, Any] = {}
    if header.namespace_uri:
        said["namespace"] = header.namespace_uri
    if header.archive:
        said["archive"] = [[each.name, each.namespace_uri] for each in header.archive]
    return said or None
