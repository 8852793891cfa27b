"""The store against a plain model in memory, over random histories."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mezhved.bus.storage import Box, DatabaseAddress, NewMessage, Queue, QueueCount, State, Store
from tests.support.queueing import message_id, new_message, system_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.databases import Database, Engine

OWNERS = st.sampled_from([1, 2])
QUEUES = st.builds(
    Queue, OWNERS, st.sampled_from([Box.REQUESTS, Box.RESPONSES]), st.sampled_from(["", "узел"])
)
TYPES = st.sampled_from([1, 2, 3])
NUMBERS = st.integers(0, 30)
TABLES = (
    "bus_message, bus_body, bus_attachment, bus_queue, bus_event, bus_recipient, bus_work, bus_distribution,"
    " bus_uncounted"
)


@dataclass(slots=True)
class Entry:
    """One message in the model's queues."""

    message: NewMessage
    queue: Queue
    leased_until: int = 0
    leases: int = 0


class QueueMachine(RuleBasedStateMachine):
    """Does the same to the store and to a list, and compares what they say."""

    make_store: ClassVar[Callable[[], Store]]

    @initialize()
    def start(self) -> None:
        self.store = type(self).make_store()
        self.now = 1000
        self.answers = 1000
        self.entries: list[Entry] = []
        self.ended: dict[int, State] = {}
        self.pks: dict[int, int] = {}

    def number(self, message: NewMessage) -> int:
        return message.message_id.time - message_id(0).time

    def used(self) -> set[int]:
        return {self.number(each.message) for each in self.entries} | set(self.ended)

    def response(self, message: NewMessage) -> tuple[NewMessage, Queue]:
        self.answers += 1
        return system_response(self.answers, message), Queue(message.sender or 0, Box.RESPONSES)

    def find(self, number: int) -> Entry | None:
        return next((each for each in self.entries if self.number(each.message) == number), None)

    @rule(number=NUMBERS, queue=QUEUES, type_id=TYPES, life=st.sampled_from([0, 0, 5, 30]))
    def accept(self, number: int, queue: Queue, type_id: int, life: int) -> None:
        eol = self.now + life if life else 0
        message = new_message(number, type_id=type_id, eol=eol, sender=1, node=queue.node)
        fresh = number not in self.used()

        assert self.store.accept(message, queue) is fresh
        if fresh:
            self.entries.append(Entry(message, queue))

    @rule(number=NUMBERS)
    def refuse(self, number: int) -> None:
        message = new_message(number, sender=2)
        answer, queue = self.response(message)
        fresh = number not in self.used()

        assert self.store.refuse(message, "причина", answer, queue) is fresh
        if fresh:
            self.ended[number] = State.REFUSED
            self.entries.append(Entry(answer, queue))

    @rule(queue=QUEUES, type_id=st.none() | TYPES, span=st.sampled_from([1, 10, 40]))
    def lease(self, queue: Queue, type_id: int | None, span: int) -> None:
        mine = [
            each
            for each in self.entries
            if each.queue == queue and (type_id is None or each.message.type_id == type_id)
        ]
        back = [each for each in mine if each.leases and each.leased_until <= self.now]
        never = [each for each in mine if not each.leases]
        expected = (back or never or [None])[0]

        delivery = self.store.lease(queue, type_id, self.now, self.now + span)

        if expected is None:
            assert delivery is None
            return
        assert delivery is not None
        expected.leases += 1
        expected.leased_until = self.now + span
        assert delivery.message == expected.message
        assert (delivery.queue, delivery.leases) == (queue, expected.leases)
        self.pks[self.number(expected.message)] = delivery.pk

    @rule(owner=OWNERS, number=NUMBERS | st.integers(1001, 1005), accepted=st.booleans())
    def ack(self, owner: int, number: int, accepted: bool) -> None:
        entry = self.find(number)
        there = entry is not None and entry.leases > 0 and entry.queue.owner == owner

        assert self.store.ack(owner, message_id(number), accepted, self.now) is there
        if there and entry is not None:
            self.entries.remove(entry)
            self.ended[number] = State.DELIVERED

    @rule()
    def sweep(self) -> None:
        overdue = [
            each
            for each in self.entries
            if each.message.eol and each.message.eol <= self.now and each.leased_until <= self.now
        ]

        found = self.store.overdue(self.now, 100)

        assert {each.message.message_id for each in found} == {each.message.message_id for each in overdue}
        for each in found:
            answer, queue = self.response(each.message)
            assert self.store.expire(each.pk, each.queue, answer, queue, self.now, leases=each.leases)
            assert not self.store.expire(each.pk, each.queue, None, None, self.now)
            entry = self.find(self.number(each.message))
            assert entry is not None
            self.entries.remove(entry)
            self.ended[self.number(each.message)] = State.EXPIRED
            self.entries.append(Entry(answer, queue))

    @rule(seconds=st.sampled_from([1, 9, 50]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(number=NUMBERS)
    def find_one(self, number: int) -> None:
        stored = self.store.find(message_id(number))
        entry = self.find(number)

        assert self.store.known(message_id(number)) is (stored is not None)
        expected = State.QUEUED if entry else self.ended.get(number)
        assert (stored.state if stored else None) == expected

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store.open(self.address())

    def address(self) -> DatabaseAddress:
        raise NotImplementedError

    @rule(owner=OWNERS)
    def statistics(self, owner: int) -> None:
        counted: dict[tuple[Box, str], int] = {}
        for each in self.entries:
            if each.queue.owner == owner:
                key = (each.queue.box, each.queue.node)
                counted[key] = counted.get(key, 0) + 1

        found = self.store.statistics(owner)

        assert found == [QueueCount(box, node, count) for (box, node), count in sorted(counted.items())]
        for (box, node), count in counted.items():
            assert self.store.waiting(Queue(owner, box, node), 3) == min(3, count)

    @rule()
    def check(self) -> None:
        report = self.store.check()

        assert report.right, report.as_dict()
        assert sum(each.accepted for each in report.totals) == len(self.entries) + len(self.ended)
        assert sum(each.leased for each in report.totals) == sum(1 for each in self.entries if each.leases)

    @invariant()
    def one_place_for_each(self) -> None:
        assert not {self.number(each.message) for each in self.entries} & set(self.ended)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.check()
            self.store.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_any_history_of_a_queue_is_that_of_a_plain_list(
    engine: Engine, fresh_database: Callable[[Engine], Database], tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = DatabaseAddress.of_url(fresh_database(engine).url)
    names = (tmp_path_factory.getbasetemp() / f"model-{number}.sqlite3" for number in range(10_000))
    empty = places(made, map(str, names))

    class Machine(QueueMachine):
        def address(self) -> DatabaseAddress:
            return self.place

        @staticmethod
        def make_store() -> Store:
            Machine.place = next(empty)
            return Store.open(Machine.place)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=25 if engine == "sqlite" else 15,
            stateful_step_count=50,
            suppress_health_check=list(HealthCheck),
        ),
    )


def places(made: DatabaseAddress, names: Iterator[str]) -> Iterator[DatabaseAddress]:
    """Empty databases one after another: copies of the SQLite file, or the one server emptied."""
    if made.dialect == "sqlite":
        for name in names:
            shutil.copyfile(made.location, name)
            yield DatabaseAddress("sqlite", name)
    with psycopg.connect(made.location, autocommit=True) as server:
        while True:
            server.execute(f"TRUNCATE {TABLES}")
            yield made
