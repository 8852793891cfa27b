"""The store on PostgreSQL: psycopg 3, prepared statements, one round trip for each operation."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from mezhved.bus.storage.hints import Hints
from mezhved.bus.storage.session import Finished, Parameters, Row, Trouble, attachment_rows
from mezhved.bus.storage.sql import statements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.bus.storage.records import State

# Every statement but those of the check touches a handful of rows by an index. The planner is told so:
# a plan made while a table was small must not be kept when a million messages have come.
_PLANS: Final = (
    "enable_seqscan",
    "enable_bitmapscan",
    "enable_hashjoin",
    "enable_mergejoin",
    "enable_memoize",
    "jit",
)
SESSION_OPTIONS: Final = " ".join(
    [
        "-c synchronous_commit=on -c timezone=UTC -c statement_timeout=60000",
        r"-c default_transaction_isolation=read\ committed",
        "-c plan_cache_mode=force_generic_plan",
        *(f"-c {name}=off" for name in _PLANS),
    ]
)
# Without nested loops: of tables that were never analysed the server believes that they are small.
_ANY_PLAN: Final = "; ".join(
    [
        "SET LOCAL statement_timeout = 0",
        *(f"SET LOCAL {name} = on" for name in _PLANS if name != "jit"),
        "SET LOCAL enable_nestloop = off",
    ]
)
_REPEATABLE: Final = (pg.DeadlockDetected, pg.SerializationFailure, pg.LockNotAvailable, pg.QueryCanceled)
_LOST_CLASSES: Final = ("08", "53", "57P", "58")
_READ_ONLY: Final = "25006"


class PostgresSession:
    """A connection to the server that holds the tables."""

    single = True

    def __init__(self, location: str, *, writing: bool) -> None:
        self._connection = psycopg.connect(
            location,
            autocommit=True,
            connect_timeout=5,
            options=f"{conninfo_to_dict(location).get('options') or ''} {SESSION_OPTIONS}",
            application_name="mezhved",
            target_session_attrs="read-write" if writing else "any",
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=20000,
            prepare_threshold=0,
        )
        adapters = self._connection.adapters
        adapters.register_dumper(int, Int8Dumper)
        adapters.register_dumper(int, Int8BinaryDumper)
        self._cursor = self._connection.cursor(binary=True)
        self._statements = statements("postgresql")
        self._hints = Hints(time.monotonic)

    def alive(self) -> bool:
        """Tell whether the server has left the connection open, without asking it."""
        poller = select.poll()
        poller.register(self._connection.fileno(), select.POLLIN)
        return not poller.poll(0)

    def begin(self) -> None:
        """Begin a transaction."""
        self._cursor.execute("BEGIN")

    def commit(self) -> None:
        """Commit; the server answers when its log is on disk."""
        self._cursor.execute("COMMIT")

    def rollback(self) -> None:
        """Undo."""
        try:
            if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                self._cursor.execute("ROLLBACK")
        except psycopg.Error:
            self._connection.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def trouble(self, error: BaseException) -> Trouble | None:
        """Sort the server's codes and the driver's losses."""
        if not isinstance(error, psycopg.Error):
            return Trouble.LOST if isinstance(error, OSError) else None
        if isinstance(error, _REPEATABLE):
            return Trouble.REPEAT
        code = error.sqlstate or ""
        if self._connection.closed or code.startswith(_LOST_CLASSES) or code == _READ_ONLY:
            return Trouble.LOST
        return Trouble.REFUSED

    def read(self) -> None:
        """Begin a snapshot."""
        self._cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._connection.execute(_ANY_PLAN, prepare=False)

    def rows(self, name: str, parameters: Parameters) -> list[Row]:
        """Run a reading statement."""
        return self._cursor.execute(self._statements[name].text, parameters).fetchall()

    def accept(self, message: Parameters, attachments: Sequence[Parameters]) -> bool:
        """Write message, content and queue entry."""
        return self._insert("accept", message, attachments) is not None

    def keep(self, message: Parameters, attachments: Sequence[Parameters]) -> int | None:
        """Write a message in no queue and its content."""
        return self._insert("keep", message, attachments)

    def lease(self, parameters: Parameters) -> Row | None:
        """Take the first message with its content."""
        name = "lease" if parameters["type_id"] is None else "lease_typed"
        return self._hints.search(parameters, lambda narrowed: self._one(name, narrowed))

    def finish(self, statement: str, state: State, parameters: Parameters) -> Finished | None:  # noqa: ARG002
        """Take an entry off its queue and close its message; each statement knows its final state."""
        row = self._one(statement, parameters)
        return None if row is None else Finished(row[0], row[1])

    def event(self, parameters: Parameters) -> None:
        """Add a line of history."""
        self._cursor.execute(self._statements["insert_event"].text, parameters)

    def write(self, name: str, parameters: Parameters) -> list[Row]:
        """Run a changing statement."""
        cursor = self._cursor.execute(self._statements[name].text, parameters)
        return cursor.fetchall() if cursor.description else []

    def _insert(self, name: str, message: Parameters, attachments: Sequence[Parameters]) -> int | None:
        row = self._one(name, message)
        if row is None:
            return None
        message_pk = int(row[0])
        for attachment in attachment_rows(message_pk, message["owner"], attachments):
            self._cursor.execute(self._statements["insert_attachment"].text, attachment)
        return message_pk

    def _one(self, name: str, parameters: Parameters) -> Row | None:
        return self._cursor.execute(self._statements[name].text, parameters).fetchone()
