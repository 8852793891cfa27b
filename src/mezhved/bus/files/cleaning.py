"""Deleting what nobody needs: files of acknowledged messages, forgotten uploads, contents without an owner.

Everything here may be interrupted anywhere and repeated by anybody: a row goes before its content, and a
content without a row is found by its age.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from mezhved.bus.files.ledger import Ledger, Upload
from mezhved.bus.files.uploads import make_uploads
from mezhved.bus.storage import StorageError
from mezhved.bus.times import SECOND
from mezhved.service import Repeating
from mezhved.service.blobs import BlobStoreError, check_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from mezhved.bus.files.uploads import Uploads
    from mezhved.bus.storage import Store
    from mezhved.configuration import BusSettings
    from mezhved.service.blobs import BlobStore

WIPE_SECONDS: Final = 5.0
CLEAN_EVERY: Final = 120
"""Rounds of wiping to one search for forgotten uploads: it comes every ten minutes."""
SEARCH_EVERY: Final = 30 * CLEAN_EVERY
"""Rounds to one search for contents without a row, which asks for each content: every five hours."""
_BATCH: Final = 100


def wipe_finished(ledger: Ledger, blobs: BlobStore) -> int:
    """Delete the files of messages that all recipients are done with; return how many files."""
    wiped = 0
    while finished := ledger.finished_messages(_BATCH):
        for message in finished:
            for key in ledger.forget(message):
                wiped += 1
                # A content that does not go now has no row any more: it is an orphan for later.
                with suppress(BlobStoreError):
                    blobs.delete(key)
    return wiped


def drop_forgotten_uploads(uploads: Uploads, before: int) -> int:
    """Delete uploads last changed before `before`, microseconds, and empty directories of that age."""
    dropped = 0
    in_use = uploads.in_use()
    while True:
        aged = uploads.ledger.aged_uploads(before, _BATCH)
        done = 0
        for place, key in aged:
            if key not in in_use and uploads.ledger.drop_upload(place, key):
                uploads.discard(Upload(place, key, size=0, complete=True, changed_at=0))
                done += 1
        dropped += done
        if len(aged) < _BATCH or not done:
            break
    while uploads.ledger.drop_aged_folders(before, _BATCH) == _BATCH:
        pass
    return dropped


def drop_orphans(ledger: Ledger, blobs: BlobStore, before: int) -> int:
    """Delete contents written before `before`, microseconds, that no row refers to."""
    dropped = 0
    for key in blobs.keys(before):
        if not ledger.knows(key):
            blobs.delete(key)
            dropped += 1
    return dropped


def clear_spool(uploads: Uploads, before: int) -> int:
    """Delete parts of uploads that no row refers to, last written before `before`, microseconds."""
    dropped = 0
    for path in _older(uploads.spool, before):
        with suppress(ValueError):
            key = check_key(path.name)
            if key not in uploads.in_use() and not uploads.ledger.knows(key):
                path.unlink(missing_ok=True)
                dropped += 1
    return dropped


def _older(folder: Path, before: int) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        for path in sorted(folder.iterdir()):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime_ns < before * 1000:
                    yield path


class Janitor(Repeating):
    """Cleans until stopped; several processes may do it at once."""

    def __init__(
        self,
        settings: BusSettings,
        uploads: Uploads,
        clock: Callable[[], int],
        log: FilteringBoundLogger,
        *,
        pause: float = WIPE_SECONDS,
    ) -> None:
        """`pause` in seconds between two rounds."""
        super().__init__("janitor", pause)
        self._settings = settings
        self._uploads = uploads
        self._clock = clock
        self._log = log
        self._pause = pause
        self._rounds = SEARCH_EVERY - CLEAN_EVERY

    def tick(self) -> float:
        """Clean what this round is for."""
        wipe_finished(self._uploads.ledger, self._uploads.blobs)
        if self._rounds % CLEAN_EVERY == 0:
            self.drop_forgotten()
        self._rounds += 1
        if self._rounds % SEARCH_EVERY == 0:
            self.drop_unknown()
        return self._pause

    def troubled(self, error: Exception) -> float:
        """Log it; a store or database that is away is tried again next time."""
        if isinstance(error, (StorageError, BlobStoreError, OSError)):
            self._log.warning("cleaning_failed", reason=str(error))
        else:
            self._log.critical("cleaning_defect", error_type=type(error).__name__)
        return self._pause

    def drop_forgotten(self) -> None:
        """Delete uploads that no message named in time."""
        aged = self._clock() - self._settings.files_upload_age_seconds * SECOND
        uploads = drop_forgotten_uploads(self._uploads, aged)
        if uploads:
            self._log.info("files_cleaned", uploads=uploads)

    def drop_unknown(self) -> None:
        """Delete contents and parts that no row names."""
        orphaned = self._clock() - self._settings.files_orphan_age_seconds * SECOND
        orphans = drop_orphans(self._uploads.ledger, self._uploads.blobs, orphaned)
        parts = clear_spool(self._uploads, orphaned)
        if orphans or parts:
            self._log.info("files_cleaned", orphans=orphans, parts=parts)


def start_janitor(
    settings: BusSettings, store: Store, blobs: BlobStore, clock: Callable[[], int], log: FilteringBoundLogger
) -> None:
    """Clean in a thread of this process until it ends."""
    uploads = make_uploads(settings, Ledger(store), blobs, clock=clock, log=log)
    Janitor(settings, uploads, clock, log).start()
