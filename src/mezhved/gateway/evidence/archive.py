"""The container's outer form: a ZIP that has exactly one way to be written.

Nothing is compressed, every header says the same; so a reader can compare every octet of the file, headers
included, and no change of any of them goes unseen. Any program that reads ZIP opens it.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NoReturn

from mezhved.gateway.evidence.errors import BrokenContainer
from mezhved.gost import Digest
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mezhved.gost import Provider

MOST_ENTRIES: Final = 20_000
MOST_OCTETS: Final = 0xFFFF_FFFF - 64 * 1024 * 1024
"""A ZIP without extensions ends at 4 GiB; some of it is for the headers."""
LARGEST_TEXT: Final = 64 * 1024 * 1024
"""Octets of an entry that is read whole: a manifest, a step, a chain."""
PIECE: Final = 1024 * 1024

_NAME: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*(/[a-z0-9_-]+(\.[a-z0-9_-]+)*)*")
_LONGEST_NAME: Final = 120
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_VERSION, _DATE = 20, (1 << 5) | 1  # 1 January 1980
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6"


@dataclass(frozen=True, slots=True)
class Source:
    """An entry to be written; `open` may be called more than once."""

    name: str
    open: Callable[[], BinaryIO]
    size: int
    crc: int
    digest: bytes
    """GOST R 34.11-2012 (256 bits) of the content."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a container that was opened."""

    name: str
    offset: int
    size: int
    crc: int


def measured(name: str, opener: Callable[[], BinaryIO], provider: Provider) -> Source:
    """Read a content once, in pieces, for what must be known before it is written."""
    hasher, crc, size = provider.hasher(Digest.STREEBOG256), 0, 0
    with opener() as content:
        while piece := content.read(PIECE):
            hasher.update(piece)
            crc, size = zlib.crc32(piece, crc), size + len(piece)
    return Source(name, opener, size, crc, hasher.digest())


def write(target: BinaryIO, sources: Iterable[Source]) -> None:
    """Write the container; raise `BrokenContainer` where it would be too large or a content has changed."""
    offset, directory, count = 0, [], 0
    for each in sources:
        header = _local(each.name, each.size, each.crc)
        directory.append(_central(each.name, each.size, each.crc, offset))
        offset += len(header) + each.size
        count += 1
        if offset > MOST_OCTETS or count > MOST_ENTRIES:
            _refuse("обмен не помещается в контейнер", "the exchange does not fit into a container")
        target.write(header)
        _copy(each, target)
    octets = b"".join(directory)
    target.write(octets)
    target.write(_end(count, len(octets), offset))


def _copy(source: Source, target: BinaryIO) -> None:
    crc = size = 0
    with source.open() as content:
        while piece := content.read(PIECE):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            target.write(piece)
    if (crc, size) != (source.crc, source.size):
        _refuse(f"{source.name} изменился при чтении", f"{source.name} changed while it was read")


class Archive:
    """A container that was opened: its outer form is right to the octet, its contents are not judged yet."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the headers, from the first to the last; raise `BrokenContainer`."""
        self._file = file
        self.entries = {each.name: each for each in _entries(file)}

    def pieces(self, entry: Entry) -> Iterator[bytes]:
        """Give a content in pieces; raise `BrokenContainer` where it is not what its header says."""
        self._file.seek(entry.offset)
        left, crc = entry.size, 0
        while left:
            piece = self._file.read(min(PIECE, left))
            if not piece:
                _refuse("файл обрывается", "the file is cut short")
            left, crc = left - len(piece), zlib.crc32(piece, crc)
            yield piece
        if crc != entry.crc:
            _refuse(f"{entry.name}: контрольная сумма не сходится", f"{entry.name}: the checksum differs")

    def open(self, entry: Entry) -> BinaryIO:
        """Open a content for reading and seeking; its checksum is not looked at."""
        return io.BufferedReader(_Window(self._file, entry.offset, entry.size), PIECE)

    def read(self, name: str, limit: int = LARGEST_TEXT) -> bytes:
        """Return a content whole; raise `BrokenContainer` where it is absent or larger than `limit`."""
        entry = self.entries.get(name)
        if entry is None:
            _refuse(f"нет файла {name}", f"there is no {name}")
        if entry.size > limit:
            _refuse(f"{name} слишком велик", f"{name} is too large")
        return b"".join(self.pieces(entry))


class _Window(io.RawIOBase):
    """A part of a file, as a file."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._start + self._at)
        octets = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(octets)] = octets
        self._at += len(octets)
        return len(octets)


def _entries(file: BinaryIO) -> list[Entry]:
    found: list[Entry] = []
    names: set[str] = set()
    directory: list[bytes] = []
    offset = 0
    file.seek(0)
    while (header := file.read(_LOCAL.size)).startswith(_LOCAL_MARK):
        if len(header) < _LOCAL.size or len(found) >= MOST_ENTRIES:
            _refuse("заголовок записи неверен", "an entry's header is wrong")
        *_, crc, size, _, length, _ = _LOCAL.unpack(header)
        octets = file.read(min(length, _LONGEST_NAME + 1))
        name = octets.decode("ascii", "replace")
        if header + octets != _local(name, size, crc) or not _allowed(name) or name in names:
            _refuse("заголовок записи неверен", "an entry's header is wrong")
        names.add(name)
        directory.append(_central(name, size, crc, offset))
        start = offset + len(header) + len(octets)
        found.append(Entry(name, start, size, crc))
        offset = start + size
        if offset > MOST_OCTETS:
            _refuse("контейнер слишком велик", "the container is too large")
        file.seek(offset)
    octets = b"".join(directory)
    expected = octets + _end(len(found), len(octets), offset)
    file.seek(offset)
    if file.read(len(expected) + 1) != expected:
        _refuse("оглавление контейнера неверно", "the container's directory is wrong")
    return found


def _allowed(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) is not None


def _local(name: str, size: int, crc: int) -> bytes:
    octets = name.encode("ascii", "replace")
    return _LOCAL.pack(_LOCAL_MARK, _VERSION, 0, 0, 0, _DATE, crc, size, size, len(octets), 0) + octets


def _central(name: str, size: int, crc: int, offset: int) -> bytes:
    octets = name.encode("ascii", "replace")
    fixed = (_CENTRAL_MARK, _VERSION, _VERSION, 0, 0, 0, _DATE, crc, size, size, len(octets), 0, 0, 0, 0, 0)
    return _CENTRAL.pack(*fixed, offset) + octets


def _end(count: int, size: int, offset: int) -> bytes:
    return _END.pack(_END_MARK, 0, 0, count, count, size, offset, 0)


def _refuse(ru: str, en: str) -> NoReturn:
    raise BrokenContainer(Text(ru=ru, en=en))
