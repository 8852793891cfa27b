"""What the database knows of files: senders' areas, files of messages, holds of quotas, one-time logins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.bus.storage import message_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from mezhved.bus.storage import Store
    from mezhved.bus.storage.session import Parameters, Session

ANONYMOUS_AREA: Final = 0
_LOGIN_TERM: Final = 30 * 86400 * 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies in a sender's area: the system's id (0 the anonymous area), directory, name."""

    area: int
    folder: str
    name: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a sender's area; `size` counts once the transfer ended, `changed_at` is microseconds.

    `digest` is `<identifier of the hash function>:<hexadecimal>` where it was computed on the way.
    """

    place: Place
    key: str
    size: int
    complete: bool
    changed_at: int
    digest: str = ""


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file of a message, under a key that nobody but the bus can change; `taken_at` is microseconds.

    `digest` as in `Upload`.
    """

    position: int
    uuid: str
    name: str
    key: str
    size: int
    taken_at: int
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that a message refers to: the directory as it is written, and the name where 1.3 gives one."""

    position: int
    uuid: str
    name: str | None

    @property
    def folder(self) -> str:
        """The directory's name as it is kept."""
        return self.uuid.lower()


@dataclass(frozen=True, slots=True)
class Hold:
    """How many octets a message brings to a recipient, in the quota of this type."""

    owner: int
    type_id: int
    octets: int


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A one-time login to the file at `position` of a message; `secret` is SHA-256 of the password."""

    username: str
    secret: bytes
    position: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What a one-time login opens."""

    secret: bytes
    owner: int
    file: TakenFile


class Ledger:
    """Reads and writes the tables of the file store; every change is one durable transaction.

    Every method raises `StorageUnavailable` when the database cannot be reached. Times are integer
    microseconds since the epoch, UTC.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def folders(self, area: int) -> list[tuple[str, int]]:
        """Return the directories of an area and when they were made."""
        rows = self._store.read(lambda session: session.rows("folders", {"area": area}))
        return [(name, made) for name, made in rows]

    def folder(self, area: int, folder: str) -> int | None:
        """Return when a directory was made, None when there is none."""
        where = {"area": area, "folder": folder}
        rows = self._store.read(lambda session: session.rows("folder", where))
        return int(rows[0][0]) if rows else None

    def folder_count(self, area: int) -> int:
        """Count the directories of an area."""
        return int(self._store.read(lambda session: session.rows("folder_count", {"area": area}))[0][0])

    def make_folder(self, area: int, folder: str, now: int) -> bool:
        """Make a directory; False: there is one."""
        row = {"area": area, "folder": folder, "now": now}
        return bool(self._store.write(lambda session: session.write("folder_add", row), _order(area)))

    def drop_folder(self, area: int, folder: str) -> bool:
        """Remove an empty directory; False: none, or not empty."""
        where = {"area": area, "folder": folder}
        return bool(self._store.write(lambda session: session.write("folder_drop", where), _order(area)))

    def drop_aged_folders(self, before: int, limit: int) -> int:
        """Remove empty directories made before `before`; return how many."""
        where = {"before": before, "limit": limit}
        return len(self._store.write(lambda session: session.write("folders_aged", where), b""))

    def uploads(self, area: int, folder: str) -> list[Upload]:
        """Return the files of a directory in the order of their names."""
        return self._store.read(lambda session: _uploads(session, area, folder))

    def upload(self, place: Place) -> Upload | None:
        """Return one file of an area."""
        found = (each for each in self.uploads(place.area, place.folder) if each.place.name == place.name)
        return next(found, None)

    def uploaded(self, area: int) -> int:
        """Return how many octets lie in an area."""
        return int(self._store.read(lambda session: session.rows("uploaded", {"area": area}))[0][0])

    def begin_upload(self, place: Place, key: str, now: int) -> Upload | None:
        """Put an unfinished file there under a new key; return what was there before."""
        row = _place(place) | {"key": key, "now": now}

        def work(session: Session) -> Upload | None:
            before = [each for each in _uploads(session, place.area, place.folder) if each.place == place]
            session.write("upload_put", row)
            return before[0] if before else None

        return self._store.write(work, _order(place.area))

    def finish_upload(self, upload: Upload) -> bool:
        """Note how a transfer ended; False: the file was replaced or removed meanwhile."""
        place = upload.place
        row = _place(place) | {"key": upload.key, "size": upload.size, "complete": upload.complete}
        row |= {"digest": upload.digest, "now": upload.changed_at}
        return bool(
            self._store.write(lambda session: session.write("upload_finish", row), _order(place.area))
        )

    def move_upload(self, place: Place, target: Place) -> bool:
        """Rename a file within its area; False: none, or the new name is taken."""
        row = _place(place) | {"new_folder": target.folder, "new_name": target.name}

        def work(session: Session) -> bool:
            there = {each.place.name for each in _uploads(session, target.area, target.folder)}
            return target.name not in there and bool(session.write("upload_move", row))

        return self._store.write(work, _order(place.area))

    def drop_upload(self, place: Place, key: str) -> bool:
        """Remove a file from an area; False: it is no longer there under this key."""
        where = _place(place) | {"key": key}
        return bool(
            self._store.write(lambda session: session.write("upload_drop", where), _order(place.area))
        )

    def aged_uploads(self, before: int, limit: int) -> list[tuple[Place, str]]:
        """Return places and keys of uploads last changed before `before`."""
        where = {"before": before, "limit": limit}
        rows = self._store.read(lambda session: session.rows("uploads_aged", where))
        return [(Place(area, folder, name), key) for area, folder, name, key in rows]

    def take(
        self, message_id: UUID, areas: Sequence[int], wanted: Sequence[Wanted], now: int
    ) -> tuple[TakenFile, ...]:
        """Move files from the sender's areas to the message, in one transaction; once for each message.

        Repeated, it returns what was moved the first time. A file that is not there, not whole, or not the
        only one of its directory is missing from the result, and so are those after it. Directories left
        empty are removed.
        """
        key = message_key(message_id)

        def work(session: Session) -> tuple[TakenFile, ...]:
            taken = _files(session, key)
            if taken:
                return taken
            for each in wanted:
                if not _take_one(session, key, areas, each, now):
                    break  # the message is refused whatever the others are
            return _files(session, key)

        return self._store.write(work, key)

    def files(self, message_id: UUID) -> tuple[TakenFile, ...]:
        """Return the files of a message in the order of its headers."""
        return self._store.read(lambda session: _files(session, message_key(message_id)))

    def hold(
        self, message_id: UUID, holds: Sequence[Hold], quota: int
    ) -> tuple[list[Hold], list[tuple[Hold, int]]]:
        """Count a message's files to those recipients that have room for them in `quota` octets.

        Returns the holds that were counted, and the others with the octets that would still fit.
        """
        key = message_key(message_id)

        def work(session: Session) -> tuple[list[Hold], list[tuple[Hold, int]]]:
            counted, refused = [], []
            for each in holds:
                where = {"owner": each.owner, "type_id": each.type_id, "message_key": key}
                left = quota - int(session.rows("held", where)[0][0])
                if each.octets > left:
                    refused.append((each, max(0, left)))
                else:
                    session.write("hold_add", where | {"octets": each.octets})
                    counted.append(each)
            return counted, refused

        return self._store.write(work, key)

    def grant(self, message_id: UUID, owner: int, logins: Sequence[NewLogin], now: int) -> None:
        """Make one-time logins for a hand-out; they are durable when this returns.

        Those of hand-outs long ago end: a message may be handed out for ever.
        """
        stale = {"message_key": message_key(message_id), "owner": owner, "before": now - _LOGIN_TERM}
        rows = [
            {
                "username": each.username,
                "secret": each.secret,
                "message_key": message_key(message_id),
                "position": each.position,
                "owner": owner,
                "now": now,
            }
            for each in logins
        ]

        def work(session: Session) -> None:
            session.write("logins_end", stale)
            for row in rows:
                session.write("login_add", row)

        self._store.write(work, message_key(message_id))

    def login(self, username: str) -> Grant | None:
        """Return what a one-time login opens now; None: unknown, or its message was acknowledged."""
        rows = self._store.read(lambda session: session.rows("login", {"username": username}))
        if not rows:
            return None
        secret, owner, position, uuid, name, key, size, taken_at = rows[0]
        return Grant(bytes(secret), owner, TakenFile(position, uuid, name, key, size, taken_at))

    def finished_messages(self, limit: int) -> list[bytes]:
        """Return keys of messages with files that nobody waits for any more."""
        return [
            bytes(row[0])
            for row in self._store.read(lambda session: session.rows("files_done", {"limit": limit}))
        ]

    def forget(self, key: bytes) -> list[str]:
        """Forget the files, holds and logins of a message's key; return the keys of its contents."""

        def work(session: Session) -> list[str]:
            where = {"message_key": key}
            session.write("logins_drop", where)
            session.write("holds_drop", where)
            return [str(row[0]) for row in session.write("files_drop", where)]

        return self._store.write(work, key)

    def knows(self, key: str) -> bool:
        """Tell whether any row refers to a content."""
        return bool(self._store.read(lambda session: session.rows("blob_known", {"key": key})))


def _take_one(session: Session, key: bytes, areas: Sequence[int], wanted: Wanted, now: int) -> bool:
    for area in areas:
        there = _uploads(session, area, wanted.folder)
        fitting = [each for each in there if wanted.name is None or each.place.name == wanted.name]
        if len(fitting) != 1 or not fitting[0].complete:
            continue
        found = fitting[0]
        where = _place(found.place) | {"key": found.key}
        if not session.write("upload_drop", where):
            continue
        row = {"message_key": key, "position": wanted.position, "uuid": wanted.uuid, "now": now}
        row |= {"name": found.place.name, "key": found.key, "size": found.size, "digest": found.digest}
        session.write("file_add", row)
        session.write("folder_drop", {"area": area, "folder": wanted.folder})
        return True
    return False


def _uploads(session: Session, area: int, folder: str) -> list[Upload]:
    rows = session.rows("uploads", {"area": area, "folder": folder})
    return [
        Upload(Place(area, folder, name), key, size, bool(complete), changed, digest)
        for name, key, size, complete, changed, digest in rows
    ]


def _files(session: Session, key: bytes) -> tuple[TakenFile, ...]:
    return tuple(TakenFile(*row) for row in session.rows("files", {"message_key": key}))


def _place(place: Place) -> Parameters:
    return {"area": place.area, "folder": place.folder, "name": place.name}


def _order(area: int) -> bytes:
    return area.to_bytes(8, "big")
