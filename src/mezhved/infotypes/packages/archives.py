"""The files of a package: of a folder, or of a ZIP with the ZIPs inside it, within bounds."""

from __future__ import annotations

import io
import posixpath
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.packages.errors import UnreadablePackage, UnsafePackage
from mezhved.infotypes.packages.model import Problem
from mezhved.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

_UTF8_FLAG: Final = 0x800
_ENCRYPTED_FLAG: Final = 0x1
_CHUNK: Final = 2**16
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_LITTER: Final = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.git/|\.svn/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._|~\$)"
)
_FOREIGN_ARCHIVES: Final = (".rar", ".7z", ".tar", ".gz", ".tgz")
_CYRILLIC: Final = re.compile(r"[А-Яа-яЁё]")
_PSEUDO: Final = re.compile(r"[\u2500-\u259f\x80-\x9f]")
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


@dataclass(frozen=True, slots=True)
class PackageLimits:
    """How large a package may be, all of it unpacked."""

    octets: int = 256 * 2**20
    """Of all files together, those of inner archives included."""
    file_octets: int = 64 * 2**20
    files: int = 10_000
    """Entries of all archives, folders included."""
    nesting: int = 3
    """Archives inside one another, the outer one included."""
    path_characters: int = 1_000
    depth: int = 32
    """Folders inside one another."""
    unpack_inner: bool = True
    """Whether archives inside become folders; else they stay files."""


@dataclass(slots=True)
class Reading:
    """What has been read so far, and how much of the bounds it took."""

    limits: PackageLimits
    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    octets: int = 0
    entries: int = 0

    def count_entry(self, path: str) -> None:
        """Count an entry. Raises `UnsafePackage`."""
        self.entries += 1
        if self.entries > self.limits.files:
            raise _unsafe(
                f"в пакете больше {self.limits.files} файлов",
                f"the package has more than {self.limits.files} files",
                path,
            )
        if len(path) > self.limits.path_characters or path.count("/") > self.limits.depth:
            raise _unsafe("слишком длинный путь", "the path is too long", path[:100])

    def count_octets(self, number: int, of_file: int, path: str) -> None:
        """Count octets read. Raises `UnsafePackage`."""
        self.octets += number
        if of_file > self.limits.file_octets or self.octets > self.limits.octets:
            megabytes = self.limits.octets // 2**20
            raise _unsafe(
                f"распакованный пакет больше допустимого: {megabytes} МиБ всего, "
                f"{self.limits.file_octets // 2**20} МиБ на файл",
                f"the package unpacks beyond what is allowed: {megabytes} MiB in all, "
                f"{self.limits.file_octets // 2**20} MiB a file",
                path,
            )

    def keep(self, path: str, octets: bytes) -> None:
        """Keep a file; of two under one path the later counts, as unpacking would have it."""
        if path in self.files and self.files[path] != octets:
            self.problems.append(
                Problem(
                    path,
                    Text(
                        ru="два разных файла с одним путём, взят второй",
                        en="two files of one path: the second",
                    ),
                )
            )
        self.files[path] = octets


def read_zip(octets: bytes, limits: PackageLimits) -> Reading:
    """Read a ZIP. Raises `UnreadablePackage`, `UnsafePackage`."""
    reading = Reading(limits)
    _unpack(reading, octets, "", 1)
    return reading


def read_folder(folder: Path, limits: PackageLimits) -> Reading:
    """Read a folder; links are passed over. Raises `UnreadablePackage`, `UnsafePackage`."""
    reading = Reading(limits)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _LITTER.search(name):
            continue
        reading.count_entry(name)
        if path.is_symlink():
            reading.problems.append(Problem(name, Text(ru="ссылка пропущена", en="a link, passed over")))
        elif path.is_file():
            _take(reading, name, _read_file(reading, path, name), 0)
    return reading


def _read_file(reading: Reading, path: Path, name: str) -> bytes:
    try:
        reading.count_octets(0, path.stat().st_size, name)
        octets = path.read_bytes()
    except OSError as error:
        raise UnreadablePackage(
            Text(ru="файл не читается", en="the file cannot be read"), where=str(path)
        ) from error
    reading.count_octets(len(octets), len(octets), name)
    return octets


def _take(reading: Reading, path: str, octets: bytes, level: int) -> None:
    """Keep a file, or what is inside it when it is an archive."""
    suffix = posixpath.splitext(path)[1].lower()
    if suffix in _FOREIGN_ARCHIVES:
        text = Text(
            ru="архив этого вида не открывается: нужен ZIP",
            en="archives of this kind are not opened: use ZIP",
        )
        reading.problems.append(Problem(path, text, "error"))
        reading.keep(path, octets)
    elif not reading.limits.unpack_inner:
        reading.keep(path, octets)
    elif suffix == ".zip" or (not suffix and octets.startswith(b"PK\x03\x04")):
        if level >= reading.limits.nesting:
            raise _unsafe("архивы вложены слишком глубоко", "archives are nested too deep", path)
        try:
            _unpack(reading, octets, f"{path}/", level + 1)
        except UnsafePackage:
            raise
        except UnreadablePackage as error:
            reading.problems.append(Problem(path, error.what, "error"))
    else:
        reading.keep(path, octets)


def _unpack(reading: Reading, octets: bytes, base: str, level: int) -> None:
    where = base.rstrip("/")
    try:
        archive = zipfile.ZipFile(io.BytesIO(octets))
    except _DAMAGE as error:
        raise UnreadablePackage(
            Text(ru="это не ZIP или он повреждён", en="this is no ZIP, or it is damaged"),
            where=where,
            cure=Text(ru="упакуйте пакет заново как ZIP", en="pack the package as ZIP again"),
        ) from error
    with archive:
        infos = archive.infolist()
        decode = _decoder(infos)
        for info in infos:
            path = base + _safe(decode(info), where)
            reading.count_entry(path)
            _refuse_odd(info, path)
            if path == base or path.endswith("/") or info.is_dir() or _LITTER.search(path):
                continue
            content = _inflate(reading, archive, info, path)
            if content is not None:
                _take(reading, path, content, level)


def _refuse_odd(info: zipfile.ZipInfo, path: str) -> None:
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _unsafe("в архиве ссылка", "the archive has a link", path)
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise _unsafe("архив закрыт паролем", "the archive is locked by a password", path)


def _inflate(reading: Reading, archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str) -> bytes | None:
    """Return the content, None when it is damaged; the sizes that the ZIP states are not believed."""
    parts: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as stream:
            while part := stream.read(_CHUNK):
                size += len(part)
                reading.count_octets(len(part), size, path)
                parts.append(part)
    except (*_DAMAGE, RuntimeError):
        text = Text(ru="файл в архиве не читается", en="the file inside the archive cannot be read")
        reading.problems.append(Problem(path, text, "error"))
        return None
    return b"".join(parts)


def _safe(name: str, archive: str) -> str:
    """Return the path inside the package. Raises `UnsafePackage` for one that leads out of it."""
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        raise _unsafe(
            "в архиве абсолютный путь", "the archive has an absolute path", f"{archive} {path}"[:200]
        )
    parts = [each for each in path.split("/") if each not in ("", ".")]
    if ".." in parts or any(ord(sign) < ord(" ") for sign in path):
        raise _unsafe(
            "в архиве путь, ведущий наружу",
            "the archive has a path that leads out of it",
            f"{archive} {path!r}"[:200],
        )
    return "/".join(parts) + ("/" if path.endswith("/") else "")


class _decoder:  # noqa: N801 - a function that remembers the archive's habits
    """Names of one archive: UTF-8 where the archive says so, else the code page that gives Russian words."""

    def __init__(self, infos: list[zipfile.ZipInfo]) -> None:
        unnamed = b"\n".join(self._octets(each) for each in infos if not each.flag_bits & _UTF8_FLAG)
        self._encoding = _likeliest(unnamed)

    def __call__(self, info: zipfile.ZipInfo) -> str:
        if info.flag_bits & _UTF8_FLAG:
            return info.orig_filename.partition("\0")[0]
        return self._octets(info).partition(b"\0")[0].decode(self._encoding, "replace")

    @staticmethod
    def _octets(info: zipfile.ZipInfo) -> bytes:
        return info.orig_filename.encode("cp437", "replace")


def _likeliest(octets: bytes) -> str:
    if octets.isascii():
        return "ascii"
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return max(("cp866", "cp1251"), key=lambda each: _russian(octets.decode(each, "replace")))
    return "utf-8"


def _russian(text: str) -> int:
    """Tell how much a text looks like Russian file names."""
    words = len(re.findall(r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+", text))
    return 3 * len(_CYRILLIC.findall(text)) - 5 * len(_PSEUDO.findall(text)) - words


def _unsafe(ru: str, en: str, where: str) -> UnsafePackage:
    return UnsafePackage(
        Text(ru=ru, en=en),
        where=where,
        cure=Text(
            ru="упакуйте файлы пакета в обычный ZIP", en="pack the files of the package as a plain ZIP"
        ),
    )
