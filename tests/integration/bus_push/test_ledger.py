"""What the database knows of notices, and that looking for news costs the same however long queues are."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg

from mezhved.bench.filling import fill
from mezhved.bus.push.ledger import MOST, News, PushLedger, PushState
from mezhved.bus.storage import Box, Queue
from mezhved.bus.storage.postgresql import SESSION_OPTIONS
from mezhved.bus.storage.sql import statements
from tests.support.queueing import MINUTE, RECIPIENT, REQUESTS, SENDER, new_message

if TYPE_CHECKING:
    from mezhved.bus.storage import DatabaseAddress, Store

ADDRESS = "http://system.example/"
STATE = PushState(RECIPIENT, ADDRESS)


def test_news_are_counted_over_all_queues_but_the_status_queue(store: Store) -> None:
    ledger = PushLedger(store)
    queues = [REQUESTS, *(Queue(RECIPIENT, Box.RESPONSES, node) for node in ("", "а", "б", "в"))]
    for number, queue in enumerate(
        [*queues, *queues, Queue(RECIPIENT, Box.STATUS), Queue(SENDER, Box.STATUS)]
    ):
        store.accept(new_message(number), queue)
    found = ledger.news([RECIPIENT, SENDER, 999])
    assert {system: each.waiting for system, each in found.items()} == {RECIPIENT: 10}
    before = found[RECIPIENT].newest
    for queue in queues:
        store.lease(queue, None, 1, MINUTE)
        store.lease(queue, None, 1, MINUTE)
    assert ledger.news([RECIPIENT]) == {}
    store.accept(new_message(100), queues[2])
    assert ledger.news([RECIPIENT]) == {RECIPIENT: News(1, before + 3)}
    assert ledger.news([]) == {}


def test_a_claim_has_one_holder_until_it_ends(store: Store) -> None:
    ledger = PushLedger(store)
    assert ledger.claim(STATE, ADDRESS, 10, 100)
    assert not ledger.claim(STATE, ADDRESS, 99, 200)
    assert ledger.claim(STATE, ADDRESS, 100, 200)
    assert not ledger.settle(replace(STATE, sent_at=5), 100)
    assert ledger.settle(replace(STATE, sent_at=150, next_at=300, notified=7, told=2), 200)
    (kept,) = ledger.states([RECIPIENT, 999]).values()
    assert kept == PushState(RECIPIENT, ADDRESS, 0, 300, 150, 7, 2)
    assert not ledger.claim(STATE, ADDRESS, 400, 500), "read before somebody told it"
    assert not ledger.claim(kept, ADDRESS, 299, 500)
    assert ledger.claim(kept, "http://elsewhere.example/", 299, 400)
    assert ledger.settle(kept, 400)
    assert ledger.claim(kept, ADDRESS, 300, 500)


def test_of_many_senders_at_one_moment_one_has_the_system(store: Store) -> None:
    ledger = PushLedger(store)
    barrier = threading.Barrier(8)
    taken = []

    def claim(until: int) -> None:
        barrier.wait()
        taken.append(ledger.claim(STATE, ADDRESS, 10, until))

    threads = [threading.Thread(target=claim, args=(100 + number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 7 + [True]


def test_a_report_goes_with_the_state_or_not_at_all(store: Store) -> None:
    ledger = PushLedger(store)
    status = Queue(RECIPIENT, Box.STATUS)
    ledger.claim(STATE, ADDRESS, 10, 100)
    assert not ledger.settle(STATE, 99, (new_message(1), status))
    assert store.waiting(status, 10) == 0
    assert ledger.settle(STATE, 100, (new_message(1), status))
    assert store.waiting(status, 10) == 1


def cost(address: DatabaseAddress) -> int:
    """How much an engine reads to look for news: steps of SQLite's machine, or pages of PostgreSQL."""
    asked: dict[str, Any] = {"owners": json.dumps([RECIPIENT]), "most": MOST}
    text = statements(address.dialect)["push_news"].text
    if address.dialect == "postgresql":
        with psycopg.connect(address.location, autocommit=True, options=SESSION_OPTIONS) as server:
            server.execute("VACUUM ANALYZE bus_queue")
            (plans,) = server.execute(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}", asked
            ).fetchone() or ([],)
            return int(plans[0]["Plan"]["Shared Hit Blocks"]) + int(plans[0]["Plan"]["Shared Read Blocks"])
    steps = []
    connection = sqlite3.connect(address.location)
    connection.set_progress_handler(lambda: steps.append(1) or 0, 100)  # type: ignore[func-returns-value]
    connection.execute(text, asked).fetchall()
    connection.close()
    return len(steps)


def test_long_queues_cost_no_more_than_short_ones(address: DatabaseAddress) -> None:
    nodes = [Queue(RECIPIENT, Box.RESPONSES, node) for node in ("", "а")]
    fill(address, REQUESTS, 1000)
    for number, queue in enumerate(nodes, 1):
        fill(address, queue, 1000, first=100_000 * number)
    short = cost(address)
    fill(address, REQUESTS, 20_000, first=10_000)
    assert cost(address) < 1.5 * short + 20
