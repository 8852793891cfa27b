"""Attachments on their way into the store: small ones lie in their rows, large ones among the blobs."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from mezhved.bus.storage import OutcomeUnknown, StoredAttachment
from mezhved.service.blobs import BlobStoreError, new_key
from mezhved.smev3.mtom import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezhved.bus.assembly import Bus
    from mezhved.bus.reception.attachments import Enclosed


@contextmanager
def kept_attachments(bus: Bus, enclosed: Sequence[Enclosed]) -> Iterator[tuple[StoredAttachment, ...]]:
    """Put the large ones among the blobs, where they are on disk before the block commits the message.

    When the block raises, they go again, unless the commit may have happened all the same. What a killed
    process leaves is an orphan, which the store's clean-up deletes after its time.
    """
    kept: list[StoredAttachment] = []
    try:
        for each in enclosed:
            kept.append(_keep(bus, each))  # noqa: PERF401 - those kept so far are known if one fails
        yield tuple(kept)
    except OutcomeUnknown:
        raise
    except BaseException:
        _discard(bus, kept)
        raise


def _discard(bus: Bus, kept: Sequence[StoredAttachment]) -> None:
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
