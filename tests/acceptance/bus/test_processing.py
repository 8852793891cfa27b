"""What happens between the receipt of a message and its queues."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from mezhved.bus.processing import Processor, process_all
from mezhved.bus.processing.processor import LEASE_SECONDS
from mezhved.bus.storage import Box, Kind, NewMessage, Plan, PlannedFile, Queue, State
from mezhved.smev3 import faults
from tests.support.exchange import CONSUMER, PROVIDER, question

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.storage import Work
    from mezhved.smev3.faults import Fault
    from tests.support.exchange import BusUnderTest

FILES = (PlannedFile("0123", "aGFzaA==", "application/zip"),)


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Script:
    """A step that does one thing after another: refuses, fails, dies, or lets the message pass."""

    acts: list[object]
    seen: list[int] = field(default_factory=list)

    def __call__(self, bus: Bus, work: Work) -> Fault | None:
        self.seen.append(work.attempts)
        act = self.acts.pop(0) if self.acts else None
        if isinstance(act, BaseException):
            raise act
        return act  # type: ignore[return-value]


def receive(bus: BusUnderTest, **changes: object) -> UUID:
    """Take over a request whose files are still to be taken over."""
    data = bus.consumer.request_data(question())
    values: dict[str, object] = {
        "message_id": UUID(data.message_id),
        "kind": Kind.REQUEST,
        "version": "1.1",
        "sender": CONSUMER,
        "recipient": PROVIDER,
        "type_id": 10,
        "root_namespace": "urn://mezhved.example/test/question/1.0.0",
        "root_name": "Question",
        "original_id": None,
        "reference_id": None,
        "transaction_code": "",
        "node": "",
        "eol": 0,
        "accepted_at": bus.clock(),
        "reply_to": "eyJ9",
        "data": bus.consumer.written(data),
        "signature": b"",
    }
    message = NewMessage(**(values | changes))  # type: ignore[arg-type]
    assert bus.store.receive(message, Plan((Queue(PROVIDER, Box.REQUESTS),), FILES))
    return message.message_id


def state(bus: BusUnderTest, message_id: UUID) -> State:
    found = bus.store.find(message_id)
    assert found is not None
    return found.state


def test_a_message_whose_steps_are_done_enters_its_queue(under_test: BusUnderTest) -> None:
    message_id = receive(under_test)
    first, second = Script([]), Script([])

    assert process_all(under_test.bus, (first, second)) == 1

    assert (first.seen, second.seen) == ([1], [1])
    assert under_test.provider.get_request().operation.request.metadata.message_id == str(message_id)
    assert process_all(under_test.bus, (first,)) == 0


def test_a_fault_refuses_the_message_and_its_sender_is_told(under_test: BusUnderTest) -> None:
    message_id = receive(under_test)
    never = Script([])

    process_all(under_test.bus, (Script([faults.access_denied()]), never))

    assert never.seen == []
    told = under_test.consumer.get_response().operation.response.data.async_status
    assert (told.original_message_id, told.status_category) == (str(message_id), "requestIsRejectedBySmev")
    assert state(under_test, message_id) is State.REFUSED
    assert under_test.provider.get_request().operation.request is None
    assert under_test.store.check().right


def test_a_defect_puts_the_message_off_longer_each_time_and_holds_up_nobody(under_test: BusUnderTest) -> None:
    bad, good = receive(under_test), receive(under_test)
    script = Script([ValueError("внутри"), None, KeyError("снова")])

    assert process_all(under_test.bus, (script,)) == 2
    assert (state(under_test, bad), state(under_test, good)) == (State.RECEIVED, State.QUEUED)

    under_test.clock.advance(seconds=1)
    assert process_all(under_test.bus, (script,)) == 0
    under_test.clock.advance(seconds=1)
    assert process_all(under_test.bus, (script,)) == 1
    under_test.clock.advance(seconds=3)
    assert process_all(under_test.bus, (script,)) == 0
    under_test.clock.advance(seconds=1)
    assert process_all(under_test.bus, (script,)) == 1
    assert state(under_test, bad) is State.QUEUED
    assert under_test.store.check().right


def test_what_a_killed_process_left_is_done_by_another_when_its_time_ends(under_test: BusUnderTest) -> None:
    message_id = receive(under_test)
    script = Script([Killed()])
    with pytest.raises(Killed):
        process_all(under_test.bus, (script,))

    assert process_all(under_test.bus, (script,)) == 0, "it may be alive yet"
    under_test.clock.advance(seconds=LEASE_SECONDS)
    assert process_all(under_test.bus, (script,)) == 1

    assert script.seen == [1, 2]
    assert state(under_test, message_id) is State.QUEUED


def test_a_message_that_waits_past_its_end_of_life_is_cancelled(under_test: BusUnderTest) -> None:
    message_id = receive(under_test, eol=under_test.clock() + 5_000_000)
    script = Script([OSError("хранилище файлов недоступно")])
    process_all(under_test.bus, (script,))
    under_test.clock.advance(seconds=60)

    process_all(under_test.bus, (script,))

    assert script.seen == [1]
    told = under_test.consumer.get_response().operation.response.data.async_status
    assert (told.original_message_id, told.status_category) == (str(message_id), "cancelled")
    assert state(under_test, message_id) is State.EXPIRED
    assert under_test.store.check().right


def test_the_thread_works_as_soon_as_a_message_arrives(under_test: BusUnderTest) -> None:
    begun = threading.Event()

    def step(_bus: Bus, _work: Work) -> Fault | None:
        begun.set()
        return None

    processor = Processor(under_test.bus, (step,))
    processor.start()
    message_id = receive(under_test)
    under_test.bus.arrivals.set()

    assert begun.wait(60)
    processor.stop()
    processor.join(60)
    assert not processor.is_alive()
    assert state(under_test, message_id) is State.QUEUED
