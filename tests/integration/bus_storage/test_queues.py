"""What the queues promise, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.bus.storage import (
    Box,
    DatabaseAddress,
    EventKind,
    Kind,
    Queue,
    QueueCount,
    QueueLength,
    State,
    StorageClosed,
    Store,
    StoredAttachment,
)
from tests.support.queueing import (
    MINUTE,
    RECIPIENT,
    REQUESTS,
    RESPONSES,
    SENDER,
    drain,
    message_id,
    new_message,
    system_response,
)

if TYPE_CHECKING:
    from mezhved.bus.storage import Delivery

NOW = 10 * MINUTE
LATER = 25 * MINUTE


def take(
    store: Store, now: int = NOW, until: int = 0, type_id: int | None = None, queue: Queue = REQUESTS
) -> Delivery | None:
    return store.lease(queue, type_id, now, until or now + 15 * MINUTE)


def taken(store: Store, now: int = NOW, type_id: int | None = None) -> list[int]:
    """Numbers of the messages that the queue hands out."""
    found = drain(lambda: take(store, now, type_id=type_id))
    return [each.message.accepted_at - 1_000_000 for each in found]


def put(store: Store, *numbers: int, **changes: object) -> None:
    for number in numbers:
        assert store.accept(new_message(number, **changes), REQUESTS)


def test_a_message_comes_out_as_it_went_in(store: Store) -> None:
    message = new_message(
        1,
        kind=Kind.RESPONSE,
        original_id=message_id(7),
        reference_id=message_id(8),
        transaction_code="код|1",
        node="узел-1",
        eol=99 * MINUTE,
        data=bytes(range(256)) * 40,
        attachments=(
            StoredAttachment("b@x", "application/zip", b"\x00\xff" * 5000),
            StoredAttachment("a@x", "text/plain", b""),
        ),
        test=True,
    )
    queue = Queue(SENDER, Box.RESPONSES, "узел-1")

    assert store.accept(message, queue)

    delivery = take(store, queue=queue)
    assert delivery is not None
    assert delivery.message == message
    assert delivery.queue == queue
    assert delivery.leases == 1
    assert delivery.accepted_at == message.accepted_at


def test_absent_values_stay_absent(store: Store) -> None:
    message = new_message(1, sender=None, recipient=None, type_id=None)

    assert store.accept(message, REQUESTS)

    delivery = take(store)
    assert delivery is not None
    assert delivery.message == message


def test_messages_come_in_the_order_of_their_acceptance_not_of_their_ids(store: Store) -> None:
    put(store, 5, 1, 3)

    assert taken(store) == [5, 1, 3]


def test_an_empty_queue_gives_nothing(store: Store) -> None:
    assert take(store) is None


def test_a_known_id_is_refused_and_nothing_is_written(store: Store) -> None:
    put(store, 1)
    again = new_message(1, data=b"<other/>", attachments=(StoredAttachment("a", "text/plain", b"x"),))

    assert not store.accept(again, Queue(SENDER, Box.RESPONSES))

    assert store.statistics(SENDER) == []
    assert taken(store) == [1]
    assert store.check().right


def test_an_id_stays_used_after_its_message_is_gone(store: Store) -> None:
    put(store, 1)
    taken(store)
    store.ack(RECIPIENT, message_id(1), True, NOW)

    assert not store.accept(new_message(1), REQUESTS)
    assert store.known(message_id(1))
    assert not store.known(message_id(2))


def test_a_message_in_somebodys_hands_is_not_given_to_another(store: Store) -> None:
    put(store, 1, 2)

    assert taken(store) == [1, 2]
    assert taken(store, LATER - 1) == []


def test_an_unacknowledged_message_returns_to_the_head_when_its_lease_ends(store: Store) -> None:
    put(store, 1, 2, 3)
    first = take(store)
    assert first is not None

    again = take(store, LATER, LATER + MINUTE)

    assert again is not None
    assert again.message.message_id == first.message.message_id
    assert again.leases == 2
    assert taken(store, LATER) == [2, 3]


def test_others_are_handed_out_while_a_message_awaits_its_acknowledgement(store: Store) -> None:
    put(store, 1, 2)
    take(store)

    assert taken(store, NOW + 1) == [2]


def test_a_returned_message_goes_before_older_ones_that_were_never_handed_out(store: Store) -> None:
    put(store, 1, 2, type_id=1)
    put(store, 3, type_id=2)
    assert taken(store, type_id=2) == [3]

    assert taken(store, LATER) == [3, 1, 2]


def test_of_several_returned_messages_the_oldest_goes_first(store: Store) -> None:
    put(store, 1, type_id=1)
    put(store, 2, type_id=2)
    take(store, NOW, NOW + 5, type_id=2)
    take(store, NOW + 1, NOW + 6, type_id=1)

    assert taken(store, LATER) == [1, 2]


def test_a_type_filter_gives_the_first_of_that_type_and_nothing_else(store: Store) -> None:
    put(store, 1, 3, type_id=1)
    put(store, 2, 4, type_id=2)
    put(store, 5, type_id=None)

    assert taken(store, type_id=2) == [2, 4]
    assert taken(store, type_id=9) == []
    assert taken(store) == [1, 3, 5]


def test_a_type_filter_holds_for_returned_messages_too(store: Store) -> None:
    put(store, 1, type_id=1)
    put(store, 2, type_id=2)
    taken(store)

    assert taken(store, LATER, type_id=2) == [2]
    assert taken(store, LATER) == [1]


def test_owners_boxes_and_nodes_have_queues_of_their_own(store: Store) -> None:
    queues = [
        Queue(RECIPIENT, Box.REQUESTS),
        Queue(RECIPIENT, Box.RESPONSES),
        Queue(RECIPIENT, Box.STATUS),
        Queue(RECIPIENT, Box.RESPONSES, "узел"),
        Queue(SENDER, Box.REQUESTS),
    ]
    for number, queue in enumerate(queues):
        assert store.accept(new_message(number), queue)

    for number, queue in enumerate(queues):
        found = drain(lambda queue=queue: take(store, queue=queue))
        assert [each.message.message_id for each in found] == [message_id(number)]


def test_an_acknowledged_message_never_comes_again(store: Store) -> None:
    put(store, 1, 2)
    take(store)

    assert store.ack(RECIPIENT, message_id(1), True, NOW + 1)

    assert taken(store, LATER) == [2]
    stored = store.find(message_id(1))
    assert stored is not None
    assert (stored.state, stored.first_leased_at, stored.finished_at) == (State.DELIVERED, NOW, NOW + 1)


def test_a_second_acknowledgement_finds_nothing(store: Store) -> None:
    put(store, 1)
    take(store)

    assert store.ack(RECIPIENT, message_id(1), True, NOW)
    assert not store.ack(RECIPIENT, message_id(1), True, NOW)


def test_what_was_never_handed_out_cannot_be_acknowledged(store: Store) -> None:
    put(store, 1)

    assert not store.ack(RECIPIENT, message_id(1), True, NOW)
    assert not store.ack(RECIPIENT, message_id(2), True, NOW)
    assert taken(store) == [1]


def test_only_the_owner_can_acknowledge(store: Store) -> None:
    put(store, 1)
    take(store)

    assert not store.ack(SENDER, message_id(1), True, NOW)
    assert store.ack(RECIPIENT, message_id(1), True, NOW)


def test_an_acknowledgement_counts_however_late_it_comes(store: Store) -> None:
    put(store, 1)
    take(store)
    again = take(store, LATER, LATER + MINUTE)
    assert again is not None

    assert store.ack(RECIPIENT, message_id(1), True, LATER + 50 * MINUTE)
    assert taken(store, LATER + 60 * MINUTE) == []
    stored = store.find(message_id(1))
    assert stored is not None
    assert (stored.leases, stored.first_leased_at) == (2, NOW)


def test_redelivery_and_a_distrustful_acknowledgement_are_in_the_history(store: Store) -> None:
    put(store, 1)
    take(store)
    take(store, LATER, LATER + MINUTE)
    assert store.ack(RECIPIENT, message_id(1), False, LATER + 5)

    assert [(each.at, each.kind, each.detail) for each in store.history(message_id(1))] == [
        (LATER, EventKind.REDELIVERED, "2"),
        (LATER + 5, EventKind.NOT_ACCEPTED, ""),
    ]
    assert store.history(message_id(2)) == []


def test_a_refused_message_is_kept_and_its_sender_answered(store: Store) -> None:
    message = new_message(1, attachments=(StoredAttachment("a", "text/plain", b"x"),))
    answer = system_response(2, message)

    assert store.refuse(message, "нет права на вид сведений", answer, RESPONSES)

    stored = store.find(message_id(1))
    assert stored is not None
    assert (stored.state, stored.reason) == (State.REFUSED, "нет права на вид сведений")
    assert stored.answer_id == message_id(2)
    assert stored.finished_at == message.accepted_at
    assert [each.kind for each in store.history(message_id(1))] == [EventKind.REFUSED]
    delivery = take(store, queue=RESPONSES)
    assert delivery is not None
    assert delivery.message == answer
    assert taken(store) == []
    assert store.check().right


def test_a_refused_id_is_used_and_a_known_one_is_not_refused_again(store: Store) -> None:
    message = new_message(1)
    assert store.refuse(message, "", system_response(2, message), RESPONSES)

    assert not store.refuse(message, "", system_response(3, message), RESPONSES)
    assert not store.accept(message, REQUESTS)
    assert store.statistics(SENDER) == [QueueCount(Box.RESPONSES, "", 1)]
    assert not store.known(message_id(3))


def test_a_message_may_be_refused_without_an_answer(store: Store) -> None:
    assert store.refuse(new_message(1, kind=Kind.RESPONSE), "причина", None, None)

    stored = store.find(message_id(1))
    assert stored is not None
    assert stored.answer_id is None
    assert store.check().right


def test_an_expired_message_leaves_its_queue_and_its_sender_is_answered(store: Store) -> None:
    message = new_message(1, eol=NOW)
    store.accept(message, REQUESTS)
    delivery = take(store, NOW)
    assert delivery is not None
    answer = system_response(2, message)

    assert store.expire(delivery.pk, REQUESTS, answer, RESPONSES, NOW, leases=delivery.leases)

    stored = store.find(message_id(1))
    assert stored is not None
    assert (stored.state, stored.finished_at, stored.answer_id) == (State.EXPIRED, NOW, message_id(2))
    assert [each.kind for each in store.history(message_id(1))] == [EventKind.EXPIRED]
    assert not store.expire(delivery.pk, REQUESTS, system_response(3, message), RESPONSES, NOW)
    assert not store.ack(RECIPIENT, message_id(1), True, NOW)
    assert store.statistics(SENDER) == [QueueCount(Box.RESPONSES, "", 1)]
    assert store.check().right


def test_only_messages_past_their_end_that_nobody_holds_are_overdue(store: Store) -> None:
    put(store, 1, eol=NOW + 5)
    put(store, 2)
    put(store, 3, 4, eol=NOW)
    first = take(store, NOW - 1, NOW + 10)
    assert first is not None

    found = store.overdue(NOW + 9, 10)

    assert [each.message.message_id for each in found] == [message_id(3), message_id(4)]
    assert {(each.queue, each.leases) for each in found} == {(REQUESTS, 0)}
    assert found[0].message == new_message(3, eol=NOW)
    assert [each.message.message_id for each in store.overdue(NOW + 10, 1)] == [message_id(3)]
    assert len(store.overdue(NOW + 10, 10)) == 3
    assert store.overdue(NOW - 1, 10) == []


def test_a_message_handed_out_since_is_not_expired_behind_the_holders_back(store: Store) -> None:
    put(store, 1, eol=NOW)
    (overdue,) = store.overdue(NOW, 10)
    assert take(store, NOW) is not None

    assert not store.expire(overdue.pk, REQUESTS, None, None, NOW, leases=overdue.leases)

    assert store.ack(RECIPIENT, message_id(1), True, NOW)


def test_waiting_counts_no_further_than_the_limit_and_with_messages_in_hands(store: Store) -> None:
    put(store, 1, 2, 3, 4)
    take(store)

    assert [store.waiting(REQUESTS, limit) for limit in (0, 1, 2, 4, 5, 100)] == [0, 1, 2, 4, 4, 4]
    assert store.waiting(Queue(RECIPIENT, Box.REQUESTS, "узел"), 10) == 0


def test_statistics_tell_of_every_queue_of_the_system(store: Store) -> None:
    put(store, 1, 2)
    store.accept(new_message(3), Queue(RECIPIENT, Box.RESPONSES, "узел"))
    store.accept(new_message(4), Queue(SENDER, Box.REQUESTS))
    take(store)

    assert store.statistics(RECIPIENT) == [
        QueueCount(Box.REQUESTS, "", 2),
        QueueCount(Box.RESPONSES, "узел", 1),
    ]
    assert store.statistics(99) == []


def test_lengths_tell_the_age_of_the_oldest_message(address: DatabaseAddress) -> None:
    with Store.open(address, clock=lambda: 1_000_000 + 3_500_000) as store:
        put(store, 0, 500_000)
        store.accept(new_message(1), Queue(RECIPIENT, Box.REQUESTS, "узел"))
        store.accept(new_message(2), RESPONSES)

        assert store.lengths() == [
            QueueLength(SENDER, Box.RESPONSES, 1, 3.499998),
            QueueLength(RECIPIENT, Box.REQUESTS, 3, 3.5),
        ]


def test_what_is_known_of_a_message_can_be_read_without_its_content(store: Store) -> None:
    message = new_message(1, original_id=message_id(9), node="узел", test=True)
    store.accept(message, REQUESTS)

    stored = store.find(message_id(1))

    assert stored is not None
    same = [name for name in message.__dataclass_fields__ if hasattr(stored, name)]
    assert {name: getattr(stored, name) for name in same} == {name: getattr(message, name) for name in same}
    assert len(same) == len(message.__dataclass_fields__) - 3
    assert (stored.state, stored.leases, stored.finished_at) == (State.QUEUED, 0, 0)
    assert store.find(message_id(2)) is None


def test_the_content_can_be_read_after_the_delivery(store: Store) -> None:
    files = (StoredAttachment("b", "text/plain", b"1"), StoredAttachment("a", "text/plain", b"2"))
    message = new_message(1, attachments=files)
    store.accept(message, REQUESTS)
    take(store)
    store.ack(RECIPIENT, message_id(1), True, NOW)

    content = store.content(message_id(1))

    assert content is not None
    assert (content.data, content.signature, content.attachments) == (message.data, message.signature, files)
    assert store.content(message_id(2)) is None


def test_the_answers_to_a_request_can_be_listed(store: Store) -> None:
    put(store, 1, 2)
    store.accept(new_message(3, kind=Kind.RESPONSE, original_id=message_id(1)), RESPONSES)
    store.accept(new_message(4, kind=Kind.RESPONSE, original_id=message_id(2)), RESPONSES)
    store.accept(new_message(5, kind=Kind.SYSTEM, original_id=message_id(1)), RESPONSES)

    assert [each.message_id for each in store.answers(message_id(1))] == [message_id(3), message_id(5)]
    assert len(store.answers(message_id(1), limit=1)) == 1


def test_everything_is_there_after_the_store_is_opened_again(address: DatabaseAddress) -> None:
    with Store.open(address) as store:
        put(store, 1, 2)
        take(store)

    with Store.open(address) as store:
        assert taken(store) == [2]
        assert store.ack(RECIPIENT, message_id(1), True, NOW)


def test_a_closed_store_refuses_and_may_be_closed_again(address: DatabaseAddress) -> None:
    store = Store.open(address)
    put(store, 1)
    store.close()
    store.close()

    with pytest.raises(StorageClosed):
        store.accept(new_message(2), REQUESTS)
    with pytest.raises(StorageClosed):
        store.known(message_id(1))


def test_a_response_queue_entry_and_its_message_are_one_transaction(store: Store) -> None:
    known = new_message(2)
    store.accept(known, REQUESTS)

    with pytest.raises(ValueError, match="never used"):
        store.refuse(new_message(1), "", known, RESPONSES)

    assert not store.known(message_id(1))
    assert store.check().right
