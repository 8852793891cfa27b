"""`check` finds whatever was spoilt behind the store's back."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import psycopg
import pytest

from mezhved.bus.storage import (
    Box,
    DatabaseAddress,
    Kind,
    Plan,
    Queue,
    StorageDamaged,
    Store,
    StoredAttachment,
)
from mezhved.bus.storage.check import DIFFERENCES
from mezhved.bus.storage.sql import MESSAGE_COLUMNS
from tests.support.queueing import (
    MINUTE,
    RECIPIENT,
    REQUESTS,
    RESPONSES,
    message_id,
    new_message,
    system_response,
)

if TYPE_CHECKING:
    from mezhved.bus.storage import CheckReport, KindTotals

ENTRY = "owner, box, node, type_id, message_id, message_key, eol, leased_until, first_leased_at, leases"
COPY = "8, box, node, type_id, message_id, message_key, eol, leased_until, first_leased_at, leases"
WAITING = f"(SELECT id FROM bus_message WHERE accepted_at = {1_000_000 + 1})"
DELIVERED = f"(SELECT id FROM bus_message WHERE accepted_at = {1_000_000 + 2})"
RECEIVED = "(SELECT id FROM bus_message WHERE state = 5)"
REFUSED = "(SELECT id FROM bus_message WHERE state = 3)"
COLUMNS = ", ".join(MESSAGE_COLUMNS)
SPOILT = [
    ("DELETE FROM bus_queue WHERE leases = 0 AND owner = 22", "queued_without_entry", False),
    ("DELETE FROM bus_queue WHERE owner = 42", "recipient_without_entry", False),
    ("DELETE FROM bus_recipient WHERE owner = 41", "recipients_missing", False),
    (f"UPDATE bus_recipient SET message_id = {WAITING} WHERE owner = 41", "recipient_without_message", False),
    ("DELETE FROM bus_distribution", "never_finished", True),
    ("DELETE FROM bus_work", "received_without_work", True),
    (f"UPDATE bus_message SET state = 3 WHERE id = {RECEIVED}", "work_without_message", False),
    (f"DELETE FROM bus_message WHERE id = {WAITING}", "entry_without_message", True),
    (f"UPDATE bus_message SET state = 2 WHERE id = {WAITING}", "finished_still_queued", False),
    (
        f"INSERT INTO bus_queue ({ENTRY}) SELECT {COPY} FROM bus_queue WHERE owner = 22 AND leases = 0",
        "queued_twice",
        False,
    ),
    ("UPDATE bus_queue SET leased_until = 0 WHERE leases = 1", "wrong_lease", True),
    (f"UPDATE bus_message SET state = 7 WHERE id = {DELIVERED}", "unknown_state", False),
    (f"UPDATE bus_message SET first_leased_at = 0 WHERE id = {DELIVERED}", "delivered_without_times", True),
    ("UPDATE bus_message SET finished_at = 0 WHERE state = 4", "end_without_time", True),
    ("DELETE FROM bus_event WHERE kind = 1", "end_without_event", True),
    ("UPDATE bus_message SET answer_key = NULL WHERE state = 3", "end_without_answer", True),
    ("DELETE FROM bus_message WHERE kind = 3", "end_without_answer", True),
    (f"DELETE FROM bus_body WHERE message_id = {DELIVERED}", "message_without_body", True),
    (f"DELETE FROM bus_message WHERE id = {DELIVERED}", "body_without_message", True),
    (f"DELETE FROM bus_attachment WHERE message_id = {REFUSED}", "attachments", True),
    (
        f"INSERT INTO bus_message ({COLUMNS}) SELECT {COLUMNS} FROM bus_archive_message",
        "archived_and_kept",
        True,
    ),
    ("UPDATE bus_archive_message SET finished_at = 0", "archived_unfinished", True),
    ("DELETE FROM bus_archive_body", "archived_in_part", True),
    ("INSERT INTO bus_uncounted (message_id, owner) VALUES (999999, 1)", "uncounted_lost", True),
]


def spoil(address: DatabaseAddress, statement: str) -> None:
    if address.dialect == "sqlite":
        connection = sqlite3.connect(address.location, isolation_level=None)
        assert connection.execute(statement).rowcount > 0
        connection.close()
    else:
        with psycopg.connect(address.location) as server:
            assert server.execute(statement).rowcount > 0


def fill_with_everything(store: Store) -> None:
    """One message in each state: 1 waiting, 2 delivered, 3 leased, 4 refused, 5 expired; 6 and 7 answers.

    Of those to many, 8 is delivered to one of its recipients and waits for another, 9 is received. 10 is
    archived.
    """
    assert store.refuse(new_message(10, kind=Kind.RESPONSE), "", None, None)
    store.archive.count_accepted(MINUTE, 10)
    store.archive.count_ended(10)
    assert store.archive.move(MINUTE, MINUTE)[0] == 1
    for number in (2, 3):
        assert store.accept(new_message(number), REQUESTS)
        assert store.lease(REQUESTS, None, 1, MINUTE)
    assert store.ack(RECIPIENT, message_id(2), True, 2)
    assert store.accept(new_message(1), REQUESTS)
    refused = new_message(4, attachments=(StoredAttachment("a", "text/plain", b"x"),))
    assert store.refuse(refused, "причина", system_response(6, refused), RESPONSES)
    expired = new_message(5, eol=1)
    assert store.accept(expired, REQUESTS)
    (overdue,) = store.overdue(2, 10)
    assert store.expire(overdue.pk, REQUESTS, system_response(7, expired), RESPONSES, 3)
    many = Queue(41, Box.REQUESTS), Queue(42, Box.REQUESTS)
    assert store.accept_for_many(new_message(8, kind=Kind.BROADCAST), many)
    assert store.lease(many[0], None, 1, MINUTE)
    assert store.ack(41, message_id(8), True, 2)
    assert store.receive(new_message(9, kind=Kind.BROADCAST), Plan(many, many=True))


def requests(report: CheckReport) -> KindTotals:
    return next(each for each in report.totals if each.kind is Kind.REQUEST)


def test_the_books_of_an_empty_store_balance(store: Store) -> None:
    report = store.check()

    assert report.right
    assert [each.accepted for each in report.totals] == [0, 0, 0, 0]


def test_each_message_is_counted_in_its_place(store: Store) -> None:
    fill_with_everything(store)

    report = store.check()

    assert report.right, report.as_dict()
    found = requests(report)
    assert (found.accepted, found.delivered, found.waiting) == (5, 1, 1)
    assert (found.leased, found.refused, found.expired) == (1, 1, 1)
    assert report.as_dict()["totals"]["system"]["waiting"] == 2
    told = report.as_dict()["totals"]["broadcast"]
    assert (told["accepted"], told["delivered"], told["waiting"], told["received"]) == (4, 1, 1, 2)


@pytest.mark.parametrize(("statement", "name", "balanced"), SPOILT, ids=[each[1] for each in SPOILT])
def test_a_spoilt_row_is_found_and_named(
    address: DatabaseAddress, statement: str, name: str, balanced: bool
) -> None:
    with Store.open(address) as store:
        fill_with_everything(store)
        spoil(address, statement)

        report = store.check()

    assert not report.right
    found = {each.name: each for each in report.differences}
    assert name in found, report.as_dict()
    assert found[name].count == len(found[name].samples) == 1 or name == "end_without_answer"
    assert found[name].text is DIFFERENCES[name]
    if name not in {"body_without_message", "unknown_state"}:
        assert all(each.balanced for each in report.totals) is balanced


def test_every_difference_that_can_be_named_is_tested() -> None:
    assert {name for _, name, _ in SPOILT} == set(DIFFERENCES)


def test_at_most_ten_rows_of_a_kind_are_shown_and_all_are_counted(address: DatabaseAddress) -> None:
    with Store.open(address) as store:
        for number in range(30):
            store.accept(new_message(number), REQUESTS)
        spoil(address, "DELETE FROM bus_queue WHERE message_id IN (SELECT id FROM bus_message)")

        (found,) = store.check().differences

    assert (found.count, len(found.samples)) == (30, 10)
    assert set(found.samples) < {str(message_id(number)) for number in range(30)}


def test_an_entry_without_content_is_reported_and_does_not_hold_up_the_queue(
    address: DatabaseAddress,
) -> None:
    with Store.open(address) as store:
        store.accept(new_message(1), REQUESTS)
        store.accept(new_message(2), REQUESTS)
        spoil(address, f"DELETE FROM bus_body WHERE message_id = {WAITING}")

        with pytest.raises(StorageDamaged):
            store.lease(REQUESTS, None, 1, MINUTE)
        delivery = store.lease(REQUESTS, None, 1, MINUTE)

    assert delivery is not None
    assert delivery.message.message_id == message_id(2)
