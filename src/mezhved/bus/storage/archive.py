"""Statistics by day and the archive of finished messages, both off every message's way.

Each method that changes something is one transaction; a process that dies between two leaves nothing half
done. They use a connection of their own, so that no caller waits for them in a group.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from mezhved.bus.storage.records import Kind, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mezhved.bus.storage.committer import Committer
    from mezhved.bus.storage.readers import Readers
    from mezhved.bus.storage.session import Parameters, Row, Session

COUNTING: Final = "statistics"
"""The duty whose value is the last message that is in the statistics."""
DAY: Final = 86_400_000_000
MOSCOW: Final = 3 * 3_600_000_000
"""Days are those of Moscow, as the times on the wire are."""
_ORDER: Final = (3, b"")
_FINAL: Final = (State.DELIVERED, State.REFUSED, State.EXPIRED)
# A batch holds the writing lock of SQLite for as long as it takes.
_WEIGHT: Final = 400
_ATTACHMENT_WEIGHT: Final = 20
_TABLES: Final = ("bodies", "attachments", "events", "recipients")


@dataclass(frozen=True, slots=True)
class DayCount:
    """What a system did in a day with messages of a type; system 0 is the bus, type 0 no type.

    `sent` to `longest` are of messages that it sent, `taken` is how many it took. Microseconds from the
    acceptance to the acknowledgement: `delivery_time` of all delivered, `longest` of one.
    """

    day: date
    system: int
    type_id: int
    kind: Kind
    sent: int
    octets: int
    delivered: int
    refused: int
    expired: int
    delivery_time: int
    longest: int
    taken: int


def day_number(day: date) -> int:
    """Return how the database names a day: days since 1970-01-01."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


class Archive:
    """The store's archive and statistics. Every method may raise StorageUnavailable."""

    def __init__(self, committer: Committer, readers: Readers) -> None:
        self._committer = committer
        self._readers = readers

    def close(self) -> None:
        """Finish what was begun and close the connection."""
        self._committer.close()

    def take_duty(self, name: str, now: int, until: int) -> bool:
        """Take on what one process does at a time; False: another does it. `until` frees it by itself."""

        def work(session: Session) -> bool:
            session.write("add_duty", {"name": name})
            return bool(session.write("take_duty", {"name": name, "now": now, "until": until}))

        return self._committer.submit(work, _ORDER)

    def leave_duty(self, name: str) -> None:
        """Let another process have it."""
        self._committer.submit(lambda session: session.write("leave_duty", {"name": name}), _ORDER)

    def count_accepted(self, before: int, limit: int) -> int:
        """Bring the next messages that were accepted before that moment into the statistics; how many.

        A message may become visible later than its successors: `before` must lie further back than any
        transaction takes.
        """
        counted = self._counted()
        rows = self._rows("accepted_after", {"after": counted, "limit": limit})
        ids = _leading(rows, lambda row: row[1] < before)
        if not ids:
            return 0
        listed = {"ids": json.dumps(ids)}

        def work(session: Session) -> int:
            step = {"name": COUNTING, "before": counted, "after": ids[-1]}
            session.write("add_duty", {"name": COUNTING})
            if not session.write("advance_duty", step):
                return 0
            session.write("count_sent", {**listed, **_DAYS})
            return len(ids)

        return self._committer.submit(work, _ORDER)

    def count_ended(self, limit: int) -> int:
        """Bring the ends of messages into the statistics; how many."""
        after, total = 0, 0
        while rows := self._rows("uncounted", {"after": after, "limit": limit}):
            after = rows[-1][0]
            listed = {"ids": json.dumps([row[0] for row in rows])}
            total += self._committer.submit(partial(_count_ended, listed=listed), _ORDER)
        return total

    def move(self, before: int, now: int, after: int = 0) -> tuple[int, int | None]:
        """Move the next messages that finished before that moment into the archive.

        Return how many, and after which message to go on, None when there is nothing further. Only
        messages that are in the statistics move.
        """
        rows = self._rows("archivable", {"after": after, "counted": self._counted(), "limit": _WEIGHT})
        ids, weight, last = [], 0, after
        for pk, accepted_at, finished_at, state, attachments, recipients, uncounted in rows:
            if accepted_at >= before or weight >= _WEIGHT:
                break
            last = pk
            if state in _FINAL and 0 < finished_at < before and not uncounted:
                ids.append(pk)
                weight += 1 + recipients + attachments * _ATTACHMENT_WEIGHT
        moved = self._committer.submit(lambda session: _move(session, ids, now), _ORDER) if ids else 0
        return moved, last if last > after else None

    def wipe(self, before: int, after: int = 0) -> tuple[int, int | None]:
        """Delete the next messages that were archived before that moment, for good; as `move`."""
        rows = self._rows("archived_after", {"after": after, "limit": _WEIGHT})
        seen = _leading(rows, lambda row: row[1] < before)
        ids = [row[0] for row in rows[: len(seen)] if row[2] < before]
        if ids:
            self._committer.submit(lambda session: _wipe(session, ids), _ORDER)
        return len(ids), seen[-1] if seen else None

    def statistics(
        self, first: date, last: date, system: int | None = None, type_id: int | None = None
    ) -> list[DayCount]:
        """Return what was counted in these days, of one system or type alone if asked for."""
        parameters = {
            "first": day_number(first),
            "last": day_number(last),
            "system": -1 if system is None else system,
            "type_id": -1 if type_id is None else type_id,
        }
        return [
            DayCount(date.fromordinal(date(1970, 1, 1).toordinal() + day), owner, of, Kind(kind), *rest)
            for day, owner, of, kind, *rest in self._rows("statistics_of_days", parameters)
        ]

    def _counted(self) -> int:
        rows = self._rows("duty_value", {"name": COUNTING})
        return int(rows[0][0]) if rows else 0

    def _rows(self, name: str, parameters: Parameters) -> list[Row]:
        return self._readers.read(lambda session: session.rows(name, parameters))


_DAYS: Final = {"offset": MOSCOW, "day_length": DAY}


def day_of(now: int) -> date:
    """Return the day of Moscow of a moment, microseconds."""
    return datetime.fromtimestamp((now + MOSCOW) / 1_000_000, UTC).date()


def _leading(rows: Iterable[Row], fits: Callable[[Row], bool]) -> list[int]:
    """Return the ids of the first rows, up to one that does not fit."""
    found = []
    for row in rows:
        if not fits(row):
            break
        found.append(int(row[0]))
    return found


def _count_ended(session: Session, listed: Parameters) -> int:
    """Count only what is taken off the list in the same transaction: each end counts once."""
    ids = [pk for (pk,) in session.write("drop_uncounted", listed)]
    if ids:
        session.write("count_ended", {"ids": json.dumps(ids), **_DAYS})
    return len(ids)


def _move(session: Session, ids: list[int], now: int) -> int:
    moved = session.write("archive_messages", {"ids": json.dumps(ids), "now": now})
    listed = {"ids": json.dumps([pk for (pk,) in moved])}
    for table in _TABLES:
        session.write(f"archive_{table}", listed)
    for table in (*_TABLES, "messages"):
        session.write(f"drop_{table}", listed)
    return len(moved)


def _wipe(session: Session, ids: list[int]) -> None:
    for table in (*_TABLES, "messages"):
        session.write(f"wipe_{table}", {"ids": json.dumps(ids)})
