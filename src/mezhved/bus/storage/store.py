"""The durable queues: every method that changes something is one transaction, on disk when it returns."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from mezhved.bus.storage.address import DatabaseAddress
from mezhved.bus.storage.check import CheckReport, run_check
from mezhved.bus.storage.committer import Committer
from mezhved.bus.storage.errors import StorageDamaged
from mezhved.bus.storage.keys import message_key
from mezhved.bus.storage.readers import Readers
from mezhved.bus.storage.records import (
    Box,
    Content,
    Delivery,
    Event,
    EventKind,
    NewMessage,
    Queue,
    QueueCount,
    QueueLength,
    State,
    StoredAttachment,
    StoredMessage,
)
from mezhved.bus.storage.rows import (
    attachment_of,
    attachment_parameters,
    delivered_message,
    message_parameters,
    stored_message,
)
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self
    from uuid import UUID

    from mezhved.bus.storage.session import Observer, Parameters, Row, Session

# Locks are taken in this order in every group: ids of messages, entries by id, then whatever is free.
_ACCEPTING: Final = 0
_FINISHING: Final = 1
_LEASING: Final = 2
_ATTACHMENTS: Final = 16  # place of the number of attachments in DELIVERY_COLUMNS


class Store:
    """The queues of one database, for all threads of the process that opened it.

    Every method raises StorageUnavailable when the database cannot be reached, its subclass
    OutcomeUnknown when the connection broke in the very commit; then a repeated `accept` answers False
    if the message had been written, and a lease that nobody heard of ends by itself.
    """

    def __init__(self, committer: Committer, readers: Readers, clock: Callable[[], int]) -> None:
        self._committer = committer
        self._readers = readers
        self._clock = clock

    @classmethod
    def open(
        cls,
        address: DatabaseAddress | str,
        *,
        observer: Observer | None = None,
        patience: float = 5.0,
        readers: int = 4,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> Self:
        """Make a store for this process; connections are made when first needed.

        `address` may be a URL or the path of an SQLite file. `patience` is how many seconds a call waits
        for a database that went away; `readers` is how many connections may read at once; `clock` gives
        microseconds since the epoch and serves the ages in `lengths` alone.
        """
        place = DatabaseAddress.of_url(address) if isinstance(address, str) else address
        connect = _connector(place)
        committer = Committer(lambda: connect(writing=True), patience=patience, observer=observer)
        return cls(committer, Readers(lambda: connect(writing=False), size=readers), clock)

    def close(self) -> None:
        """Finish what was begun, then close; later calls raise StorageClosed."""
        self._committer.close()
        self._readers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def accept(self, message: NewMessage, queue: Queue) -> bool:
        """Write the message and put it at the queue's end; False: its id is known, nothing was written."""
        row, attachments = message_parameters(message, queue), attachment_parameters(message)
        return self._committer.submit(
            lambda session: session.accept(row, attachments),
            (_ACCEPTING, row["message_key"]),
            single=not attachments,
        )

    def refuse(
        self, message: NewMessage, reason: str, answer: NewMessage | None, answer_queue: Queue | None
    ) -> bool:
        """Keep the message as refused and queue the system response; False: the id is known."""
        owner = answer_queue.owner if answer_queue else message.sender or 0
        row = message_parameters(message, Queue(owner, Box.REQUESTS))
        row["reason"] = reason
        row["answer_key"] = message_key(answer.message_id) if answer else None
        attachments = attachment_parameters(message)

        def work(session: Session) -> bool:
            message_pk = session.keep_refused(row, attachments)
            if message_pk is None:
                return False
            session.event(_event(message_pk, owner, message.accepted_at, EventKind.REFUSED, reason))
            _answer(session, answer, answer_queue)
            return True

        return self._committer.submit(work, (_ACCEPTING, row["message_key"]))

    def lease(self, queue: Queue, type_id: int | None, now: int, until: int) -> Delivery | None:
        """Hand out one message until `until`, None when there is none to hand out.

        First the oldest whose lease ended, then the oldest never handed out; never one that is leased.
        A message past its end of life is handed out too: the caller expires it. Raises StorageDamaged
        for an entry without content; the entry then stays leased, so that others are not held up.
        """
        parameters = {
            "owner": queue.owner,
            "box": queue.box.value,
            "node": queue.node,
            "type_id": type_id,
            "now": now,
            "until": until,
        }

        row = self._committer.submit(lambda session: session.lease(parameters), (_LEASING, b""), single=True)
        if row is None:
            return None
        files: tuple[StoredAttachment, ...] = ()
        if _attached(row[3:]):
            files = self._readers.read(lambda session: _files(session, row[2], queue.owner, row[3:]))
        return _delivery(queue, row, files)

    def ack(self, owner: int, message_id: UUID, accepted: bool, now: int) -> bool:  # noqa: FBT001
        """Take a handed-out message off its queue for good; False: the owner has no such message.

        An acknowledgement counts however late it comes. `accepted` False (the recipient did not trust
        the bus's signature) ends the message likewise and is noted in its history.
        """
        key = message_key(message_id)
        parameters = {"owner": owner, "message_key": key, "now": now, "answer_key": None}

        def work(session: Session) -> bool:
            message_pk = session.finish("ack", State.DELIVERED, parameters)
            if message_pk is not None and not accepted:
                session.event(_event(message_pk, owner, now, EventKind.NOT_ACCEPTED))
            return message_pk is not None

        return self._committer.submit(work, (_FINISHING, key), single=accepted)

    def expire(
        self,
        pk: int,
        queue: Queue,
        answer: NewMessage | None,
        answer_queue: Queue | None,
        now: int,
        *,
        leases: int | None = None,
    ) -> bool:
        """End a message whose end of life came and queue the system response about it.

        `pk` and `leases` are the Delivery's; with `leases` a message that was handed out to somebody
        since is left alone. False: it is no longer there.
        """
        parameters = {
            "owner": queue.owner,
            "pk": pk,
            "leases": leases,
            "now": now,
            "answer_key": message_key(answer.message_id) if answer else None,
        }

        def work(session: Session) -> bool:
            message_pk = session.finish("expire", State.EXPIRED, parameters)
            if message_pk is None:
                return False
            session.event(_event(message_pk, queue.owner, now, EventKind.EXPIRED))
            _answer(session, answer, answer_queue)
            return True

        return self._committer.submit(work, (_FINISHING, pk.to_bytes(8, "big")))

    def known(self, message_id: UUID) -> bool:
        """Tell whether the id was ever used."""
        key = {"message_key": message_key(message_id)}
        return bool(self._readers.read(lambda session: session.rows("known", key)))

    def find(self, message_id: UUID) -> StoredMessage | None:
        """Return what is known of a message."""
        key = {"message_key": message_key(message_id)}
        rows = self._readers.read(lambda session: session.rows("find", key))
        return stored_message(rows[0]) if rows else None

    def answers(self, message_id: UUID, limit: int = 100) -> list[StoredMessage]:
        """Return the responses and system responses to a request, oldest first."""
        parameters = {"message_key": message_key(message_id), "limit": limit}
        rows = self._readers.read(lambda session: session.rows("answers", parameters))
        return [stored_message(row) for row in rows]

    def content(self, message_id: UUID) -> Content | None:
        """Return the bytes of a message."""
        key = {"message_key": message_key(message_id)}

        def work(session: Session) -> Content | None:
            for pk, owner, attachments, data, signature in session.rows("content", key):
                where = {"id": pk, "owner": owner}
                files = session.rows("attachments", where) if attachments else []
                return Content(data, signature, tuple(attachment_of(row) for row in files))
            return None

        return self._readers.read(work)

    def history(self, message_id: UUID) -> list[Event]:
        """Return the message's events, oldest first."""
        key = {"message_key": message_key(message_id)}
        rows = self._readers.read(lambda session: session.rows("history", key))
        return [Event(at, EventKind(kind), detail) for at, kind, detail in rows]

    def waiting(self, queue: Queue, limit: int) -> int:
        """Count the queue's messages, handed-out ones included, but no further than `limit`."""
        parameters = {
            "owner": queue.owner,
            "box": queue.box.value,
            "node": queue.node,
            "limit": limit,
        }
        return int(self._readers.read(lambda session: session.rows("waiting", parameters))[0][0])

    def statistics(self, owner: int) -> list[QueueCount]:
        """Count all queues of a system."""
        rows = self._readers.read(lambda session: session.rows("statistics", {"owner": owner}))
        return [QueueCount(Box(box), node, pending) for box, node, pending in rows]

    def lengths(self) -> list[QueueLength]:
        """Count the queues of all systems and tell the age of the oldest message of each, for metrics."""
        now = self._clock()
        rows = self._readers.read(lambda session: session.rows("lengths", {}))
        return [
            QueueLength(owner, Box(box), pending, max(0, now - oldest) / 1_000_000)
            for owner, box, pending, oldest in rows
        ]

    def ping(self) -> None:
        """Raise StorageUnavailable or StorageError unless the queues can be read and written now."""
        self._readers.read(lambda session: session.rows("ping", {}))
        self._committer.submit(lambda _: None, (_ACCEPTING, b""))

    def overdue(self, now: int, limit: int) -> list[Delivery]:
        """Return messages whose end of life passed while nobody holds them."""

        def work(session: Session) -> list[tuple[Row, tuple[StoredAttachment, ...]]]:
            rows = session.rows("overdue", {"now": now, "limit": limit})
            return [(row, _files(session, row[2], row[3], row[6:])) for row in rows]

        return [
            _delivery(Queue(row[3], Box(row[4]), row[5]), row[:3] + row[6:], files)
            for row, files in self._readers.read(work)
        ]

    def check(self) -> CheckReport:
        """Prove on one snapshot that accepted = delivered + waiting + leased + refused + expired."""
        return self._readers.read(run_check)


class _Connect(Protocol):
    def __call__(self, *, writing: bool) -> Session: ...


def _connector(address: DatabaseAddress) -> _Connect:
    """Return the maker of the engine's sessions; only that engine's driver is loaded."""
    if address.dialect == "sqlite":
        from mezhved.bus.storage.sqlite import SqliteSession  # noqa: PLC0415

        return partial(SqliteSession, address.location)
    from mezhved.bus.storage.postgresql import PostgresSession  # noqa: PLC0415

    return partial(PostgresSession, address.location)


def _event(message_pk: int, owner: int, at: int, kind: EventKind, detail: str = "") -> Parameters:
    return {"id": message_pk, "owner": owner, "at": at, "kind": kind.value, "detail": detail}


def _answer(session: Session, answer: NewMessage | None, queue: Queue | None) -> None:
    """Queue a system response; its id is new, so it cannot be known."""
    if answer is None:
        return
    if queue is None or not session.accept(message_parameters(answer, queue), attachment_parameters(answer)):
        raise ValueError("a system response needs a queue and an id never used")


def _attached(row: Row) -> bool:
    return len(row) > _ATTACHMENTS and bool(row[_ATTACHMENTS])


def _files(session: Session, pk: int, owner: int, row: Row) -> tuple[StoredAttachment, ...]:
    if not _attached(row):
        return ()
    rows = session.rows("attachments", {"id": pk, "owner": owner})
    return tuple(attachment_of(found) for found in rows)


def _delivery(queue: Queue, row: Row, attachments: tuple[StoredAttachment, ...]) -> Delivery:
    pk, leases, message_pk, *columns = row
    if not columns or columns[0] is None or columns[-2] is None:
        raise StorageDamaged(
            Text(
                ru=f"у сообщения {message_pk} в очереди нет содержимого",
                en=f"the queued message {message_pk} has no content",
            ),
            cure=Text(ru="запустите mezhved bus check", en="run mezhved bus check"),
        )
    return Delivery(pk, queue, delivered_message(tuple(columns), attachments), leases)
