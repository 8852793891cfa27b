"""Many threads and several processes at one store."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from mezhved.bus.storage import DatabaseAddress, Queue, StorageClosed, StorageError, Store
from tests.support.queueing import MINUTE, RECIPIENT, REQUESTS, RESPONSES, message_id, new_message

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Barrier
    from uuid import UUID

THREADS = 8
PROCESSES = 3


class Counting:
    """Observer that remembers the sizes of groups."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.seconds: list[float] = []

    def committed(self, operations: int, seconds: float) -> None:
        self.groups.append(operations)
        self.seconds.append(seconds)

    def failed(self, operations: int) -> None:
        raise AssertionError(operations)


def in_processes(function: Any, address: DatabaseAddress, *arguments: Any) -> list[Any]:
    """Results of `function(number, address, barrier, *arguments)` in processes of their own."""
    context = multiprocessing.get_context("spawn")
    results, barrier = context.SimpleQueue(), context.Barrier(PROCESSES)
    workers = [
        context.Process(target=_call, args=(results, function, number, address, barrier, *arguments))
        for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    found = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    return found


def _call(results: SimpleQueue[Any], function: Any, *arguments: Any) -> None:
    try:
        results.put(function(*arguments))
    except BaseException as error:
        results.put(repr(error))
        raise


def in_threads(function: Any, items: Iterable[Any]) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(function, items))


def _accept_all(_number: int, address: DatabaseAddress, barrier: Barrier, count: int) -> int:
    with Store.open(address) as store:
        barrier.wait()
        return sum(in_threads(lambda each: store.accept(new_message(each), REQUESTS), range(count)))


def _take_all(_number: int, address: DatabaseAddress, barrier: Barrier) -> list[UUID]:
    def take(_thread: int) -> list[UUID]:
        found = []
        while delivery := store.lease(REQUESTS, None, 1, MINUTE):
            found.append(delivery.message.message_id)
        return found

    with Store.open(address) as store:
        barrier.wait()
        return [each for part in in_threads(take, range(THREADS)) for each in part]


def _ack_all(_number: int, address: DatabaseAddress, barrier: Barrier, count: int) -> int:
    with Store.open(address) as store:
        barrier.wait()
        numbers = reversed(range(count)) if _number % 2 else range(count)
        return sum(in_threads(lambda each: store.ack(RECIPIENT, message_id(each), True, 5), numbers))


def _one_after_another(
    number: int, address: DatabaseAddress, barrier: Barrier, count: int
) -> tuple[int, list[UUID], int]:
    """Each begins when all processes have ended the one before."""
    accepted = _accept_all(number, address, barrier, count)
    return accepted, _take_all(number, address, barrier), _ack_all(number, address, barrier, count)


def test_one_id_is_accepted_once_however_many_send_it_at_once(store: Store) -> None:
    gate = threading.Barrier(THREADS)

    def send(_: int) -> bool:
        gate.wait()
        return store.accept(new_message(1), REQUESTS)

    for _ in range(10):
        assert sorted(in_threads(send, range(THREADS)))[-2:] in ([False, True], [False, False])
    assert store.check().totals[0].accepted == 1


def test_processes_accept_hand_out_and_acknowledge_each_message_once(address: DatabaseAddress) -> None:
    count = 120
    accepted, taken, acked = zip(*in_processes(_one_after_another, address, count), strict=True)

    assert sum(accepted) == count
    assert Counter(chain.from_iterable(taken)) == Counter(message_id(each) for each in range(count))
    assert sum(acked) == count
    with Store.open(address) as store:
        report = store.check()
        assert report.right
        assert report.totals[0].delivered == count


def test_threads_that_do_everything_at_once_lose_nothing(store: Store) -> None:
    acked: list[UUID] = []

    def live(thread: int) -> None:
        for step in range(30):
            number = thread * 1000 + step
            assert store.accept(new_message(number), REQUESTS)
            answer = new_message(number + 500, accepted_at=number)
            assert store.refuse(new_message(number + 250), "", answer, RESPONSES)
            delivery = store.lease(REQUESTS, None, 1, MINUTE)
            assert delivery is not None
            assert store.ack(RECIPIENT, delivery.message.message_id, True, 2)
            acked.append(delivery.message.message_id)

    in_threads(live, range(THREADS))

    assert len(set(acked)) == len(acked) == THREADS * 30
    requests, *_ = store.check().totals
    assert requests.accepted == THREADS * 90
    assert (requests.delivered, requests.refused, requests.waiting) == (THREADS * 30,) * 3


def test_what_is_asked_at_once_is_committed_together(address: DatabaseAddress) -> None:
    counting = Counting()
    with Store.open(address, observer=counting) as store:
        in_threads(lambda each: store.accept(new_message(each), REQUESTS), range(200))

    assert sum(counting.groups) == 200
    assert max(counting.groups) > 1
    assert all(seconds > 0 for seconds in counting.seconds)


def test_a_failing_work_hurts_nobody_in_its_group(store: Store) -> None:
    def send(number: int) -> bool | str:
        try:
            if number % 5:
                return store.accept(new_message(number), REQUESTS)
            return store.accept(new_message(number, version=None), REQUESTS)
        except StorageError as error:
            return type(error).__name__

    found = in_threads(send, range(100))

    assert Counter(found) == Counter({True: 80, "StorageError": 20})
    assert store.waiting(REQUESTS, 1000) == 80


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_store_does_not_work_in_a_forked_process(store: Store) -> None:
    store.accept(new_message(1), REQUESTS)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            store.accept(new_message(2), REQUESTS)
        except StorageClosed:
            os.write(writing, b"closed")
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 10) == b"closed"
    assert store.accept(new_message(2), REQUESTS)
    os.close(reading)
    os.close(writing)


def test_messages_of_a_queue_leave_it_in_order_while_others_are_added(store: Store) -> None:
    queue = Queue(RECIPIENT, REQUESTS.box, "узел")
    done = threading.Event()
    seen: list[UUID] = []

    def consume() -> None:
        while not done.is_set() or store.waiting(queue, 1):
            delivery = store.lease(queue, None, 1, MINUTE)
            if delivery is not None:
                seen.append(delivery.message.message_id)
                assert store.ack(RECIPIENT, delivery.message.message_id, True, 1)

    consumer = threading.Thread(target=consume)
    consumer.start()
    for number in range(150):
        store.accept(new_message(number), queue)
    done.set()
    consumer.join()

    assert seen == [message_id(number) for number in range(150)]


def test_closing_finishes_what_was_begun(address: DatabaseAddress) -> None:
    store = Store.open(address)
    accepted: list[int] = []

    def send(number: int) -> None:
        try:
            if store.accept(new_message(number), REQUESTS):
                accepted.append(number)
        except StorageClosed:
            return
        if len(accepted) == 20:
            store.close()

    in_threads(send, range(300))
    store.close()

    with Store.open(address) as again:
        assert again.waiting(REQUESTS, 1000) == len(accepted)
        assert 20 <= len(accepted) < 300
