"""Answers of Get* as multipart/related; large attachments are read from the blobs while they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from mezhved.bus.reply import Reply, Streamed
from mezhved.bus.storage import StorageDamaged
from mezhved.service.blobs import BlobMissing
from mezhved.smev3 import mtom, soap
from mezhved.smev3.messages import AttachmentContent
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.storage import NewMessage, StoredAttachment
    from mezhved.service.blobs import BlobStore
    from mezhved.smev3.versions import Version


@dataclass(frozen=True, slots=True)
class _Blob:
    """An attachment among the blobs, to be opened when its turn comes."""

    blobs: BlobStore
    attachment: StoredAttachment

    def __len__(self) -> int:
        return self.attachment.size

    def open(self) -> BinaryIO:
        return self.blobs.open(self.attachment.blob)


def new_package(bus: Bus, version: Version) -> mtom.Package:
    """Return what the parts of one answer are gathered in."""
    return mtom.Package(bus.ids.new(), version.basic)


def attached(bus: Bus, message: NewMessage, package: mtom.Package) -> tuple[AttachmentContent, ...]:
    """Return the message's attachments, each naming a part of the package.

    Raises `StorageDamaged` when a blob is not there whole: nothing of the answer was sent yet.
    """
    return tuple(
        AttachmentContent(each.content_id, href=package.reference(_source(bus, each)))
        for each in message.attachments
    )


def packed(bus: Bus, body: bytes, version: Version, package: mtom.Package | None = None) -> Reply:
    """Return an answer of Get* as multipart/related, as the real server always sends it."""
    package = package or new_package(bus, version)
    root = mtom.extract(soap.envelope(body), package)
    boundary = f"uuid:{package.seed}"
    content_type = mtom.content_type_of(boundary)
    pieces = partial(mtom.pieces, root, package.parts, boundary)
    if all(isinstance(part, bytes) for part in package.parts.values()):
        return Reply(content_type, b"".join(pieces()))
    return Reply(content_type, Streamed(mtom.length(root, package.parts, boundary), pieces))


def _source(bus: Bus, attachment: StoredAttachment) -> mtom.Source:
    if not attachment.blob:
        return attachment.octets
    try:
        size = bus.blobs.size(attachment.blob)
    except BlobMissing:
        size = -1
    if size != attachment.size:
        raise StorageDamaged(
            Text(ru="содержимого вложения нет в хранилище", en="an attachment's blob is not in the store"),
            where=attachment.blob,
            cure=Text(
                ru="верните папку хранилища из копии", en="restore the folder of the store from its copy"
            ),
        )
    return _Blob(bus.blobs, attachment)
