"""Where the parts of one message lie while it is dealt with: small ones in memory, large ones on the disk."""

from __future__ import annotations

import io
import os
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from mezhved.smev3.mtom.errors import SpoolUnavailable
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Buffer

PIECE = 64 * 1024
"""Octets in which parts are read, decoded and written."""
_UNBOUNDED = 2**63


@dataclass(frozen=True, slots=True)
class SpooledPart:
    """A part that lies in its message's file; `len` gives its octets, `bytes` reads them all."""

    _file: BinaryIO = field(repr=False)
    _start: int
    _size: int

    def __len__(self) -> int:
        return self._size

    def __bytes__(self) -> bytes:
        with self.open() as file:
            return file.read()

    def open(self) -> BinaryIO:
        """Return a reader of its own place; several may read at once, until the spool is closed."""
        return cast("BinaryIO", _Window(self._file.fileno(), self._start, self._size))


Part = bytes | SpooledPart
"""The octets of a MIME part."""


def opened(part: Part) -> BinaryIO:
    """Return a reader of the part's octets."""
    return io.BytesIO(part) if isinstance(part, bytes) else part.open()


class Spool:
    """Keeps the parts of one message: together at most `memory` octets in memory, the rest in one file.

    The file has no name, so that nothing is left of it when it is closed or the process dies. `folder` is
    where it is made, the system's place for temporary files when None. Not for several threads at once.
    """

    def __init__(self, memory: int = 256 * 1024, folder: Path | None = None) -> None:
        self._room = memory
        self._folder = folder
        self._file: BinaryIO | None = None
        self._end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def on_disk(self) -> int:
        """Octets that were written to the file."""
        return self._end

    def store(self, pieces: Iterable[bytes]) -> Part:
        """Keep one part as its pieces come."""
        writer = self.begin()
        for piece in pieces:
            writer.write(piece)
        return writer.finish()

    def begin(self) -> PartWriter:
        """Begin a part; it has to be finished before the next one begins."""
        return PartWriter(self)

    def close(self) -> None:
        """Give the file back; parts on the disk cannot be read any more."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def take_room(self, octets: int) -> bool:
        """Reserve memory; False when there is not so much."""
        if octets > self._room:
            return False
        self._room -= octets
        return True

    def give_room(self, octets: int) -> None:
        """Give reserved memory back."""
        self._room += octets

    def write(self, octets: bytes) -> None:
        """Append to the file, making it when it is needed first. Raises `SpoolUnavailable`."""
        try:
            if self._file is None:
                self._file = temporary_file(self._folder)
            view = memoryview(octets)
            while view:
                written = self._file.write(view)
                self._end += written
                view = view[written:]
        except OSError as error:
            raise SpoolUnavailable(
                Text(
                    ru=f"временный файл не пишется: {error.strerror}",
                    en=f"the temporary file cannot be written: {error.strerror}",
                ),
                where=str(self._folder or tempfile.gettempdir()),
                cure=Text(
                    ru="освободите место или укажите temporary_folder",
                    en="make room, or set temporary_folder",
                ),
            ) from error

    def spooled(self, size: int) -> SpooledPart:
        """Return the last `size` octets of the file as a part."""
        if self._file is None:
            raise ValueError("nothing was written")
        return SpooledPart(self._file, self._end - size, size)


class PartWriter:
    """One part in the making: in memory while there is room, then on the disk."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._pieces: list[bytes] | None = []
        self._size = 0

    def write(self, piece: bytes) -> None:
        """Add octets."""
        if self._pieces is None:
            self._spool.write(piece)
        elif self._spool.take_room(len(piece)):
            self._pieces.append(piece)
        else:
            self._spool.give_room(self._size)
            for each in (*self._pieces, piece):
                self._spool.write(each)
            self._pieces = None
        self._size += len(piece)

    def finish(self) -> Part:
        """Return the part."""
        return b"".join(self._pieces) if self._pieces is not None else self._spool.spooled(self._size)


def temporary_file(folder: Path | None) -> BinaryIO:
    """Open a file without a name. Raises `OSError`."""
    return cast("BinaryIO", tempfile.TemporaryFile(dir=folder, buffering=0))


def in_memory() -> Spool:
    """Return a spool that keeps everything in memory: for who holds the whole message anyway."""
    return Spool(memory=_UNBOUNDED)


class _Window(io.RawIOBase):
    """A stretch of a file, read without moving the file's own place."""

    def __init__(self, descriptor: int, start: int, size: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._at = start
        self._end = start + size

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return so many octets, fewer only at the end, as readers of files are used to."""
        left = self._end - self._at
        octets = os.pread(self._descriptor, left if size is None or size < 0 else min(size, left), self._at)
        self._at += len(octets)
        return octets

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        octets = self.read(len(view))
        view[: len(octets)] = octets
        return len(octets)
