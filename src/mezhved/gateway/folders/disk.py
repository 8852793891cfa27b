"""Steps on the disk that a power failure may fall between: each is whole, or did not happen."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NANOSECONDS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What lies in a folder: a plain file, or something else that is not read."""

    path: Path
    size: int
    modified_ns: int
    inode: int
    is_plain: bool
    is_folder: bool

    @property
    def modified(self) -> float:
        """Seconds since the epoch."""
        return self.modified_ns / _NANOSECONDS

    @property
    def signature(self) -> tuple[int, int, int]:
        """What changes when the file is written or replaced."""
        return self.size, self.modified_ns, self.inode


class Disk:
    """The file system. Tests put one in its place that fails at a chosen step."""

    def entries(self, folder: Path) -> Iterator[Entry]:
        """Return what lies in a folder; what vanishes meanwhile is left out."""
        with os.scandir(folder) as found:
            for each in found:
                with suppress(FileNotFoundError):
                    about = each.stat(follow_symlinks=False)
                    yield Entry(
                        folder / each.name,
                        about.st_size,
                        about.st_mtime_ns,
                        about.st_ino,
                        stat.S_ISREG(about.st_mode),
                        stat.S_ISDIR(about.st_mode),
                    )

    def open(self, entry: Entry) -> BinaryIO:
        """Open a plain file that is still as it was seen and that nobody writes; else `BlockingIOError`."""
        descriptor = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        about = os.fstat(descriptor)
        seen = about.st_size, about.st_mtime_ns, about.st_ino
        if not stat.S_ISREG(about.st_mode) or seen != entry.signature or _is_written(descriptor):
            os.close(descriptor)
            raise BlockingIOError(errno.EAGAIN, "the file is being written")
        return os.fdopen(descriptor, "rb")

    def write(self, path: Path, octets: bytes) -> None:
        """Write a file and flush it to the disk."""
        with path.open("wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())

    def move(self, source: Path, target: Path) -> None:
        """Rename within one file system, and flush both folders."""
        source.rename(target)
        for folder in {source.parent, target.parent}:
            self.flush(folder)

    def remove(self, path: Path) -> None:
        """Remove a file; none is as well."""
        path.unlink(missing_ok=True)

    def flush(self, folder: Path) -> None:
        """Make names of a folder durable, where the file system can."""
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _is_written(descriptor: int) -> bool:
    """Tell whether a process of this machine has the file open for writing, where the system can tell."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    with suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
