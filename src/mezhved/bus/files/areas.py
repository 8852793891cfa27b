"""What an FTP client sees: directories that exist in tables alone.

No name from outside becomes a path on the disk: a path of the client is taken apart into directory and
name, both are looked up, and octets are read and written under keys of the bus's own.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeVar

from pyftpdlib.exceptions import FilesystemError
from pyftpdlib.filesystems import AbstractedFS

from mezhved.bus.files.ledger import Place
from mezhved.bus.files.uploads import UploadRefused
from mezhved.bus.storage import StorageError
from mezhved.bus.times import SECOND
from mezhved.service.blobs import BlobStoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.bus.files.ledger import Grant, Ledger, TakenFile, Upload
    from mezhved.bus.files.uploads import Transfer, Uploads
    from mezhved.service.blobs import BlobStore

T = TypeVar("T")

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME_CHARACTERS: Final = 255
_UNSEEN: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_FOLDER_MODE: Final = stat.S_IFDIR | 0o700
_FILE_MODE: Final = stat.S_IFREG | 0o600


@dataclass(frozen=True, slots=True)
class Entry:
    """A directory or a file as a listing shows it; `changed_at` is microseconds."""

    name: str
    folder: bool
    size: int
    changed_at: int


def folder_name(name: str) -> str:
    """Return a directory's name as it is kept; `FilesystemError` for one that is no UUID."""
    if not _UUID.fullmatch(name.lower()):
        raise FilesystemError("A directory is named by a UUID, and there are none inside it")
    return name.lower()


def file_name(name: str) -> str:
    """Return a file's name; `FilesystemError` for one that could hurt those who will receive it."""
    if (
        not name
        or name in {".", ".."}
        or len(name) > _NAME_CHARACTERS
        or any(each in "/\\" or unicodedata.category(each) in _UNSEEN for each in name)
    ):
        raise FilesystemError("The file's name is too long or has characters that are not allowed")
    return name


class Area(AbstractedFS):  # type: ignore[misc]
    """A tree of one root, directories and files. Paths are what the client wrote, made absolute."""

    def __init__(self, channel: Any) -> None:
        super().__init__("/", channel)
        self._listed: dict[str, Entry] = {}

    def entries(self, path: str) -> list[Entry]:
        """Return what is in a directory; `FilesystemError` when there is none."""
        raise NotImplementedError

    def entry(self, path: str) -> Entry | None:
        """Return what is at a path."""
        raise NotImplementedError

    def ftp2fs(self, ftppath: str) -> str:
        """Make the client's path absolute."""
        return str(self.ftpnorm(ftppath))

    def fs2ftp(self, fspath: str) -> str:
        """Return the path as it is."""
        return fspath

    def validpath(self, path: str) -> bool:  # noqa: ARG002
        """Return True: nothing is outside."""
        return True

    def realpath(self, path: str) -> str:
        """Return the path: there are no links."""
        return path

    def chdir(self, path: str) -> None:
        """Change into a directory."""
        if not self.isdir(path):
            raise FilesystemError("No such directory")
        self.cwd = path

    def listdir(self, path: str) -> list[str]:
        """Return the names in a directory, and keep what is known of them for the listing."""
        found = self.entries(path)
        self._listed = {f"{path.rstrip('/')}/{each.name}": each for each in found}
        return [each.name for each in found]

    def lstat(self, path: str) -> os.stat_result:
        """Describe a path."""
        found = self._listed.pop(path, None) or self._there(path)
        mode = _FOLDER_MODE if found.folder else _FILE_MODE
        seconds = found.changed_at // SECOND
        number = zlib.crc32(path.encode("utf-8", "replace"))
        return os.stat_result((mode, number, 0, 1, 0, 0, found.size, seconds, seconds, seconds))

    stat = lstat

    def isdir(self, path: str) -> bool:
        """Tell whether a directory is there."""
        found = self.entry(path)
        return found is not None and found.folder

    def isfile(self, path: str) -> bool:
        """Tell whether a file is there."""
        found = self.entry(path)
        return found is not None and not found.folder

    def islink(self, path: str) -> bool:  # noqa: ARG002
        """Return False: there are no links."""
        return False

    def lexists(self, path: str) -> bool:
        """Tell whether anything is there."""
        return self.entry(path) is not None

    def getsize(self, path: str) -> int:
        """Return a file's size, octets."""
        return self._there(path).size

    def getmtime(self, path: str) -> float:
        """Return when it changed, seconds since the epoch."""
        return self._there(path).changed_at / SECOND

    def get_user_by_uid(self, uid: int) -> str:  # noqa: ARG002
        """Return the name that listings show."""
        return "smev"

    def get_group_by_gid(self, gid: int) -> str:  # noqa: ARG002
        """Return the name that listings show."""
        return "smev"

    def _there(self, path: str) -> Entry:
        found = self.entry(path)
        if found is None:
            raise FilesystemError("No such file or directory")
        return found

    def _refused(self, *_: Any) -> Any:
        raise FilesystemError("Not allowed here")

    open = mkstemp = mkdir = rmdir = remove = rename = chmod = utime = readlink = _refused


class RecipientArea(Area):
    """One file, to be read: `/<uuid>/<name>`; it is there until its message is acknowledged.

    Clients that take FSAttachment/FileName for the whole path find the file at `/<name>` too.
    """

    def __init__(self, channel: Any, ledger: Ledger, blobs: BlobStore, username: str) -> None:
        super().__init__(channel)
        self._ledger = ledger
        self._blobs = blobs
        self._username = username

    def _grant(self) -> Grant:
        found = _asked(lambda: self._ledger.login(self._username))
        if found is None:
            raise FilesystemError("The message was acknowledged: the file is no longer here")
        return found

    def entries(self, path: str) -> list[Entry]:
        """Return the directory, or the file in it."""
        file = self._grant().file
        if path == "/":
            return [Entry(file.uuid, folder=True, size=0, changed_at=file.taken_at)]
        if path.lower() == _folder(file):
            return [Entry(file.name, folder=False, size=file.size, changed_at=file.taken_at)]
        raise FilesystemError("No such directory")

    def entry(self, path: str) -> Entry | None:
        """Return what is at a path."""
        file = self._grant().file
        folder, _, name = path.rpartition("/")
        if path.lower() in {"/", _folder(file)}:
            return Entry(path.rpartition("/")[2], folder=True, size=0, changed_at=file.taken_at)
        if name == file.name and folder.lower() in {"", _folder(file)}:
            return Entry(name, folder=False, size=file.size, changed_at=file.taken_at)
        return None

    def open(self, filename: str, mode: str) -> BinaryIO:
        """Open the file for reading."""
        if mode != "rb" or not self.isfile(filename):
            raise FilesystemError("No such file" if mode == "rb" else "Not allowed here")
        key = self._grant().file.key
        return _asked(lambda: self._blobs.open(key))


class SenderArea(Area):
    """A sender's own area: directories named by UUIDs, files in them."""

    def __init__(self, channel: Any, uploads: Uploads, area: int) -> None:
        super().__init__(channel)
        self._uploads = uploads
        self._ledger = uploads.ledger
        self._area = area

    def entries(self, path: str) -> list[Entry]:
        """Return directories, or the files of one."""
        folder, name = _split(path)
        if name or (folder and self._folder(folder) is None):
            raise FilesystemError("No such directory")
        if folder:
            files = _asked(lambda: self._ledger.uploads(self._area, folder.lower()))
            return [self._shown(each) for each in files]
        made = _asked(lambda: self._ledger.folders(self._area))
        return [Entry(each, folder=True, size=0, changed_at=at) for each, at in made]

    def entry(self, path: str) -> Entry | None:
        """Return what is at a path."""
        folder, name = _split(path)
        if not folder:
            return Entry("", folder=True, size=0, changed_at=0)
        if name:
            found = self._upload(path)
            return None if found is None else self._shown(found)
        made = self._folder(folder)
        return None if made is None else Entry(folder, folder=True, size=0, changed_at=made)

    def open(self, filename: str, mode: str) -> BinaryIO | Transfer:
        """Open a file: for reading, anew, at its end, or to go on from a place."""
        if mode == "rb":
            found = self._upload(filename)
            if found is None:
                raise FilesystemError("No such file")
            if found.complete:
                return _asked(lambda: self._uploads.blobs.open(found.key))
            return self._uploads.spooled(found.key).open("rb")
        place = self._place(filename)
        start = self._uploads.create if mode == "wb" else self._uploads.extend
        return _asked(lambda: start(place))

    def mkdir(self, path: str) -> None:
        """Make a directory for one file."""
        folder, name = _split(path)
        folder = folder_name(f"{folder}/{name}" if name else folder)
        if _asked(lambda: self._ledger.folder_count(self._area)) >= self._uploads.limits.folders:
            raise FilesystemError("Too many directories: send or delete what lies there")
        if not _asked(lambda: self._ledger.make_folder(self._area, folder, self._uploads.clock())):
            raise FilesystemError("The directory exists")

    def rmdir(self, path: str) -> None:
        """Remove an empty directory."""
        folder, name = _split(path)
        if name or not _asked(lambda: self._ledger.drop_folder(self._area, folder.lower())):
            raise FilesystemError("No such directory, or it is not empty")

    def remove(self, path: str) -> None:
        """Remove a file."""
        found = self._upload(path)
        if found is None or not _asked(lambda: self._uploads.remove(found)):
            raise FilesystemError("No such file, or it is being written")

    def rename(self, src: str, dst: str) -> None:
        """Rename a file within the area."""
        found, target = self._upload(src), self._place(dst)
        if found is None or self._folder(target.folder) is None:
            raise FilesystemError("No such file or directory")
        if not _asked(lambda: self._ledger.move_upload(found.place, target)):
            raise FilesystemError("The file exists")

    def _place(self, path: str) -> Place:
        folder, name = _split(path)
        if not name:
            raise FilesystemError("A file lies in a directory named by a UUID")
        return Place(self._area, folder_name(folder), file_name(name))

    def _folder(self, folder: str) -> int | None:
        return _asked(lambda: self._ledger.folder(self._area, folder.lower()))

    def _upload(self, path: str) -> Upload | None:
        folder, name = _split(path)
        return _asked(lambda: self._ledger.upload(Place(self._area, folder.lower(), name)))

    def _shown(self, upload: Upload) -> Entry:
        size = self._uploads.size(upload)
        return Entry(upload.place.name, folder=False, size=size, changed_at=upload.changed_at)


def _folder(file: TakenFile) -> str:
    """Return the path of a recipient's directory, for comparison."""
    return f"/{file.uuid.lower()}"


def _split(path: str) -> tuple[str, str]:
    """Take an absolute path apart: directory and the rest; both empty for the root."""
    folder, _, name = path.strip("/").partition("/")
    return folder, name


def _asked(question: Callable[[], T]) -> T:
    """Tell the client of a refusal or an unavailable store in words."""
    try:
        return question()
    except UploadRefused as error:
        raise FilesystemError(str(error)) from error
    except (StorageError, BlobStoreError) as error:
        raise FilesystemError("The store is unavailable; try again later") from error
