"""Keeping contents of files: names of theirs never become paths of ours."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from django.db import transaction

from mezhved.gateway.errors import InvalidMessage
from mezhved.gateway.files.drafts import FileDraft
from mezhved.gost import Digest
from mezhved.service.blobs import PIECE_OCTETS, BlobStoreError, missing, new_key
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Attachment
    from mezhved.gost import Hasher

SMALL: Final = 64 * 1024
"""Octets up to which a content lies in the row."""
_LONGEST_NAME: Final = 200
_UNSAYABLE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_MIME: Final = re.compile(r"(text|image|audio|video|application)/[a-zA-Z0-9\-+.]*")
_ANY_TYPE: Final = "application/octet-stream"


def keep_upload(
    gateway: Gateway,
    source: BinaryIO | Path,
    name: str,
    mime_type: str = "",
    *,
    pkcs7: bytes | None = None,
    carrier: str = "",
) -> FileDraft:
    """Keep a file that goes along with a message to be taken; it is read once, in pieces.

    A content above 64 KiB lies in the gateway's folder, on the disk when this returns; unless a message
    takes it, it is deleted after a day. Raises `InvalidMessage` for a MIME type that SMEV cannot say,
    `BlobStoreError`, OSError for a path that does not read.
    """
    said = mime_type_of(mime_type)
    if isinstance(source, Path):
        with source.open("rb") as file:
            return keep_upload(gateway, file, name, said, pkcs7=pkcs7, carrier=carrier)
    name = clean_name(name)
    head = _read_up_to(source, SMALL + 1)
    if len(head) <= SMALL:
        return FileDraft(name, said, len(head), head, "", gateway.digest(head), pkcs7, carrier)
    hashed = _Hashed(head, source, gateway.provider.hasher(Digest.STREEBOG256))
    key = new_key()
    size = gateway.blobs.put(key, cast("BinaryIO", hashed))
    return FileDraft(name, said, size, None, key, hashed.hasher.digest(), pkcs7, carrier)


def open_file(gateway: Gateway, attachment: Attachment) -> BinaryIO:
    """Open a file's content, seekable; raise `BlobMissing` where it is gone, `BlobStoreError`."""
    if attachment.octets is not None:
        return io.BytesIO(bytes(attachment.octets))
    if not attachment.blob:
        raise missing(attachment.name)
    return gateway.blobs.open(attachment.blob)


def wipe(gateway: Gateway, attachments: Iterable[Attachment]) -> None:
    """Delete contents, as when their term is over; names, sizes and hashes stay.

    The rows are written at once, contents go after the commit; what an interruption leaves there is found
    by the cleaning.
    """
    for each in attachments:
        blob, each.octets, each.blob = each.blob, None, ""
        each.save(update_fields=["octets", "blob"])
        if blob:
            transaction.on_commit(lambda key=blob: _delete(gateway, key))  # type: ignore[misc]


def clean_name(name: str) -> str:
    """Return what a file may be called: one component, no signs that deceive the eye, 200 characters."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    last = _UNSAYABLE.sub("", last).strip().strip(".") or "file"
    if len(last) <= _LONGEST_NAME:
        return last
    stem, dot, extension = last.rpartition(".")
    tail = dot + extension[:20]
    return (stem or last)[: _LONGEST_NAME - len(tail)] + tail


def mime_type_of(said: str) -> str:
    """Return a MIME type without its parameters, checked by SMEV's pattern; raise `InvalidMessage`."""
    plain = said.partition(";")[0].strip() or _ANY_TYPE
    if len(plain) > 255 or not _MIME.fullmatch(plain):  # noqa: PLR2004 - the column's length
        raise InvalidMessage(
            Text(ru=f"СМЭВ не знает типа файла {plain[:80]}", en=f"SMEV knows no file type {plain[:80]}"),
            where="mime_type",
            cure=Text(ru=f"укажите {_ANY_TYPE}", en=f"give {_ANY_TYPE}"),
        )
    return plain


def _delete(gateway: Gateway, key: str) -> None:
    with suppress(BlobStoreError):
        gateway.blobs.delete(key)


def _read_up_to(source: BinaryIO, octets: int) -> bytes:
    """Read until so many octets or the end: a socket may give fewer at a time."""
    pieces, left = [], octets
    while left and (piece := source.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


class _Hashed:
    """What was read already, then the rest, hashed on the way; all that a store asks of a source."""

    def __init__(self, head: bytes, rest: BinaryIO, hasher: Hasher) -> None:
        self._head = head
        self._rest = rest
        self.hasher = hasher

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        if self._head:
            size = len(self._head) if size < 0 else size
            piece, self._head = self._head[:size], self._head[size:]
        else:
            piece = self._rest.read(PIECE_OCTETS if size < 0 else size)
        self.hasher.update(piece)
        return piece
