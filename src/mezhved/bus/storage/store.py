"""The durable queues: every method that changes something is one transaction, on disk when it returns."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from mezhved.bus.storage import many
from mezhved.bus.storage.address import DatabaseAddress
from mezhved.bus.storage.archive import Archive
from mezhved.bus.storage.committer import Committer
from mezhved.bus.storage.keys import message_key
from mezhved.bus.storage.plans import Plan, Work
from mezhved.bus.storage.readers import Readers
from mezhved.bus.storage.reading import Reading, attached, delivery_of, demand_content, files_of
from mezhved.bus.storage.records import (
    Box,
    Delivery,
    EventKind,
    NewMessage,
    Queue,
    State,
    StoredAttachment,
)
from mezhved.bus.storage.rows import attachment_parameters, delivered_message, message_parameters
from mezhved.bus.storage.session import Finished

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import Self
    from uuid import UUID

    from mezhved.bus.storage.session import Observer, Parameters, Row, Session

T = TypeVar("T")

# Locks are taken in this order in every group: ids of messages, entries by id, then whatever is free.
_ACCEPTING: Final = 0
_FINISHING: Final = 1
_LEASING: Final = 2
_ELSEWHERE: Final = 3


class Store(Reading):
    """The queues of one database, for all threads of the process that opened it.

    Every method raises StorageUnavailable when the database cannot be reached, its subclass
    OutcomeUnknown when the connection broke in the very commit; then a repeated `accept` answers False
    if the message had been written, and a lease that nobody heard of ends by itself.
    """

    def __init__(
        self, committer: Committer, archive: Archive, readers: Readers, clock: Callable[[], int]
    ) -> None:
        super().__init__(readers, clock)
        self._committer = committer
        self.archive = archive

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
        reading = Readers(lambda: connect(writing=False), size=readers)
        archive = Archive(Committer(lambda: connect(writing=True), patience=patience), reading)
        return cls(committer, archive, reading, clock)

    def close(self) -> None:
        """Finish what was begun, then close; later calls raise StorageClosed."""
        self._committer.close()
        self.archive.close()
        self._readers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def accept(
        self, message: NewMessage, queue: Queue, notice: tuple[NewMessage, Queue] | None = None
    ) -> bool:
        """Write the message and put it at the queue's end; False: its id is known, nothing was written.

        `notice` is a system response queued in the same transaction.
        """
        row, attachments = message_parameters(message, queue), attachment_parameters(message)

        def work(session: Session) -> bool:
            fresh = session.accept(row, attachments)
            if fresh:
                _notify(session, notice)
            return fresh

        single = notice is None and not attachments
        return self._committer.submit(work, (_ACCEPTING, row["message_key"]), single=single)

    def accept_for_many(
        self,
        message: NewMessage,
        queues: Sequence[Queue],
        notice: tuple[NewMessage, Queue] | None = None,
        *,
        full: Sequence[Queue] = (),
    ) -> bool:
        """Write one message and put it at the end of each queue; False: its id is known, nothing was written.

        `full` are queues without room: the message is refused for their owners, whose share tells so.
        `notice` is a system response queued in the same transaction.
        """
        row = many.kept(message, Plan((*queues, *full), many=True), State.QUEUED)
        attachments = attachment_parameters(message)

        def work(session: Session) -> bool:
            message_pk = session.keep(row, attachments)
            if message_pk is None:
                return False
            many.spread(session, message_pk, row, queues, full)
            many.distribute(session, message_pk)
            _notify(session, notice)
            return True

        return self._committer.submit(work, (_ACCEPTING, row["message_key"]))

    def receive(
        self, message: NewMessage, plan: Plan, notice: tuple[NewMessage, Queue] | None = None
    ) -> bool:
        """Write a message with work left, which is in no queue yet; False: its id is known.

        `notice` is a system response queued in the same transaction.
        """
        row, attachments = many.kept(message, plan, State.RECEIVED), attachment_parameters(message)

        def work(session: Session) -> bool:
            message_pk = session.keep(row, attachments)
            if message_pk is None:
                return False
            session.write("insert_work", {"id": message_pk, "owner": row["owner"], "plan": plan.to_json()})
            _notify(session, notice)
            return True

        return self._committer.submit(work, (_ACCEPTING, row["message_key"]))

    def claim(self, now: int, until: int, limit: int) -> tuple[Work, ...]:
        """Take works that nobody does, the longest due first; they are this caller's until then.

        Raises StorageDamaged for a work without a message.
        """
        parameters = {"now": now, "until": until, "limit": limit}
        rows = self._committer.submit(lambda session: session.write("claim", parameters), (_LEASING, b""))
        return tuple(self._readers.read(partial(_work, claimed=row)) for row in rows)

    def read(self, work: Callable[[Session], T]) -> T:
        """Read for another room that has tables of its own; `work` may run twice."""
        return self._readers.read(work)

    def write(self, work: Callable[[Session], T], key: bytes) -> T:
        """Write for another room in one transaction; works on the same `key` keep an order among processes.

        `work` may run more than once and must have no effect but through the session.
        """
        return self._committer.submit(work, (_ELSEWHERE, key))

    def postpone(self, work: Work, until: int) -> bool:
        """Leave a work alone until then, or keep it so long; False: another process has taken it over."""
        return self._committer.submit(lambda session: many.hold(session, work, until), _order(work))

    def spread(self, work: Work, queues: Sequence[Queue], until: int, *, full: Sequence[Queue] = ()) -> bool:
        """Put a received message to many into some of its queues and keep the work until then.

        Who has it already is left alone, so that a work begun anew repeats nothing. False: another
        process has taken the work over.
        """
        row = many.kept(work.message, work.plan, State.QUEUED)

        def act(session: Session) -> bool:
            held = many.hold(session, work, until)
            if held:
                many.spread(session, work.pk, row, queues, full)
            return held

        return self._committer.submit(act, _order(work))

    def settle(
        self,
        work: Work,
        queues: Sequence[Queue],
        notice: tuple[NewMessage, Queue] | None = None,
        *,
        full: Sequence[Queue] = (),
    ) -> bool:
        """Put a received message into its last queues and end the work; False: another process has it."""

        def act(session: Session) -> bool:
            settled = many.settle(session, work, queues, full)
            if settled:
                _notify(session, notice)
            return settled

        settled = self._committer.submit(act, _order(work))
        return self._finished(Finished(work.pk, many=work.plan.many)) if settled else False

    def reject(
        self,
        work: Work,
        reason: str,
        answer: NewMessage | None,
        answer_queue: Queue | None,
        now: int,
        *,
        state: State = State.REFUSED,
    ) -> bool:
        """End a received message as refused (or EXPIRED) and queue the system response.

        False: another process has taken the work over.
        """
        ended: Parameters = {"id": work.pk, "owner": work.owner, "state": state.value, "reason": reason}
        ended |= {"now": now, "answer_key": message_key(answer.message_id) if answer else None}
        kind = EventKind.EXPIRED if state is State.EXPIRED else EventKind.REFUSED

        def act(session: Session) -> bool:
            if not (many.end(session, work) and session.write("reject_received", ended)):
                return False
            session.write("add_uncounted", ended)
            session.event(_event(work.pk, work.owner, now, kind, reason))
            _answer(session, answer, answer_queue)
            return True

        return self._committer.submit(act, _order(work))

    def finish_distributed(self, limit: int = 100) -> int:
        """Finish messages to many that are in nobody's queue any more; how many this call finished.

        Each is finished right after its last recipient; this is for those where a process died between.
        """
        rows = self._readers.read(lambda session: session.rows("undistributed", {"limit": limit}))
        return sum(self._finish_many(message_pk) for (message_pk,) in rows)

    def _finished(self, found: Finished | None) -> bool:
        """Finish the message to many whose last recipient may have finished just now."""
        if found is not None and found.many:
            where = {"id": found.message_pk}
            if not self._readers.read(lambda session: session.rows("queued", where)):
                self._finish_many(found.message_pk)
        return found is not None

    def _finish_many(self, message_pk: int) -> bool:
        order = (_FINISHING, message_pk.to_bytes(8, "big"))
        return self._committer.submit(lambda session: many.finish(session, message_pk), order)

    def refuse(
        self, message: NewMessage, reason: str, answer: NewMessage | None, answer_queue: Queue | None
    ) -> bool:
        """Keep the message as refused and queue the system response; False: the id is known."""
        owner = answer_queue.owner if answer_queue else message.sender or 0
        row = message_parameters(message, Queue(owner, Box.REQUESTS))
        row |= {"state": State.REFUSED.value, "finished_at": message.accepted_at, "recipients": 0}
        row |= {"reason": reason, "answer_key": message_key(answer.message_id) if answer else None}
        attachments = attachment_parameters(message)

        def work(session: Session) -> bool:
            message_pk = session.keep(row, attachments)
            if message_pk is None:
                return False
            session.write("add_uncounted", {"id": message_pk, "owner": owner})
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
        if attached(row[3:]):
            files = self._readers.read(lambda session: files_of(session, row[2], queue.owner, row[3:]))
        return delivery_of(queue, row, files)

    def ack(self, owner: int, message_id: UUID, accepted: bool, now: int) -> bool:  # noqa: FBT001
        """Take a handed-out message off its queue for good; False: the owner has no such message.

        An acknowledgement counts however late it comes. `accepted` False (the recipient did not trust
        the bus's signature) ends the message likewise and is noted in its history.
        """
        key = message_key(message_id)
        parameters = {"owner": owner, "message_key": key, "now": now, "answer_key": None}

        def work(session: Session) -> Finished | None:
            finished = session.finish("ack", State.DELIVERED, parameters)
            if finished is not None and not accepted:
                session.event(_event(finished.message_pk, owner, now, EventKind.NOT_ACCEPTED))
            return finished

        return self._finished(self._committer.submit(work, (_FINISHING, key), single=accepted))

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
        since is left alone. A message to many ends for this one recipient, and its sender is told once:
        the answer is dropped when there was one before. False: it is no longer there.
        """
        parameters = {
            "owner": queue.owner,
            "pk": pk,
            "leases": leases,
            "now": now,
            "answer_key": message_key(answer.message_id) if answer else None,
        }

        def work(session: Session) -> Finished | None:
            finished = session.finish("expire", State.EXPIRED, parameters)
            if finished is not None:
                session.event(_event(finished.message_pk, queue.owner, now, EventKind.EXPIRED))
                if not finished.many or many.answered_now(session, finished.message_pk, answer):
                    _answer(session, answer, answer_queue)
            return finished

        return self._finished(self._committer.submit(work, (_FINISHING, pk.to_bytes(8, "big"))))

    def ping(self) -> None:
        """Raise StorageUnavailable or StorageError unless the queues can be read and written now."""
        self._readers.read(lambda session: session.rows("ping", {}))
        self._committer.submit(lambda _: None, (_ACCEPTING, b""))


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


def _order(work: Work) -> tuple[int, bytes]:
    return _ACCEPTING, message_key(work.message.message_id)


def _work(session: Session, claimed: Row) -> Work:
    pk, owner, plan, attempts = claimed
    columns = (*session.rows("delivered_content", {"id": pk, "owner": owner}), ())[0]
    demand_content(pk, columns)
    message = delivered_message(columns, files_of(session, pk, owner, columns))
    return Work(pk, owner, message, Plan.from_json(plan), attempts)


def _notify(session: Session, notice: tuple[NewMessage, Queue] | None) -> None:
    if notice is not None:
        _answer(session, *notice)


def _answer(session: Session, answer: NewMessage | None, queue: Queue | None) -> None:
    """Queue a system response; its id is new, so it cannot be known."""
    if answer is None:
        return
    if queue is None or not session.accept(message_parameters(answer, queue), attachment_parameters(answer)):
        raise ValueError("a system response needs a queue and an id never used")
