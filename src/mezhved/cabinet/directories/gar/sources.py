"""The files of an export: of its ZIP, or of the folder it was unpacked to."""

from __future__ import annotations

import contextlib
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from mezhved.cabinet.directories.gar.reading import UnreadableExport
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_NAME: Final = re.compile(r"AS_(DEL_)?([A-Z_]+?)_(\d{8})_[0-9A-F-]{36}\.XML", re.IGNORECASE)
_REGION: Final = re.compile(r"\d{2}")


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file of an export. `subject` is the middle of its name, `HOUSES`; `region` is 0 for the whole."""

    name: str
    subject: str
    day: str
    region: int
    is_deletion: bool
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Export:
    """The files of an export, those of other things left out."""

    files: Sequence[ExportFile]

    def regions(self) -> list[int]:
        """Return the regions that it has."""
        return sorted({each.region for each in self.files if each.region})

    def of(self, subject: str, region: int) -> list[ExportFile]:
        """Return the files of one kind, the earliest first."""
        found = [each for each in self.files if each.subject == subject and each.region == region]
        return sorted(found, key=lambda each: (each.day, not each.is_deletion, each.name))


@contextlib.contextmanager
def open_export(path: Path) -> Iterator[Export]:
    """Open the ZIP of an export or a folder with its files. Raises `UnreadableExport`."""
    if path.is_dir():
        found = (
            (each.relative_to(path).as_posix(), _opener(each)) for each in path.rglob("*") if each.is_file()
        )
        yield _export(found, path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableExport(
            Text(ru=f"не ZIP и не папка: {error}", en=f"neither a ZIP nor a folder: {error}"), where=str(path)
        ) from error
    with archive:
        yield _export(((each.filename, _member(archive, each)) for each in archive.infolist()), path)


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def _export(entries: Iterator[tuple[str, Callable[[], IO[bytes]]]], path: Path) -> Export:
    files = []
    for name, opener in entries:
        at = PurePosixPath(name.replace("\\", "/"))
        found = _NAME.fullmatch(at.name)
        if found is None:
            continue
        # A region's files lie in a folder of its number; a folder that is itself the region's is named too.
        folder = at.parent.name or path.name
        region = int(folder) if _REGION.fullmatch(folder) else 0
        files.append(ExportFile(at.name, found[2].upper(), found[3], region, bool(found[1]), opener))
    if not files:
        raise UnreadableExport(
            Text(ru="нет файлов ГАР (AS_…_ГГГГММДД_….XML)", en="no files of GAR (AS_..._YYYYMMDD_....XML)"),
            where=str(path),
        )
    return Export(tuple(files))
