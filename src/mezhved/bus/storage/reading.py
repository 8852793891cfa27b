"""What can be asked of the store; nothing here changes a row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from mezhved.bus.storage.check import CheckReport, run_check
from mezhved.bus.storage.errors import StorageDamaged
from mezhved.bus.storage.keys import message_key
from mezhved.bus.storage.plans import alike
from mezhved.bus.storage.records import (
    Box,
    Content,
    Delivery,
    Event,
    EventKind,
    Queue,
    QueueCount,
    QueueLength,
    RecipientDelivery,
    State,
    StoredAttachment,
    StoredMessage,
)
from mezhved.bus.storage.rows import attachment_of, delivered_message, stored_message
from mezhved.bus.storage.sql import DELIVERY_COLUMNS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from mezhved.bus.storage.readers import Readers
    from mezhved.bus.storage.session import Parameters, Row, Session

ARCHIVED: Final = "archived_"
_ATTACHMENTS: Final = DELIVERY_COLUMNS.index("m.attachments")
_RECIPIENTS: Final = DELIVERY_COLUMNS.index("m.recipients")
_DATA: Final = DELIVERY_COLUMNS.index("b.data")


class Reading:
    """The questions that `Store` answers. Every method raises StorageUnavailable without a database."""

    def __init__(self, readers: Readers, clock: Callable[[], int]) -> None:
        self._readers = readers
        self._clock = clock

    def known(self, message_id: UUID) -> bool:
        """Tell whether the id was used."""
        key = {"message_key": message_key(message_id)}
        return bool(self._readers.read(lambda session: session.rows("known", key)))

    def find(self, message_id: UUID) -> StoredMessage | None:
        """Return what is known of a message, archived ones included."""
        found = self._stored("find", {"message_key": message_key(message_id)})
        return found[0] if found else None

    def answers(self, message_id: UUID, limit: int = 100) -> list[StoredMessage]:
        """Return the responses and system responses to a request, oldest first."""
        return self._stored("answers", {"message_key": message_key(message_id), "limit": limit})[:limit]

    def chain(self, reference_id: UUID, limit: int = 1000) -> list[StoredMessage]:
        """Return the messages of a business chain, oldest first; `reference_id` is the first one's id."""
        return self._stored("chain", {"message_key": message_key(reference_id), "limit": limit})[:limit]

    def content(self, message_id: UUID) -> Content | None:
        """Return the bytes of a message."""
        key = {"message_key": message_key(message_id)}

        def work(session: Session, prefix: str) -> Content | None:
            for pk, owner, attachments, data, signature in session.rows(f"{prefix}content", key):
                where = {"id": pk, "owner": owner}
                files = session.rows(f"{prefix}attachments", where) if attachments else []
                return Content(data, signature, tuple(attachment_of(row) for row in files))
            return None

        return self._readers.read(lambda session: work(session, "") or work(session, ARCHIVED))

    def history(self, message_id: UUID) -> list[Event]:
        """Return the message's events, oldest first."""
        rows = self._anywhere("history", {"message_key": message_key(message_id)})
        return [Event(at, EventKind(kind), detail, owner) for at, kind, detail, owner in rows]

    def recipients(self, message_id: UUID) -> list[RecipientDelivery]:
        """Return how a message to many stands with each recipient; nothing for a message to one."""
        rows = self._anywhere("recipients", {"message_key": message_key(message_id)})
        return [RecipientDelivery(owner, State(state), *rest) for owner, state, *rest in rows]

    def is_recipient(self, message_id: UUID, owner: int) -> bool:
        """Tell whether a message went to this system, alone or among others."""
        return bool(self._anywhere("recipient", {"message_key": message_key(message_id), "owner": owner}))

    def _anywhere(self, name: str, parameters: Parameters) -> list[Row]:
        """Ask the hot tables, then the archive: messages move that way only, so none is missed between."""
        return self._readers.read(
            lambda session: session.rows(name, parameters) or session.rows(ARCHIVED + name, parameters)
        )

    def _stored(self, name: str, parameters: Parameters) -> list[StoredMessage]:
        """Read STORED_COLUMNS of both; a message that moved between is told once."""

        def work(session: Session) -> list[StoredMessage]:
            hot = [stored_message(row) for row in session.rows(name, parameters)]
            known = {each.pk for each in hot}
            if name == "find" and hot:
                return hot
            rows = session.rows(ARCHIVED + name, parameters)
            archived = [stored_message(row, archived=True) for row in rows if row[0] not in known]
            return sorted(hot + archived, key=lambda each: each.pk)

        return self._readers.read(work)

    def shares(self, message_pk: int) -> int:
        """Count the recipients whom a message to many has reached by now."""
        return int(self._readers.read(lambda session: session.rows("shares", {"id": message_pk}))[0][0])

    def waiting(self, queue: Queue, limit: int) -> int:
        """Count the queue's messages, handed-out ones included, but no further than `limit`."""
        parameters = {
            "owner": queue.owner,
            "box": queue.box.value,
            "node": queue.node,
            "limit": limit,
        }
        return int(self._readers.read(lambda session: session.rows("waiting", parameters))[0][0])

    def full(self, queues: Sequence[Queue], limit: int) -> set[Queue]:
        """Return which of the queues hold `limit` messages or more; they differ by owner alone."""
        if not queues:
            return set()
        alike(queues)
        parameters = {
            "owners": json.dumps([each.owner for each in queues]),
            "box": queues[0].box.value,
            "node": queues[0].node,
            "limit": limit,
        }
        rows = self._readers.read(lambda session: session.rows("full", parameters))
        return {Queue(owner, queues[0].box, queues[0].node) for (owner,) in rows}

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

    def overdue(self, now: int, limit: int) -> list[Delivery]:
        """Return messages whose end of life passed while nobody holds them; without attachments."""
        parameters = {"now": now, "limit": limit}
        rows = self._readers.read(lambda session: session.rows("overdue", parameters))
        return [delivery_of(Queue(row[3], Box(row[4]), row[5]), row[:3] + row[6:], ()) for row in rows]

    def check(self) -> CheckReport:
        """Prove on one snapshot that accepted = delivered + waiting + leased + refused + expired."""
        return self._readers.read(run_check)


def attached(row: Row) -> bool:
    """Tell from DELIVERY_COLUMNS whether the message has attachments inside."""
    return len(row) > _ATTACHMENTS and bool(row[_ATTACHMENTS])


def files_of(session: Session, pk: int, owner: int, row: Row) -> tuple[StoredAttachment, ...]:
    """Return the attachments of a message of which DELIVERY_COLUMNS are known."""
    if not attached(row):
        return ()
    rows = session.rows("attachments", {"id": pk, "owner": owner})
    return tuple(attachment_of(found) for found in rows)


def delivery_of(queue: Queue, row: Row, attachments: tuple[StoredAttachment, ...]) -> Delivery:
    """Read an entry's id, its leases, its message's row id and DELIVERY_COLUMNS."""
    pk, leases, message_pk, *columns = row
    demand_content(message_pk, tuple(columns))
    many = columns[_RECIPIENTS] > 0
    return Delivery(pk, queue, delivered_message(tuple(columns), attachments), leases, many)


def demand_content(message_pk: int, columns: Row) -> None:
    """Raise StorageDamaged unless DELIVERY_COLUMNS are there with the message's octets."""
    if not columns or columns[0] is None or columns[_DATA] is None:
        raise StorageDamaged(
            Text(
                ru=f"у сообщения {message_pk} в очереди нет содержимого",
                en=f"the queued message {message_pk} has no content",
            ),
            cure=Text(ru="запустите mezhved bus check", en="run mezhved bus check"),
        )
