"""The short kill test: processes at one store are killed at random moments. The long one: `make soak`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connections
from tools.with_postgres import PostgresUnavailable, postgres

from mezhved.bus.storage import Kind, Plan, Queue, State
from mezhved.configuration import BusSettings
from mezhved.site.setup import configure, migrate
from tests.soak.ledger import Lease, Ledger, judge
from tests.soak.stores import soak_server, soak_store
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
    from collections.abc import Callable

    from mezhved.bus.storage import Store
    from tests.support.databases import Database


def test_killed_processes_lose_nothing_and_deliver_nothing_after_its_acknowledgement(
    database: Database,
) -> None:
    verdict = soak_store(database.url, kills=6, seed=20)

    assert verdict.problems == ()
    assert verdict.counts["kills"] >= 6
    assert verdict.counts["acknowledged"] > 20
    assert verdict.counts["handed_out_again"] > 0
    assert verdict.counts["shares_acknowledged"] > 20


def test_a_postgresql_that_crashes_under_the_store_loses_nothing_either() -> None:
    try:
        with postgres() as server:  # one of our own: its crash must not reach other tests
            configure(BusSettings(database=server))
            migrate()
            connections.close_all()
            verdict = soak_server(server, crashes=2, seed=21)
    except PostgresUnavailable as reason:
        pytest.skip(str(reason))

    assert verdict.problems == ()
    assert verdict.counts["acknowledged"] > 20
    assert verdict.counts["unavailable"] > 0


@pytest.fixture
def books(store: Store) -> tuple[Store, Ledger]:
    """One message sent, handed out, acknowledged, and a ledger that says so."""
    ledger = Ledger()
    store.accept(new_message(1), REQUESTS)
    ledger.note_sent(message_id(1))
    ledger.note_accepted(message_id(1), 1.0)
    store.lease(REQUESTS, None, 2, MINUTE)
    ledger.note_lease(message_id(1), Lease(2.0, 2.5, 60.0))
    store.ack(RECIPIENT, message_id(1), True, 3)
    ledger.note_acking(message_id(1), 3.0)
    ledger.note_acked(message_id(1), 3.5, found=True)
    return store, ledger


def test_the_judge_finds_nothing_wrong_where_nothing_is(books: tuple[Store, Ledger]) -> None:
    store, ledger = books

    assert judge(ledger, store).problems == ()


@pytest.mark.parametrize("told", [True, False])
def test_a_message_to_many_that_ended_before_its_queues_is_no_loss_where_its_sender_was_told(
    store: Store, told: bool
) -> None:
    ledger, subscribers = Ledger(), (Queue(41, REQUESTS.box), Queue(42, REQUESTS.box))
    message = new_message(3, kind=Kind.BROADCAST, recipient=None)
    store.receive(message, Plan(subscribers, many=True))
    ledger.note_many(message.message_id, [41, 42])
    ledger.note_accepted(message.message_id, 1.0)
    (work,) = store.claim(message.accepted_at, message.accepted_at + MINUTE, 1)
    answer = system_response(4, message) if told else None
    queue = Queue(SENDER, RESPONSES.box) if told else None
    assert store.reject(work, "", answer, queue, message.accepted_at, state=State.EXPIRED)

    lost = [each for each in judge(ledger, store).problems if "is lost for" in each]

    assert len(lost) == (0 if told else 2)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda ledger, _: ledger.note_accepted(message_id(9), 1.0), "is lost"),
        (lambda ledger, _: ledger.note_lease(message_id(1), Lease(4.0, 4.1, 70.0)), "after its acknowl"),
        (lambda ledger, _: ledger.note_lease(message_id(1), Lease(2.0, 2.6, 61.0)), "before its lease ended"),
        (lambda _, store: store.accept(new_message(2), REQUESTS), "in no terminal state"),
        (lambda ledger, _: ledger.note_acked(message_id(9), 1.0, found=True), "but is None"),
        (lambda ledger, _: ledger.note_acked(message_id(9), 1.0, found=False), "for no reason"),
    ],
)
def test_the_judge_names_every_kind_of_wrong(
    books: tuple[Store, Ledger], spoil: Callable[[Ledger, Store], object], problem: str
) -> None:
    store, ledger = books

    spoil(ledger, store)

    assert any(problem in each for each in judge(ledger, store).problems)
