"""Receiving files into senders' areas: octets go to a spool, and whole files from it to the store.

A transfer that broke leaves its part in the spool, to be resumed. The database knows a file before its
first octet, so a process that is killed leaves nothing that nobody remembers.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.bus.files.blobs import files_folder
from mezhved.bus.files.ledger import Upload
from mezhved.bus.storage import StorageError
from mezhved.gost import Digest
from mezhved.service.blobs import PIECE_OCTETS, BlobStoreError, check_key, new_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from mezhved.bus.files.ledger import Ledger, Place
    from mezhved.configuration import BusSettings
    from mezhved.gost import Provider
    from mezhved.service.blobs import BlobStore

_FLUSH_EVERY: Final = 64 << 20
_SETTLE_SECONDS: Final = 120.0
_USUAL: Final = Digest.STREEBOG256
"""The hash function of nearly all senders' keys; another one is computed when the file is taken over."""


class UploadRefused(Exception):  # noqa: N818 - told to the client as it stands
    """The area cannot take this file; the text is the FTP answer without its code."""


class TooLarge(OSError):  # noqa: N818 - a full disk is an OSError too
    """The file or the area would become larger than the settings allow."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large one file and one area may be, octets, and how many directories an area may have."""

    file: int
    area: int
    folders: int


class Uploads:
    """The areas of all senders on this node.

    One transfer at a time writes a file, the latest: a client that comes back to go on must not wait until
    its broken connection is noticed.
    """

    def __init__(
        self,
        ledger: Ledger,
        blobs: BlobStore,
        spool: Path,
        limits: Limits,
        *,
        clock: Callable[[], int],
        log: FilteringBoundLogger,
        hashing: Provider | None = None,
    ) -> None:
        """`hashing` computes the usual hash while a file comes; without it, files are only kept."""
        self.hashing = hashing
        self.ledger = ledger
        self.blobs = blobs
        self.limits = limits
        self.clock = clock
        self.log = log
        self.spool = spool
        self._lock = threading.Lock()
        self._writing: dict[Place, Transfer] = {}
        self._coming: Counter[int] = Counter()

    def create(self, place: Place) -> Transfer:
        """Begin a file anew; what was there before is gone. Raises `UploadRefused`."""
        self._interrupt(place)
        transfer = self._opened(place, new_key())
        before = self.ledger.begin_upload(place, transfer.key, self.clock())
        if before is not None:
            self.discard(before)
        return self._begun(transfer)

    def extend(self, place: Place) -> Transfer:
        """Go on with a file where it ends; a whole one is first taken back from the store."""
        self._interrupt(place)
        found = self.ledger.upload(place)
        if found is None:
            return self.create(place)
        if not found.complete:
            return self._begun(self._opened(place, found.key))
        key = new_key()
        self._take_back(found, key)
        transfer = self._opened(place, key)
        self.ledger.begin_upload(place, key, self.clock())
        self.discard(found)
        return self._begun(transfer)

    def size(self, upload: Upload) -> int:
        """Return how many octets of a file have arrived."""
        if upload.complete:
            return upload.size
        try:
            return self.spooled(upload.key).stat().st_size
        except FileNotFoundError:
            return self._stored_size(upload)

    def _stored_size(self, upload: Upload) -> int:
        """Return the size of a file that went from the spool to the store this very moment."""
        try:
            return self.blobs.size(upload.key)
        except BlobStoreError:
            return upload.size

    def spooled(self, key: str) -> Path:
        """Return where the octets of an unfinished file lie."""
        return self.spool / check_key(key)

    def remove(self, upload: Upload) -> bool:
        """Remove a file from its area; False: it is gone."""
        self._interrupt(upload.place)
        if not self.ledger.drop_upload(upload.place, upload.key):
            return False
        self.discard(upload)
        return True

    def drop(self, place: Place, key: str) -> None:
        """Remove an unfinished file that can never be finished."""
        if self.ledger.drop_upload(place, key):
            self.spooled(key).unlink(missing_ok=True)

    def discard(self, upload: Upload) -> None:
        """Delete contents that no row refers to any more; what fails is left to the cleaning."""
        try:
            self.spooled(upload.key).unlink(missing_ok=True)
            if upload.complete:
                self.blobs.delete(upload.key)
        except (OSError, BlobStoreError) as error:
            self.log.warning("file_not_deleted", key=upload.key, reason=type(error).__name__)

    def in_use(self) -> frozenset[str]:
        """Return the keys of files that are being written now."""
        with self._lock:
            return frozenset(each.key for each in self._writing.values())

    def grow(self, place: Place, octets: int) -> int:
        """Count octets on their way into an area; return how many are."""
        with self._lock:
            self._coming[place.area] += octets
            return self._coming[place.area]

    def close(self, transfer: Transfer, upload: Upload) -> bool:
        """Make what came durable; False: the file was removed meanwhile."""
        place, key = upload.place, upload.key
        try:
            if upload.complete:
                self.blobs.adopt(key, self.spooled(key))
            if self.ledger.finish_upload(upload):
                return True
            self.spooled(key).unlink(missing_ok=True)
            if upload.complete:
                self.blobs.delete(key)
            return False
        finally:
            self.grow(place, -transfer.counted)
            with self._lock:
                if self._writing.get(place) is transfer:
                    del self._writing[place]

    def _interrupt(self, place: Place) -> None:
        """End the transfer that writes this file now, as if its connection had broken."""
        with self._lock:
            transfer = self._writing.get(place)
        if transfer is not None:
            transfer.settle(arrived=False)
            if not transfer.settled:
                raise UploadRefused("The file is being stored; try again")

    def _begun(self, transfer: Transfer) -> Transfer:
        """Remember the transfer that writes a file; of two that came at once, the later."""
        with self._lock:
            other = self._writing.get(transfer.place)
            self._writing[transfer.place] = transfer
        if other is not None:
            other.settle(arrived=False)
        return transfer

    def _opened(self, place: Place, key: str) -> Transfer:
        if self.ledger.folder(place.area, place.folder) is None:
            raise UploadRefused("No such directory")
        left = self.limits.area - self.ledger.uploaded(place.area)
        if left <= 0:
            raise UploadRefused("The area is full: send or delete what lies there")
        self.spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.spooled(key), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        return Transfer(self, place, key, descriptor, left)

    def _take_back(self, upload: Upload, key: str) -> None:
        self.spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.blobs.open(upload.key) as source, self.spooled(key).open("xb") as target:
            shutil.copyfileobj(source, target, PIECE_OCTETS)


class Transfer:
    """A file being received; it has what the FTP library asks of a file object.

    It stands at the file's end; `seek` cuts off what is behind.
    """

    def __init__(self, uploads: Uploads, place: Place, key: str, descriptor: int, left: int) -> None:
        self.place = place
        self.key = key
        self.name = key
        self.counted = 0
        self.closed = False
        self.refusal = ""
        self._uploads = uploads
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._descriptor = descriptor
        self._left = left
        self._size = os.lseek(descriptor, 0, os.SEEK_END)
        self._flushed = self._size
        self._hasher = uploads.hashing.hasher(_USUAL) if uploads.hashing and not self._size else None

    @property
    def settled(self) -> bool:
        """Whether nothing of it is under way any more."""
        return self._ended.is_set()

    def seek(self, position: int) -> None:
        """Go on from an earlier place."""
        os.ftruncate(self._descriptor, position)
        self._size = os.lseek(self._descriptor, position, os.SEEK_SET)
        self._hasher = None

    def write(self, octets: bytes) -> None:
        """Take octets; OSError when they do not fit into the limits or on the disk, or came too late."""
        with self._lock:
            self._write(octets)

    def _write(self, octets: bytes) -> None:
        if self.closed:
            raise BrokenPipeError
        size = self._size + len(octets)
        self.counted += len(octets)
        if size > self._uploads.limits.file:
            self.refusal = "552 The file is larger than a message may carry."
            raise TooLarge
        if self._uploads.grow(self.place, len(octets)) > self._left:
            self.refusal = "552 The area is full: send or delete what lies there."
            raise TooLarge
        try:
            view = memoryview(octets)
            while view:
                view = view[os.write(self._descriptor, view) :]
            self._size = size
            if self._hasher is not None:
                self._hasher.update(octets)
            if size - self._flushed >= _FLUSH_EVERY:
                os.fdatasync(self._descriptor)
                self._flushed = size
        except OSError:
            self.refusal = "452 The disk is full or does not write; try again later."
            raise

    def settle(self, *, arrived: bool) -> str:
        """Close; a file that arrived whole is durable when this returns. The answer of a failure, or "".

        Whoever comes second waits until the first is done.
        """
        with self._lock:
            first, self.closed = not self.closed, True
        if not first:
            self._ended.wait(_SETTLE_SECONDS)
            return "426 Another connection has taken the file over."
        try:
            os.close(self._descriptor)
            whole = self._uploads.close(self, self._outcome(arrived=arrived))
        except (OSError, BlobStoreError, StorageError) as error:
            self._uploads.log.warning("upload_not_stored", key=self.key, reason=type(error).__name__)
            return "451 The file could not be stored; try again."
        finally:
            self._ended.set()
        if self.refusal.startswith("552"):
            self._uploads.drop(self.place, self.key)
        if self.refusal:
            return self.refusal
        return "" if whole else "451 The file was removed meanwhile."

    def _outcome(self, *, arrived: bool) -> Upload:
        digest = f"{_USUAL.oid}:{self._hasher.digest().hex()}" if arrived and self._hasher else ""
        return Upload(self.place, self.key, self._size, arrived, self._uploads.clock(), digest)

    def close(self) -> None:
        """Close a transfer that never began or broke off."""
        self.settle(arrived=False)


def make_uploads(
    settings: BusSettings,
    ledger: Ledger,
    blobs: BlobStore,
    *,
    clock: Callable[[], int],
    log: FilteringBoundLogger,
    hashing: Provider | None = None,
) -> Uploads:
    """Return the senders' areas of these settings; unfinished files lie in this node's `spool`."""
    limits = Limits(settings.files_message_limit, settings.files_area_quota, settings.files_area_entries)
    return Uploads(
        ledger, blobs, files_folder(settings) / "spool", limits, clock=clock, log=log, hashing=hashing
    )
