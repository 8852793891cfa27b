"""One message to many recipients: kept once, delivered to each, on both engines."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import psycopg
import pytest

from mezhved.bus.storage import (
    OVERFLOW,
    Box,
    DatabaseAddress,
    EventKind,
    Kind,
    NewMessage,
    Queue,
    QueueCount,
    RecipientDelivery,
    State,
    Store,
    StoredAttachment,
    message_key,
)
from tests.support.queueing import MINUTE, RESPONSES, SENDER, message_id, new_message, system_response

if TYPE_CHECKING:
    from mezhved.bus.storage import Delivery

NOW = 10 * MINUTE
ONE, TWO, THREE = (Queue(owner, Box.REQUESTS) for owner in (31, 32, 33))
ALL = (ONE, TWO, THREE)


def broadcast(number: int, **changes: object) -> NewMessage:
    return new_message(number, kind=Kind.BROADCAST, recipient=None, **changes)


def take(store: Store, queue: Queue, now: int = NOW) -> Delivery:
    delivery = store.lease(queue, None, now, now + 15 * MINUTE)
    assert delivery is not None
    return delivery


def states(store: Store, number: int = 1) -> list[tuple[int, State]]:
    return [(each.owner, each.state) for each in store.recipients(message_id(number))]


def count(address: DatabaseAddress, table: str) -> int:
    statement = f"SELECT count(*) FROM {table}"
    if address.dialect == "sqlite":
        connection = sqlite3.connect(address.location)
        (found,) = connection.execute(statement).fetchone()
        connection.close()
        return int(found)
    with psycopg.connect(address.location) as server:
        row = server.execute(statement).fetchone()
        assert row is not None
        return int(row[0])


def test_every_recipient_gets_the_message_as_it_came(store: Store) -> None:
    message = broadcast(1, attachments=(StoredAttachment("a", "text/plain", b"x" * 1000),), eol=99 * MINUTE)

    assert store.accept_for_many(message, ALL)

    for queue in ALL:
        delivery = take(store, queue)
        assert (delivery.message, delivery.queue, delivery.many) == (message, queue, True)
        assert store.lease(queue, None, NOW, NOW + MINUTE) is None


def test_the_body_is_kept_once(address: DatabaseAddress) -> None:
    queues = [Queue(owner, Box.REQUESTS) for owner in range(100, 400)]
    with Store.open(address) as store:
        store.accept_for_many(broadcast(1, attachments=(StoredAttachment("a", "b/c", b"x"),)), queues)

    assert [count(address, table) for table in ("bus_message", "bus_body", "bus_attachment")] == [1, 1, 1]
    assert [count(address, table) for table in ("bus_recipient", "bus_queue")] == [300, 300]


def test_each_recipient_stands_for_itself(store: Store) -> None:
    store.accept_for_many(broadcast(1), ALL)
    take(store, ONE)
    assert store.ack(31, message_id(1), True, NOW + 1)
    take(store, TWO)

    assert store.recipients(message_id(1)) == [
        RecipientDelivery(31, State.DELIVERED, 0, NOW, NOW + 1, 1, ""),
        RecipientDelivery(32, State.QUEUED, NOW + 15 * MINUTE, NOW, 0, 1, ""),
        RecipientDelivery(33, State.QUEUED, 0, 0, 0, 0, ""),
    ]
    assert store.recipients(message_id(2)) == []


def test_one_acknowledgement_ends_one_share_only(store: Store) -> None:
    store.accept_for_many(broadcast(1), ALL)
    take(store, ONE)
    take(store, TWO)

    assert store.ack(31, message_id(1), True, NOW)
    assert not store.ack(31, message_id(1), True, NOW)
    assert not store.ack(33, message_id(1), True, NOW), "never handed out to it"
    assert store.ack(32, message_id(1), False, NOW)

    assert states(store) == [(31, State.DELIVERED), (32, State.DELIVERED), (33, State.QUEUED)]
    assert store.check().right


def test_a_share_that_was_not_acknowledged_comes_again_to_its_owner_alone(store: Store) -> None:
    store.accept_for_many(broadcast(1), (ONE, TWO))
    for queue in (ONE, TWO):
        take(store, queue)
    store.ack(31, message_id(1), True, NOW)

    again = take(store, TWO, NOW + 15 * MINUTE)

    assert again.leases == 2
    assert store.lease(ONE, None, NOW + 15 * MINUTE, NOW + 30 * MINUTE) is None
    assert [(each.kind, each.owner) for each in store.history(message_id(1))] == [(EventKind.REDELIVERED, 32)]


def test_the_message_is_finished_when_the_last_recipient_is(store: Store) -> None:
    store.accept_for_many(broadcast(1), (ONE, TWO))
    for number, (queue, owner) in enumerate(((ONE, 31), (TWO, 32))):
        stored = store.find(message_id(1))
        assert stored is not None
        assert (stored.state, stored.finished_at, stored.recipients) == (State.QUEUED, 0, 2)
        take(store, queue, NOW + number)
        store.ack(owner, message_id(1), True, NOW + 10 + number)

    stored = store.find(message_id(1))
    assert stored is not None
    assert (stored.state, stored.first_leased_at, stored.finished_at) == (State.DELIVERED, NOW, NOW + 11)
    assert stored.leases == 2
    assert store.finish_distributed() == 0
    assert store.check().right


def test_a_message_whose_last_recipient_finished_as_a_process_died_is_finished_later(
    address: DatabaseAddress,
) -> None:
    with Store.open(address) as store:
        store.accept_for_many(broadcast(1), (ONE,))
        take(store, ONE)
        acked = {"owner": 31, "message_key": message_key(message_id(1)), "now": NOW, "answer_key": None}
        store._committer.submit(lambda session: session.finish("ack", State.DELIVERED, acked), (1, b""))
        assert store.check().right, "the books balance before, too"
        found = store.find(message_id(1))
        assert found is not None
        assert found.state is State.QUEUED

        assert store.finish_distributed() == 1

        found = store.find(message_id(1))
        assert found is not None
        assert found.state is State.DELIVERED


def test_a_known_id_is_refused_and_nothing_is_written(store: Store) -> None:
    store.accept_for_many(broadcast(1), (ONE,))

    assert not store.accept_for_many(broadcast(1), ALL)
    assert not store.accept(new_message(1), TWO)

    assert store.statistics(32) == []
    assert store.check().right


def test_a_full_queue_is_refused_for_its_owner_alone(store: Store) -> None:
    assert store.accept_for_many(broadcast(1), (ONE, THREE), full=(TWO,))

    assert store.recipients(message_id(1))[-1] == RecipientDelivery(
        32, State.REFUSED, 0, 0, 1_000_001, 0, OVERFLOW
    )
    assert store.lease(TWO, None, NOW, NOW + 1) is None
    assert not store.is_recipient(message_id(1), 32)
    assert store.is_recipient(message_id(1), 33)
    totals = next(each for each in store.check().totals if each.kind is Kind.BROADCAST)
    assert (totals.accepted, totals.waiting, totals.refused) == (3, 2, 1)


def test_the_end_of_life_is_each_recipients_own_and_the_sender_is_told_once(store: Store) -> None:
    message = broadcast(1, eol=NOW)
    store.accept_for_many(message, ALL)
    take(store, ONE, NOW - 1)
    store.ack(31, message_id(1), True, NOW - 1)

    for number, each in enumerate(store.overdue(NOW, 10)):
        assert each.many
        answer = system_response(10 + number, message)
        assert store.expire(each.pk, each.queue, answer, RESPONSES, NOW, leases=each.leases)

    assert states(store) == [(31, State.DELIVERED), (32, State.EXPIRED), (33, State.EXPIRED)]
    assert store.statistics(SENDER) == [QueueCount(Box.RESPONSES, "", 1)]
    assert not store.known(message_id(11)), "the second answer was dropped"
    stored = store.find(message_id(1))
    assert stored is not None
    assert (stored.state, stored.answer_id) == (State.DELIVERED, message_id(10))
    assert store.check().right


def test_a_message_that_expired_for_all_is_expired(store: Store) -> None:
    message = broadcast(1, eol=NOW)
    store.accept_for_many(message, ALL)
    for each in store.overdue(NOW, 10):
        store.expire(each.pk, each.queue, system_response(2, message), RESPONSES, NOW)

    stored = store.find(message_id(1))
    assert stored is not None
    assert (stored.state, stored.finished_at) == (State.EXPIRED, NOW)
    assert [(each.kind, each.owner) for each in store.history(message_id(1))] == [
        (EventKind.EXPIRED, owner) for owner in (31, 32, 33)
    ]
    assert store.check().right


def test_a_notice_is_queued_in_the_same_transaction(store: Store) -> None:
    message = broadcast(1)
    known = new_message(5)
    store.accept(known, ONE)

    with pytest.raises(ValueError, match="never used"):
        store.accept_for_many(message, ALL, (known, RESPONSES))
    assert not store.known(message_id(1))

    assert store.accept_for_many(message, ALL, (system_response(2, message), RESPONSES))
    assert take(store, RESPONSES).message.message_id == message_id(2)
    assert store.check().right


def test_recipients_are_named_once_and_their_queues_differ_by_owner_alone(store: Store) -> None:
    for queues in ((ONE, ONE), (ONE, Queue(32, Box.RESPONSES)), (ONE, Queue(32, Box.REQUESTS, "узел")), ()):
        with pytest.raises(ValueError, match=r"once|alone|one queue"):
            store.accept_for_many(broadcast(1), queues)
    assert not store.known(message_id(1))


def test_full_queues_are_found_by_one_question(store: Store) -> None:
    for number in range(3):
        store.accept(new_message(number), ONE)
    for number in range(3, 5):
        store.accept(new_message(number), TWO)
    take(store, ONE)

    assert [store.full(ALL, limit) for limit in (1, 2, 3, 4)] == [{ONE, TWO}, {ONE, TWO}, {ONE}, set()]
    assert store.full([], 1) == set()


def test_messages_to_one_and_to_many_stand_in_one_order(store: Store) -> None:
    store.accept(new_message(1), ONE)
    store.accept_for_many(broadcast(2), ALL)
    store.accept(new_message(3), ONE)

    assert [take(store, ONE).message.message_id for _ in range(3)] == [message_id(each) for each in (1, 2, 3)]
    assert take(store, TWO).message.message_id == message_id(2)


def test_a_system_may_be_among_the_recipients_of_its_own_message(store: Store) -> None:
    store.accept_for_many(broadcast(1), (Queue(SENDER, Box.REQUESTS), ONE))

    assert take(store, Queue(SENDER, Box.REQUESTS)).message.sender == SENDER
    assert store.ack(SENDER, message_id(1), True, NOW)
    assert states(store) == [(SENDER, State.DELIVERED), (31, State.QUEUED)]


def test_a_lease_lasts_longer_by_the_messages_factor(store: Store) -> None:
    store.accept(new_message(1, lease_factor=4), ONE)
    store.accept_for_many(broadcast(2, lease_factor=3), (TWO,))

    for queue, factor in ((ONE, 4), (TWO, 3)):
        delivery = store.lease(queue, None, NOW, NOW + 10)
        assert delivery is not None
        assert delivery.message.lease_factor == factor
        assert store.lease(queue, None, NOW + 10 * factor - 1, NOW + MINUTE) is None
        assert store.lease(queue, None, NOW + 10 * factor, NOW + MINUTE) is not None
