"""Attachments on their way into the store: small ones lie in their rows, large ones among the blobs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from mezhved.bus.files.blobs import new_key
from mezhved.bus.files.errors import BlobStoreError
from mezhved.bus.storage import StoredAttachment
from mezhved.smev3.mtom import opened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.attachments import Enclosed


def keep_attachments(bus: Bus, enclosed: Iterable[Enclosed]) -> tuple[StoredAttachment, ...]:
    """Put the large ones among the blobs, where they are on disk before the message is committed.

    What is put and then not committed is an orphan, which the store's clean-up deletes after its time.
    """
    kept: list[StoredAttachment] = []
    try:
        for each in enclosed:
            kept.append(_keep(bus, each))  # noqa: PERF401 - those kept so far are known if one fails
    except BaseException:
        discard_attachments(bus, kept)
        raise
    return tuple(kept)


def discard_attachments(bus: Bus, kept: Iterable[StoredAttachment]) -> None:
    """Delete the blobs of a message that was not stored."""
    for each in kept:
        if each.blob:
            with suppress(BlobStoreError):
                bus.blobs.delete(each.blob)


def _keep(bus: Bus, attachment: Enclosed) -> StoredAttachment:
    if len(attachment.part) <= bus.settings.attachment_row_octets:
        return StoredAttachment(attachment.content_id, attachment.mime_type, bytes(attachment.part))
    key = new_key()
    with opened(attachment.part) as source:
        size = bus.blobs.put(key, source)
    return StoredAttachment(attachment.content_id, attachment.mime_type, b"", key, size)
