"""The store on SQLite: WAL, every commit synced to disk, one writer at a time on the machine."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mezhved.bus.storage.records import EventKind, State
from mezhved.bus.storage.session import Finished, Parameters, Row, Trouble, attachment_rows
from mezhved.bus.storage.sql import statements

if TYPE_CHECKING:
    from collections.abc import Sequence

_BUSY_SECONDS: Final = 10.0
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = 1",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",
)
_CACHE_KIBIBYTES: Final = {True: 16384, False: 4096}
_REPEATABLE: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_LOST: Final = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_READONLY,
}
_QUEUED: Final = {
    "state": State.QUEUED.value,
    "recipients": 0,
    "finished_at": 0,
    "reason": "",
    "answer_key": None,
}


class WriteLock:
    """Lets processes write in turn: the kernel wakes the next one, where SQLite would poll and starve.

    Two files are locked one after the other, the first as the place of the next in turn, so that a
    process that has just written cannot overtake one that waits.
    """

    def __init__(self, database: str) -> None:
        self._files = [
            os.open(f"{database}.{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
            for name in ("next", "write")
        ]

    def acquire(self) -> None:
        """Wait for the turn."""
        following, writing = self._files
        fcntl.flock(following, fcntl.LOCK_EX)
        try:
            fcntl.flock(writing, fcntl.LOCK_EX)
        finally:
            fcntl.flock(following, fcntl.LOCK_UN)

    def release(self) -> None:
        """Let the next one write."""
        fcntl.flock(self._files[1], fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the files back."""
        for file in self._files:
            os.close(file)


class SqliteSession:
    """A connection to the database file; `writing` sessions take part in the turns of `WriteLock`."""

    single = False

    def __init__(self, path: str, *, writing: bool) -> None:
        self._connection = sqlite3.connect(
            f"{Path(path).absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=64,
        )
        self._statements = statements("sqlite")
        for pragma in (*_PRAGMAS, f"PRAGMA cache_size = -{_CACHE_KIBIBYTES[writing]}"):
            self._connection.execute(pragma)
        self._lock = WriteLock(path) if writing else None
        self._locked = False

    def alive(self) -> bool:
        """Return True: a file does not go away by itself."""
        return True

    def begin(self) -> None:
        """Wait for the turn and begin."""
        if self._lock is not None:
            self._lock.acquire()
            self._locked = True
        self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Commit with the log synced, then let the next process write."""
        self._connection.execute("COMMIT")
        self._unlock()

    def rollback(self) -> None:
        """Undo and let the next process write."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._connection.close()
        finally:
            self._unlock()

    def close(self) -> None:
        """Close the connection and the lock files."""
        self._connection.close()
        self._unlock()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def trouble(self, error: BaseException) -> Trouble | None:
        """Sort SQLite's result codes."""
        if not isinstance(error, sqlite3.Error):
            return Trouble.LOST if isinstance(error, OSError) else None
        code = getattr(error, "sqlite_errorcode", None)
        primary = code & 0xFF if code is not None else None
        if primary in _REPEATABLE:
            return Trouble.REPEAT
        if primary in _LOST or (isinstance(error, sqlite3.ProgrammingError) and code is None):
            return Trouble.LOST
        return Trouble.REFUSED

    def read(self) -> None:
        """Begin a snapshot."""
        self._connection.execute("BEGIN DEFERRED")

    def rows(self, name: str, parameters: Parameters) -> list[Row]:
        """Run a reading statement."""
        return self._connection.execute(self._statements[name].text, parameters).fetchall()

    def accept(self, message: Parameters, attachments: Sequence[Parameters]) -> bool:
        """Write message, content and queue entry."""
        message_pk = self.keep({**message, **_QUEUED}, attachments)
        if message_pk is None:
            return False
        self._execute("insert_entry", {**message, "id": message_pk})
        return True

    def keep(self, message: Parameters, attachments: Sequence[Parameters]) -> int | None:
        """Write a message and its content."""
        inserted = self._one("insert_message", message)
        if inserted is None:
            return None
        message_pk = int(inserted[0])
        self._execute("insert_body", {**message, "id": message_pk})
        for attachment in attachment_rows(message_pk, message["owner"], attachments):
            self._execute("insert_attachment", attachment)
        return message_pk

    def lease(self, parameters: Parameters) -> Row | None:
        """Take the first message and read its content."""
        name = "lease" if parameters["type_id"] is None else "lease_typed"
        taken = self._one(name, parameters)
        if taken is None:
            return None
        _, leases, message_pk = taken
        where = {"id": message_pk, "owner": parameters["owner"]}
        if leases > 1:
            redelivered = {
                "at": parameters["now"],
                "kind": EventKind.REDELIVERED.value,
                "detail": str(leases),
            }
            self.event({**where, **redelivered})
        return taken + (self._one("delivered_content", where) or ())

    def finish(self, statement: str, state: State, parameters: Parameters) -> Finished | None:
        """Take an entry off its queue and close its message, or the owner's share of it."""
        entry = self._one(f"{statement}_entry", parameters)
        if entry is None:
            return None
        message_pk, first_leased_at, leases, many = entry
        ended = {
            "id": message_pk,
            "owner": parameters["owner"],
            "state": state.value,
            "now": parameters["now"],
            "first_leased_at": first_leased_at,
            "leases": leases,
        }
        if many:
            self._execute("finish_recipient", ended)
        else:
            self._execute("finish_message", {**ended, "answer_key": parameters["answer_key"]})
            self._execute("add_uncounted", ended)
        return Finished(message_pk, bool(many))

    def event(self, parameters: Parameters) -> None:
        """Add a line of history."""
        self._execute("insert_event", parameters)

    def write(self, name: str, parameters: Parameters) -> list[Row]:
        """Run a changing statement."""
        return self._connection.execute(self._statements[name].text, parameters).fetchall()

    def _one(self, name: str, parameters: Parameters) -> Row | None:
        found = self._connection.execute(self._statements[name].text, parameters).fetchall()
        return found[0] if found else None

    def _execute(self, name: str, parameters: Parameters) -> None:
        self._connection.execute(self._statements[name].text, parameters)

    def _unlock(self) -> None:
        if self._lock is not None and self._locked:
            self._locked = False
            self._lock.release()
