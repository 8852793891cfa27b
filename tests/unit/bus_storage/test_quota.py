"""A queue's room is known without counting it for every message, however long it is."""

from __future__ import annotations

import threading

import pytest

from mezhved.bus.quota import Quota
from tests.support.queueing import REQUESTS, RESPONSES
from tests.support.waiting import eventually

SECOND = 1_000_000


class Counter:
    """A queue of so many messages that counts how often it was counted."""

    def __init__(self, messages: int = 0) -> None:
        self.messages = messages
        self.asked = 0

    def __call__(self, _queue: object, limit: int) -> int:
        self.asked += 1
        return min(self.messages, limit)


def send(quota: Quota, queue: Counter, messages: int, *, now: int = 0, every: int = 0) -> int:
    """Send them one after another; how many found room."""
    found = 0
    for number in range(messages):
        if quota.has_room(REQUESTS, now + number * every):
            queue.messages += 1
            found += 1
    return found


@pytest.mark.parametrize("limit", [1, 2, 16, 40, 1000])
def test_a_queue_takes_so_many_and_no_more(limit: int) -> None:
    queue = Counter()
    quota = Quota(limit, queue)

    assert send(quota, queue, 2 * limit) == limit
    queue.messages -= 1
    assert send(quota, queue, 5) == 1, "room that was made is found at once"


def test_a_short_queue_is_counted_after_a_share_of_its_room_or_five_seconds() -> None:
    queue = Counter()
    quota = Quota(16_000, queue)

    send(quota, queue, 1000)
    assert queue.asked == 1
    send(quota, queue, 1)
    assert queue.asked == 2
    send(quota, queue, 1, now=6 * SECOND)
    assert queue.asked == 3


def test_a_long_queue_is_counted_the_more_seldom_the_longer_it_is() -> None:
    asked = []
    for waiting in (1000, 100_000, 1_000_000):
        queue = Counter(waiting)
        send(Quota(10**9, queue), queue, 1000, every=SECOND)
        asked.append(queue.asked)

    assert asked == [167, 18, 2]


def test_processes_fill_a_long_queue_hardly_beyond_its_limit() -> None:
    queue = Counter(500_000)
    processes = [Quota(510_000, queue) for _ in range(16)]

    for quota in processes * 2:
        send(quota, queue, 1000)

    assert 510_000 <= queue.messages < 515_000
    assert queue.asked < 500


def test_what_a_process_may_use_of_a_long_queue_is_a_hundredth_of_it() -> None:
    queue = Counter(500_000)
    idle, busy = Quota(10**6, queue), Quota(10**6, queue)
    send(idle, queue, 1)
    send(busy, queue, 600_000)
    assert queue.messages < 1_000_100
    assert queue.asked < 1000

    assert send(idle, queue, 10_000) == 5999


def test_a_long_queue_at_its_limit_is_not_counted_for_every_message() -> None:
    queue = Counter(1_000_000)
    quota = Quota(1_000_000, queue)

    assert send(quota, queue, 1000) == 0
    assert queue.asked == 1
    queue.messages -= 5
    assert send(quota, queue, 9, now=SECOND) == 9, "nine in a million more or less"
    assert queue.asked == 2


def test_of_many_callers_at_once_one_counts_and_nobody_waits_while_there_is_room() -> None:
    began, go_on = threading.Event(), threading.Event()
    asked = []

    def count(_queue: object, _limit: int) -> int:
        asked.append(threading.get_ident())
        if len(asked) > 1:
            began.set()
            assert go_on.wait(60)
        return 0

    quota = Quota(16_000, count)
    assert quota.has_room(REQUESTS, 0)
    first = threading.Thread(target=quota.has_room, args=(REQUESTS, 6 * SECOND))
    first.start()
    assert began.wait(60)
    assert all(quota.has_room(REQUESTS, 6 * SECOND) for _ in range(100))
    assert len(asked) == 2
    go_on.set()
    first.join()


def test_callers_who_know_nothing_yet_wait_for_the_one_who_counts() -> None:
    go_on = threading.Event()
    asked = []

    def count(_queue: object, _limit: int) -> int:
        asked.append(1)
        assert go_on.wait(60)
        return 0

    quota = Quota(16_000, count, patience=60)
    threads = [threading.Thread(target=quota.has_room, args=(RESPONSES, 0)) for _ in range(4)]
    threads[0].start()
    eventually(lambda: bool(asked))
    for each in threads[1:]:
        each.start()
    go_on.set()
    for each in threads:
        each.join()
    assert len(asked) == 1


def test_a_count_that_fails_is_tried_again() -> None:
    failing = [ConnectionError()]

    def count(_queue: object, _limit: int) -> int:
        if failing:
            raise failing.pop()
        return 0

    quota = Quota(10, count)
    with pytest.raises(ConnectionError):
        quota.has_room(REQUESTS, 0)
    assert quota.has_room(REQUESTS, 0)
