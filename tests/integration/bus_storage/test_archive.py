"""Statistics and the archive, on both engines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from mezhved.bus import models
from mezhved.bus.storage import (
    Box,
    DayCount,
    EventKind,
    Kind,
    Plan,
    Queue,
    State,
    Store,
    StoredAttachment,
    day_of,
)
from mezhved.bus.storage.sql import MESSAGE_COLUMNS
from tests.support.queueing import (
    MINUTE,
    RECIPIENT,
    REQUESTS,
    RESPONSES,
    SENDER,
    message_id,
    new_message,
    system_response,
)

if TYPE_CHECKING:
    from django.db.models import Model

    from mezhved.bus.storage import NewMessage, StoredMessage

DAY = 86_400_000_000
TYPE = 1
MANY = tuple(Queue(owner, Box.REQUESTS) for owner in (31, 32, 33))


def at(number: int, day: int, **changes: object) -> NewMessage:
    """A message accepted on this day since the epoch, at noon of Moscow."""
    return new_message(number, accepted_at=day * DAY + 9 * 60 * MINUTE, **changes)


def deliver(store: Store, message: NewMessage, after: int, queue: Queue = REQUESTS) -> None:
    """Accept a message and acknowledge it so many microseconds later."""
    assert store.accept(message, queue)
    now = message.accepted_at + after
    assert store.lease(queue, None, now, now + MINUTE)
    assert store.ack(queue.owner, message.message_id, True, now)


def count(store: Store, before: int = 1000 * DAY) -> None:
    while store.archive.count_accepted(before, 3):
        pass
    store.archive.count_ended(2)


def archive(store: Store, before: int, now: int = 100 * DAY) -> int:
    total, after = 0, 0
    while True:
        moved, last = store.archive.move(before, now, after)
        total += moved
        if last is None:
            return total
        after = last


def wipe(store: Store, before: int) -> int:
    total, after = 0, 0
    while True:
        wiped, last = store.archive.wipe(before, after)
        total += wiped
        if last is None:
            return total
        after = last


def test_an_archived_message_is_found_as_before(store: Store) -> None:
    files = (StoredAttachment("a", "text/plain", b"x"), StoredAttachment("b", "text/plain", b"y"))
    message = at(1, 1, attachments=files, reference_id=message_id(1))
    store.accept(message, REQUESTS)
    store.lease(REQUESTS, None, 5 * DAY, 5 * DAY + 1)
    store.lease(REQUESTS, None, 6 * DAY, 6 * DAY + 1)
    store.ack(RECIPIENT, message_id(1), False, 6 * DAY)
    answer = at(2, 2, kind=Kind.RESPONSE, original_id=message_id(1), reference_id=message_id(1))
    store.accept(answer, RESPONSES)
    before = store.find(message_id(1)), store.history(message_id(1)), store.content(message_id(1))
    count(store)

    assert archive(store, 7 * DAY) == 1

    after = store.find(message_id(1))
    assert before[0] is not None
    assert after is not None
    assert after.archived
    assert not before[0].archived
    assert before[0] == type(after)(
        **{name: getattr(after, name) for name in after.__dataclass_fields__ if name != "archived"}
    )
    assert (store.history(message_id(1)), store.content(message_id(1))) == before[1:]
    assert [each.kind for each in before[1]] == [EventKind.REDELIVERED, EventKind.NOT_ACCEPTED]
    assert [each.message_id for each in store.answers(message_id(1))] == [message_id(2)]
    assert [each.message_id for each in store.chain(message_id(1))] == [message_id(1), message_id(2)]
    assert store.known(message_id(1))
    assert store.check().right


def test_only_what_ended_long_enough_ago_is_archived(store: Store) -> None:
    deliver(store, at(1, 1), DAY)
    deliver(store, at(2, 1), 8 * DAY)
    store.accept(at(3, 1), REQUESTS)
    refused = at(4, 2)
    store.refuse(refused, "", at(5, 2, kind=Kind.SYSTEM, sender=None, recipient=SENDER), RESPONSES)
    deliver(store, at(6, 9), 1, MANY[0])
    store.receive(at(7, 1), Plan((REQUESTS,)))
    count(store)

    assert archive(store, 9 * DAY) == 2

    archived = [number for number in range(1, 8) if _find(store, number).archived]
    assert archived == [1, 4]
    assert store.check().right
    assert archive(store, 9 * DAY) == 0
    assert store.lease(REQUESTS, None, 20 * DAY, 21 * DAY) is not None


def _find(store: Store, number: int) -> StoredMessage:
    found = store.find(message_id(number))
    assert found is not None
    return found


def test_what_is_not_counted_stays(store: Store) -> None:
    deliver(store, at(1, 1), 1)
    assert archive(store, 9 * DAY) == 0

    store.archive.count_accepted(9 * DAY, 10)
    assert archive(store, 9 * DAY) == 0, "its end is not counted yet"

    store.archive.count_ended(10)
    assert archive(store, 9 * DAY) == 1


def test_what_waits_is_not_looked_through_for_what_ended(store: Store) -> None:
    def noted() -> list[int]:
        rows = store.read(lambda session: session.rows("uncounted", {"after": 0, "limit": 100}))
        return [row[0] for row in rows]

    for number in range(20):
        store.accept(at(number, 1), REQUESTS)
    store.accept_for_many(at(20, 1, kind=Kind.BROADCAST, recipient=None), MANY[:1])
    store.receive(at(21, 1), Plan((RESPONSES,)))
    count(store)
    assert noted() == []

    now = 2 * DAY
    assert store.lease(REQUESTS, None, now, now + 1)
    assert store.ack(RECIPIENT, message_id(0), True, now)
    assert store.lease(MANY[0], None, now, now + 1)
    assert store.ack(MANY[0].owner, message_id(20), True, now)
    (work,) = store.claim(now, now + 1, 9)
    assert store.reject(work, "", None, None, now)
    store.refuse(at(22, 1), "", None, None)
    assert len(noted()) == 4

    assert store.archive.count_ended(3) == 4
    assert noted() == []
    assert sum(each.taken for each in store.archive.statistics(date(1970, 1, 1), date(1971, 1, 1))) == 2


def test_a_message_to_many_is_archived_with_its_recipients(store: Store) -> None:
    store.accept_for_many(at(1, 1, kind=Kind.BROADCAST, recipient=None), MANY[:2], full=MANY[2:])
    store.lease(MANY[0], None, 2 * DAY, 3 * DAY)
    store.ack(31, message_id(1), True, 2 * DAY)
    count(store)
    assert archive(store, 9 * DAY) == 0

    store.lease(MANY[1], None, 2 * DAY, 3 * DAY)
    store.ack(32, message_id(1), True, 3 * DAY)
    told = store.recipients(message_id(1))
    count(store)
    assert archive(store, 9 * DAY) == 1

    assert store.recipients(message_id(1)) == told
    assert store.is_recipient(message_id(1), 31)
    assert not store.is_recipient(message_id(1), 33)
    report = store.check()
    assert report.right
    broadcasts = next(each for each in report.totals if each.kind is Kind.BROADCAST)
    assert (broadcasts.accepted, broadcasts.delivered, broadcasts.refused) == (3, 2, 1)


def test_a_large_archive_moves_and_is_wiped_in_batches(store: Store) -> None:
    for number in range(450):
        store.refuse(at(number, 1), "", None, None)
    for number in range(450, 460):
        files = tuple(StoredAttachment(str(each), "a/b", b"x") for each in range(5))
        store.refuse(at(number, 1, attachments=files), "", None, None)
    count(store)

    moved, last = store.archive.move(9 * DAY, 20 * DAY)
    assert (moved, last is None) == (400, False)
    moved, last = store.archive.move(9 * DAY, 20 * DAY, last or 0)
    assert moved == 54, "attachments weigh more"
    assert archive(store, 9 * DAY, 21 * DAY) == 6

    assert wipe(store, 20 * DAY) == 0
    assert wipe(store, 21 * DAY) == 454
    assert wipe(store, 22 * DAY) == 6
    assert store.find(message_id(1)) is None
    assert store.content(message_id(1)) is None
    assert store.check().totals[0].accepted == 0


def test_a_day_counts_what_was_sent_and_what_ended_in_it(store: Store) -> None:
    deliver(store, at(1, 1, data=b"x" * 100, signature=b"y" * 10), 3 * MINUTE)
    deliver(store, at(2, 1, data=b"x" * 50, signature=b""), 5 * MINUTE)
    deliver(store, at(3, 1, data=b"x", signature=b"", type_id=2), DAY)
    files = (StoredAttachment("a", "b/c", b"12345"),)
    refused = at(4, 2, data=b"x" * 5, signature=b"", attachments=files)
    notice = at(5, 2, kind=Kind.SYSTEM, sender=None, recipient=SENDER, data=b"123", signature=b"4")
    store.refuse(refused, "", notice, RESPONSES)
    expired = at(6, 2, eol=3 * DAY, data=b"x", signature=b"")
    store.accept(expired, REQUESTS)
    (overdue,) = store.overdue(3 * DAY, 5)
    assert store.expire(overdue.pk, REQUESTS, None, None, 3 * DAY)
    store.accept(at(7, 3, data=b"x", signature=b""), REQUESTS)
    count(store)

    def day(number: int, system: int, type_id: int, kind: Kind, *counts: int) -> DayCount:
        return DayCount(
            date.fromordinal(date(1970, 1, 1).toordinal() + number), system, type_id, kind, *counts
        )

    request, system = Kind.REQUEST, Kind.SYSTEM
    assert store.archive.statistics(date(1970, 1, 1), date(1971, 1, 1)) == [
        day(1, SENDER, 1, request, 2, 160, 2, 0, 0, 8 * MINUTE, 5 * MINUTE, 0),
        day(1, SENDER, 2, request, 1, 1, 0, 0, 0, 0, 0, 0),
        day(1, RECIPIENT, 1, request, 0, 0, 0, 0, 0, 0, 0, 2),
        day(2, 0, 1, system, 1, 4, 0, 0, 0, 0, 0, 0),
        day(2, SENDER, 1, request, 2, 11, 0, 1, 0, 0, 0, 0),
        day(2, SENDER, 2, request, 0, 0, 1, 0, 0, DAY, DAY, 0),
        day(2, RECIPIENT, 2, request, 0, 0, 0, 0, 0, 0, 0, 1),
        day(3, SENDER, 1, request, 1, 1, 0, 0, 1, 0, 0, 0),
    ]
    assert len(store.archive.statistics(date(1970, 1, 3), date(1970, 1, 3))) == 4
    assert [
        each.taken for each in store.archive.statistics(date(1970, 1, 2), date(1970, 1, 4), RECIPIENT)
    ] == [
        2,
        1,
    ]
    assert len(store.archive.statistics(date(1970, 1, 2), date(1970, 1, 4), type_id=2)) == 3


def test_each_recipient_of_many_counts(store: Store) -> None:
    store.accept_for_many(
        at(1, 1, kind=Kind.BROADCAST, recipient=None, data=b"12", signature=b""), MANY[:2], full=MANY[2:]
    )
    for owner, queue in ((31, MANY[0]), (32, MANY[1])):
        store.lease(queue, None, 2 * DAY, 3 * DAY)
        store.ack(owner, message_id(1), True, 2 * DAY)
    count(store)

    found = store.archive.statistics(date(1970, 1, 1), date(1971, 1, 1))

    assert [
        (each.system, each.sent, each.octets, each.delivered, each.refused, each.taken) for each in found
    ] == [
        (SENDER, 1, 2, 0, 1, 0),
        (SENDER, 0, 0, 2, 0, 0),
        (31, 0, 0, 0, 0, 1),
        (32, 0, 0, 0, 0, 1),
    ]


def test_nothing_counts_twice_however_often_it_is_counted(store: Store) -> None:
    for number in range(10):
        deliver(store, at(number, 1), MINUTE)
    for _ in range(3):
        count(store)

    found = store.archive.statistics(date(1970, 1, 1), date(1971, 1, 1))

    assert [(each.sent, each.delivered, each.taken) for each in found] == [(10, 10, 0), (0, 0, 10)]


def test_a_message_that_is_not_old_enough_is_counted_later(store: Store) -> None:
    deliver(store, at(1, 1), MINUTE)
    deliver(store, at(2, 3), MINUTE)
    deliver(store, at(3, 2), MINUTE)

    assert store.archive.count_accepted(3 * DAY, 10) == 1, "what comes behind a younger one waits with it"
    assert store.archive.count_accepted(4 * DAY, 10) == 2


def test_a_day_ends_at_midnight_of_moscow(store: Store) -> None:
    deliver(store, new_message(1, accepted_at=DAY - 3 * 60 * MINUTE - 1), 1)
    count(store)

    assert [each.day for each in store.archive.statistics(date(1970, 1, 1), date(1970, 1, 5))] == [
        date(1970, 1, 1),
        date(1970, 1, 2),
        date(1970, 1, 2),
    ]
    assert day_of(DAY - 3 * 60 * MINUTE - 1) == date(1970, 1, 1)
    assert day_of(DAY - 3 * 60 * MINUTE) == date(1970, 1, 2)


def test_a_duty_is_one_processes_until_it_leaves_it_or_its_time_ends(store: Store) -> None:
    assert store.archive.take_duty("x", 10, 20)
    assert not store.archive.take_duty("x", 19, 30)
    assert store.archive.take_duty("x", 20, 30)
    store.archive.leave_duty("x")
    assert store.archive.take_duty("x", 21, 30)
    assert store.archive.take_duty("y", 21, 30)


@pytest.mark.parametrize(
    ("archived", "hot"),
    [
        (models.ArchivedMessage, models.Message),
        (models.ArchivedBody, models.Body),
        (models.ArchivedAttachment, models.Attachment),
        (models.ArchivedEvent, models.Event),
        (models.ArchivedRecipient, models.Recipient),
    ],
)
def test_the_archive_has_every_column_of_the_hot_table(archived: type[Model], hot: type[Model]) -> None:
    def columns(model: type[Model]) -> set[str]:
        return {field.column for field in model._meta.concrete_fields}

    assert columns(archived) - {"archived_at"} == columns(hot)
    if hot is models.Message:
        assert columns(hot) == set(MESSAGE_COLUMNS)


def test_the_answer_to_a_refusal_may_be_archived_before_or_after_it(store: Store) -> None:
    message = at(1, 1)
    store.refuse(message, "", system_response(2, message), RESPONSES)
    later = at(3, 8)
    store.refuse(later, "", system_response(4, at(3, 1)), RESPONSES)
    for number in (2, 4):
        store.lease(RESPONSES, None, 2 * DAY, 3 * DAY)
        store.ack(SENDER, message_id(number), True, 2 * DAY)
    count(store)

    archive(store, 5 * DAY)

    # What comes behind a younger one waits with it.
    assert [_find(store, number).archived for number in (1, 2, 3, 4)] == [True, True, False, False]
    assert store.check().right
    assert _find(store, 3).state is State.REFUSED
