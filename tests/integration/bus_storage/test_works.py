"""Messages that have their receipt and wait for more, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.bus.storage import (
    Box,
    EventKind,
    Kind,
    Plan,
    PlannedFile,
    Queue,
    QueueCount,
    State,
    Store,
    StoredAttachment,
)
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
    from mezhved.bus.storage import CheckReport, Work

NOW = 10 * MINUTE
FILE = PlannedFile("0123", "aGFzaA==", "application/zip", "c2ln", "имя.zip", "urn:x")
ONE = Plan((REQUESTS,), (FILE,))
MANY = tuple(Queue(owner, Box.REQUESTS) for owner in range(31, 41))


def claim(store: Store, now: int = NOW) -> Work:
    (work,) = store.claim(now, now + MINUTE, 1)
    return work


def state(store: Store, number: int = 1) -> State | None:
    stored = store.find(message_id(number))
    return stored.state if stored else None


def received(report: CheckReport, kind: Kind = Kind.REQUEST) -> int:
    return next(each.received for each in report.totals if each.kind is kind)


def test_a_received_message_is_known_and_in_nobodys_queue(store: Store) -> None:
    assert store.receive(new_message(1), ONE)

    assert store.known(message_id(1))
    assert state(store) is State.RECEIVED
    assert store.lease(REQUESTS, None, NOW, NOW + MINUTE) is None
    assert not store.receive(new_message(1), ONE)
    assert not store.accept(new_message(1), REQUESTS)
    report = store.check()
    assert report.right
    assert received(report) == 1


def test_a_work_brings_the_message_and_its_plan(store: Store) -> None:
    message = new_message(1, attachments=(StoredAttachment("a", "text/plain", b"x"),), lease_factor=2)
    store.receive(message, ONE)

    work = claim(store)

    assert (work.message, work.plan, work.attempts) == (message, ONE, 1)


def test_a_work_in_somebodys_hands_is_left_to_him_until_his_time_ends(store: Store) -> None:
    store.receive(new_message(1), ONE)
    claim(store)

    assert store.claim(NOW + MINUTE - 1, NOW + 2 * MINUTE, 5) == ()
    assert claim(store, NOW + MINUTE).attempts == 2


def test_works_come_in_the_order_of_time_and_no_more_than_asked(store: Store) -> None:
    for number in (1, 2, 3):
        store.receive(new_message(number), ONE)
    first = claim(store)
    store.postpone(first, NOW + 1)

    found = store.claim(NOW + 1, NOW + MINUTE, 2)

    assert len(found) == 2
    assert {each.message.message_id for each in found} <= {message_id(2), message_id(3)}


def test_a_settled_message_is_in_its_queue_with_its_factor(store: Store) -> None:
    message = new_message(1, lease_factor=3)
    store.receive(message, ONE)

    assert store.settle(claim(store), (REQUESTS,))

    delivery = store.lease(REQUESTS, None, NOW, NOW + 10)
    assert delivery is not None
    assert delivery.message == message
    assert store.lease(REQUESTS, None, NOW + 29, NOW + MINUTE) is None
    assert store.ack(RECIPIENT, message_id(1), True, NOW)
    assert state(store) is State.DELIVERED
    assert store.check().right
    assert store.claim(NOW + 9 * MINUTE, NOW + 10 * MINUTE, 5) == ()


def test_a_rejected_message_is_refused_and_its_sender_answered(store: Store) -> None:
    message = new_message(1)
    store.receive(message, ONE)

    assert store.reject(claim(store), "файлов нет", system_response(2, message), RESPONSES, NOW)

    stored = store.find(message_id(1))
    assert stored is not None
    assert (stored.state, stored.reason, stored.finished_at) == (State.REFUSED, "файлов нет", NOW)
    assert stored.answer_id == message_id(2)
    assert [each.kind for each in store.history(message_id(1))] == [EventKind.REFUSED]
    assert store.statistics(SENDER) == [QueueCount(Box.RESPONSES, "", 1)]
    assert store.check().right


def test_a_received_message_may_reach_its_end_of_life(store: Store) -> None:
    message = new_message(1, eol=NOW)
    store.receive(message, ONE)

    assert store.reject(claim(store), "", system_response(2, message), RESPONSES, NOW, state=State.EXPIRED)

    assert state(store) is State.EXPIRED
    assert [each.kind for each in store.history(message_id(1))] == [EventKind.EXPIRED]
    assert store.check().right


def test_who_was_thought_dead_changes_nothing_any_more(store: Store) -> None:
    message = new_message(1)
    store.receive(message, ONE)
    late = claim(store)
    current = claim(store, NOW + MINUTE)

    assert not store.settle(late, (REQUESTS,))
    assert not store.reject(late, "", system_response(2, message), RESPONSES, NOW)
    assert not store.postpone(late, NOW + 9 * MINUTE)
    assert state(store) is State.RECEIVED
    assert not store.known(message_id(2))

    assert store.settle(current, (REQUESTS,))
    assert not store.settle(current, (REQUESTS,))
    assert store.waiting(REQUESTS, 10) == 1
    assert store.check().right


def test_a_fan_out_in_batches_repeats_nothing_for_those_who_had_it(store: Store) -> None:
    message = new_message(1, kind=Kind.BROADCAST, recipient=None)
    store.receive(message, Plan(MANY, many=True))
    died = claim(store)
    assert store.spread(died, MANY[:4], NOW + MINUTE)
    first = store.lease(MANY[0], None, NOW, NOW + MINUTE)
    assert first is not None
    assert store.ack(MANY[0].owner, message_id(1), True, NOW)
    report = store.check()
    assert report.right, report.as_dict()
    assert received(report, Kind.BROADCAST) == 6

    work = claim(store, NOW + MINUTE)
    assert not store.spread(died, MANY[4:], NOW + MINUTE)
    assert store.spread(work, MANY[:5], NOW + 2 * MINUTE)
    assert store.settle(work, MANY[5:9], full=MANY[9:])

    assert state(store) is State.QUEUED
    assert store.lease(MANY[0], None, NOW + MINUTE, NOW + 2 * MINUTE) is None, "acknowledged before"
    found = {each.owner: each.state for each in store.recipients(message_id(1))}
    assert found == dict.fromkeys(range(32, 40), State.QUEUED) | {31: State.DELIVERED, 40: State.REFUSED}
    assert store.check().right


def test_a_message_that_all_had_taken_before_the_fan_out_ended_is_finished_with_it(store: Store) -> None:
    store.receive(new_message(1, kind=Kind.BROADCAST), Plan(MANY[:2], many=True))
    work = claim(store)
    store.spread(work, MANY[:2], NOW + MINUTE)
    for queue in MANY[:2]:
        store.lease(queue, None, NOW, NOW + MINUTE)
        store.ack(queue.owner, message_id(1), True, NOW)
    assert state(store) is State.RECEIVED

    assert store.settle(work, ())

    assert state(store) is State.DELIVERED
    assert store.check().right


def test_a_notice_comes_with_the_message(store: Store) -> None:
    message = new_message(1)
    assert store.receive(message, ONE, (system_response(2, message), RESPONSES))
    assert store.settle(claim(store), (REQUESTS,), (system_response(3, message), RESPONSES))

    assert store.waiting(RESPONSES, 10) == 2
    assert store.check().right


def test_a_message_to_one_goes_where_its_plan_says(store: Store) -> None:
    store.receive(new_message(1), ONE)
    work = claim(store)

    with pytest.raises(ValueError, match="its plan"):
        store.settle(work, (MANY[0],))

    assert store.settle(work, (REQUESTS,))


def test_a_plan_names_one_queue_or_is_to_many() -> None:
    with pytest.raises(ValueError, match="one queue"):
        Plan(MANY)
    assert Plan.from_json(Plan(MANY, (FILE,), many=True).to_json()) == Plan(MANY, (FILE,), many=True)
    assert Plan.from_json(ONE.to_json()) == ONE
