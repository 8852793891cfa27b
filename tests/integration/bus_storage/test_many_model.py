"""Messages to many against a plain model in memory, over random histories with dying processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from mezhved.bus.storage import (
    Box,
    DatabaseAddress,
    Kind,
    NewMessage,
    Plan,
    Queue,
    State,
    Store,
    Work,
)
from tests.integration.bus_storage.test_queue_model import places
from tests.support.queueing import message_id, new_message, system_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.databases import Database, Engine

OWNERS = (1, 2, 3, 4)
SENDER = 9
NUMBERS = st.integers(0, 12)
SUBSETS = st.sets(st.sampled_from(OWNERS), min_size=1)


def queues(owners: set[int] | frozenset[int]) -> tuple[Queue, ...]:
    return tuple(Queue(owner, Box.REQUESTS) for owner in sorted(owners))


@dataclass(slots=True)
class Share:
    """How a message stands with one recipient."""

    state: State = State.QUEUED
    leased_until: int = 0
    leases: int = 0


@dataclass(slots=True)
class Sent:
    """A message of the model: its shares by recipient, and its work while it is received."""

    message: NewMessage
    order: int
    wanted: frozenset[int]
    shares: dict[int, Share] = field(default_factory=dict)
    received: bool = False
    due: int = 0
    answered: bool = False

    @property
    def finished(self) -> bool:
        return not self.received and all(each.state is not State.QUEUED for each in self.shares.values())

    @property
    def state(self) -> State:
        if self.received:
            return State.RECEIVED
        if not self.finished:
            return State.QUEUED
        delivered = any(each.state is State.DELIVERED for each in self.shares.values())
        return State.DELIVERED if delivered else State.EXPIRED


class ManyMachine(RuleBasedStateMachine):
    """Does the same to the store and to plain objects, and compares what they say."""

    make_store: ClassVar[Callable[[], Store]]

    @initialize()
    def start(self) -> None:
        self.store = type(self).make_store()
        self.now = 1000
        self.answers = 1000
        self.sent: dict[int, Sent] = {}
        self.works: list[tuple[int, Work]] = []

    def message(self, number: int, life: int) -> NewMessage:
        eol = self.now + life if life else 0
        return new_message(number, kind=Kind.BROADCAST, recipient=None, sender=SENDER, eol=eol)

    @rule(
        number=NUMBERS, owners=SUBSETS, full=st.sets(st.sampled_from(OWNERS)), life=st.sampled_from([0, 20])
    )
    def accept(self, number: int, owners: set[int], full: set[int], life: int) -> None:
        message, full = self.message(number, life), full - owners
        fresh = number not in self.sent

        assert self.store.accept_for_many(message, queues(owners), full=queues(full)) is fresh
        if fresh:
            shares = {owner: Share() for owner in owners} | {owner: Share(State.REFUSED) for owner in full}
            self.sent[number] = Sent(message, len(self.sent), frozenset(owners | full), shares)

    @rule(number=NUMBERS, owners=SUBSETS, life=st.sampled_from([0, 20]))
    def receive(self, number: int, owners: set[int], life: int) -> None:
        message, fresh = self.message(number, life), number not in self.sent

        assert self.store.receive(message, Plan(queues(owners), many=True)) is fresh
        if fresh:
            self.sent[number] = Sent(message, len(self.sent), frozenset(owners), received=True)

    @rule(span=st.sampled_from([5, 30]))
    def claim(self, span: int) -> None:
        due = {number: each for number, each in self.sent.items() if each.received and each.due <= self.now}

        works = self.store.claim(self.now, self.now + span, 1)

        assert len(works) == min(1, len(due))
        for work in works:
            number = work.message.message_id.time - message_id(0).time
            assert work.message == due[number].message
            assert work.plan.queues == queues(due[number].wanted)
            due[number].due = self.now + span
            self.works = [*((of, old) for of, old in self.works if of != number), (number, work)]

    @rule(data=st.data(), settle=st.booleans())
    def go_on(self, data: st.DataObject, settle: bool) -> None:
        """Put the message into some queues, or into all that are left and end the work."""
        if not self.works:
            return
        number, work = data.draw(st.sampled_from(self.works))
        sent = self.sent[number]
        part = sent.wanted if settle else data.draw(st.sets(st.sampled_from(sorted(sent.wanted)), min_size=1))
        if settle:
            assert self.store.settle(work, queues(part)) is sent.received
            self.works.remove((number, work))
        else:
            assert self.store.spread(work, queues(part), self.now + 5) is sent.received
            sent.due = self.now + 5
        for owner in part:
            sent.shares.setdefault(owner, Share())
        sent.received = sent.received and not settle

    @rule(owner=st.sampled_from(OWNERS), span=st.sampled_from([1, 10]))
    def lease(self, owner: int, span: int) -> None:
        mine = [
            (each, each.shares[owner])
            for each in sorted(self.sent.values(), key=lambda sent: sent.order)
            if owner in each.shares and each.shares[owner].state is State.QUEUED
        ]
        back = [pair for pair in mine if pair[1].leases and pair[1].leased_until <= self.now]
        never = [pair for pair in mine if not pair[1].leases]
        expected = (back or never or [None])[0]

        delivery = self.store.lease(Queue(owner, Box.REQUESTS), None, self.now, self.now + span)

        assert (delivery is None) is (expected is None)
        if delivery is not None and expected is not None:
            sent, share = expected
            share.leases += 1
            share.leased_until = self.now + span
            assert (delivery.message, delivery.leases) == (sent.message, share.leases)
            assert delivery.many

    @rule(owner=st.sampled_from(OWNERS), number=NUMBERS)
    def ack(self, owner: int, number: int) -> None:
        share = self.sent[number].shares.get(owner) if number in self.sent else None
        there = share is not None and share.state is State.QUEUED and share.leases > 0

        assert self.store.ack(owner, message_id(number), True, self.now) is there
        if there and share is not None:
            share.state = State.DELIVERED

    @rule()
    def sweep(self) -> None:
        expected = {
            (number, owner)
            for number, sent in self.sent.items()
            for owner, share in sent.shares.items()
            if share.state is State.QUEUED
            and 0 < sent.message.eol <= self.now
            and share.leased_until <= self.now
        }

        for each in self.store.overdue(self.now, 100):
            number = each.message.message_id.time - message_id(0).time
            expected.remove((number, each.queue.owner))
            self.answers += 1
            answer = system_response(self.answers, each.message)
            answers = Queue(SENDER, Box.RESPONSES)
            assert self.store.expire(each.pk, each.queue, answer, answers, self.now, leases=each.leases)
            assert self.store.known(answer.message_id) is not self.sent[number].answered
            self.sent[number].answered = True
            self.sent[number].shares[each.queue.owner].state = State.EXPIRED
        assert expected == set()

    @rule(seconds=st.sampled_from([1, 9, 50]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store.open(self.address())
        self.works.clear()

    def address(self) -> DatabaseAddress:
        raise NotImplementedError

    @rule(number=NUMBERS)
    def look(self, number: int) -> None:
        sent, stored = self.sent.get(number), self.store.find(message_id(number))
        assert (stored is None) is (sent is None)
        if sent is not None and stored is not None:
            assert stored.state is sent.state
            found = self.store.recipients(message_id(number))
            assert {each.owner: (each.state, each.leases) for each in found} == {
                owner: (share.state, share.leases) for owner, share in sent.shares.items()
            }

    @rule()
    def check(self) -> None:
        report = self.store.check()

        assert report.right, report.as_dict()
        told = next(each for each in report.totals if each.kind is Kind.BROADCAST)
        shares = [share for sent in self.sent.values() for share in sent.shares.values()]
        assert told.accepted == sum(len(sent.wanted) for sent in self.sent.values())
        assert told.delivered == sum(share.state is State.DELIVERED for share in shares)
        assert told.received == sum(
            len(sent.wanted) - len(sent.shares) for sent in self.sent.values() if sent.received
        )

    def teardown(self) -> None:
        if hasattr(self, "store"):
            for number in self.sent:
                self.look(number)
            self.check()
            self.store.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_any_history_of_messages_to_many_is_that_of_plain_objects(
    engine: Engine, fresh_database: Callable[[Engine], Database], tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = DatabaseAddress.of_url(fresh_database(engine).url)
    names = (tmp_path_factory.getbasetemp() / f"many-{number}.sqlite3" for number in range(10_000))
    empty = places(made, map(str, names))

    class Machine(ManyMachine):
        def address(self) -> DatabaseAddress:
            return self.place

        @staticmethod
        def make_store() -> Store:
            Machine.place = next(empty)
            return Store.open(Machine.place)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=25 if engine == "sqlite" else 12,
            stateful_step_count=50,
            suppress_health_check=list(HealthCheck),
        ),
    )
