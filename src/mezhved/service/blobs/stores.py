"""Where contents of files lie: named by keys of ours alone, never by anything from outside."""

from __future__ import annotations

import errno
import os
import re
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol
from uuid import uuid4

from mezhved.service.blobs.errors import missing, unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIECE_OCTETS: Final = 1 << 20
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_UNFINISHED: Final = "unfinished"
_NANOSECONDS_IN_MICROSECOND: Final = 1000


def new_key() -> str:
    """Return a key that was never used: 32 hexadecimal digits."""
    return uuid4().hex


def check_key(key: str) -> str:
    """Return the key; ValueError for what `new_key` cannot have made."""
    if not _KEY.fullmatch(key):
        raise ValueError("a key of the store has 32 hexadecimal digits")
    return key


class BlobStore(Protocol):
    """Contents by key. A content never changes: it is put whole, and it is on disk when `put` returns.

    Every method raises `BlobStoreError` when the store cannot be reached or written, ValueError for a key
    that is not one.
    """

    def put(self, key: str, source: BinaryIO) -> int:
        """Keep what `source` gives from where it stands; return the number of octets."""

    def adopt(self, key: str, path: Path) -> None:
        """Keep a local file and take it away from its place, by renaming where that is possible."""

    def open(self, key: str) -> BinaryIO:
        """Open a content for reading, seekable; `BlobMissing` when there is none."""

    def size(self, key: str) -> int:
        """Return the number of octets; `BlobMissing` when there is none."""

    def delete(self, key: str) -> None:
        """Delete a content; none is as well."""

    def keys(self, older_than: int) -> Iterator[str]:
        """Return the keys of contents written before `older_than`, microseconds since the epoch, UTC."""


class LocalBlobStore:
    """Contents in files of a folder, two levels of folders deep: `ab/cd/abcd...`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, source: BinaryIO) -> int:
        """Write beside, flush to the disk, then rename into place."""
        place = self._place(check_key(key))
        with self._explained():
            unfinished = self._made(self._folder / _UNFINISHED) / key
            try:
                with unfinished.open("xb") as file:
                    shutil.copyfileobj(source, file, PIECE_OCTETS)
                    size = file.tell()
                    file.flush()
                    os.fsync(file.fileno())
                self._settle(unfinished, place)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
            return size

    def adopt(self, key: str, path: Path) -> None:
        """Rename the file into place; from another file system it is copied."""
        place = self._place(check_key(key))
        with self._explained():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            try:
                self._settle(path, place)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                with path.open("rb") as file:
                    self.put(key, file)
                path.unlink()

    def open(self, key: str) -> BinaryIO:
        """Open the file."""
        place = self._place(check_key(key))
        with self._explained():
            try:
                return place.open("rb")
            except FileNotFoundError:
                raise missing(key) from None

    def size(self, key: str) -> int:
        """Return the file's size."""
        place = self._place(check_key(key))
        with self._explained():
            try:
                return place.stat().st_size
            except FileNotFoundError:
                raise missing(key) from None

    def delete(self, key: str) -> None:
        """Remove the file."""
        place = self._place(check_key(key))
        with self._explained():
            place.unlink(missing_ok=True)

    def keys(self, older_than: int) -> Iterator[str]:
        """Walk the folders one at a time; what interrupted writing left there is removed on the way."""
        limit = older_than * _NANOSECONDS_IN_MICROSECOND
        with self._explained():
            for path in _older(self._folder / _UNFINISHED, limit):
                path.unlink(missing_ok=True)
            for first in _folders(self._folder):
                for second in _folders(first):
                    for path in _older(second, limit):
                        if _KEY.fullmatch(path.name):
                            yield path.name

    def _place(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:4] / key

    def _settle(self, source: Path, place: Path) -> None:
        """Rename for good: the names are on the disk too when this returns."""
        self._made(place.parent)
        source.rename(place)
        _flush(place.parent)

    def _made(self, folder: Path) -> Path:
        """Return the folder, made with its parents; each new name is flushed to the disk."""
        if not folder.is_dir():
            if folder != self._folder:
                self._made(folder.parent)
                folder.mkdir(mode=0o700, exist_ok=True)
                _flush(folder.parent)
            else:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise unavailable(str(self._folder), error.strerror) from error


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folders(folder: Path) -> list[Path]:
    """Return the folders of two hexadecimal digits in it."""
    with suppress(FileNotFoundError):
        return [each for each in sorted(folder.iterdir()) if re.fullmatch(r"[0-9a-f]{2}", each.name)]
    return []


def _older(folder: Path, limit: int) -> Iterator[Path]:
    """Return the files last written before `limit`, nanoseconds since the epoch."""
    with suppress(FileNotFoundError):
        for path in sorted(folder.iterdir()):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime_ns < limit:
                    yield path
