"""What every operation of every version refuses alike, as its description in the WSDL says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.smev3 import messages, soap
from mezhved.smev3.messages import building
from mezhved.smev3.versions import Version
from tests.acceptance.bus.faults.at_once import FAILURE
from tests.acceptance.bus.faults.official import Refusal
from tests.support.exchange import BusUnderTest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mezhved.smev3.messages.writing import WireElement
    from tests.support.exchange import Participant

OPERATIONS: dict[str, Callable[[Participant], WireElement]] = {
    "SendRequest": lambda who: who.request_data(),
    "SendResponse": lambda who: messages.SenderProvidedResponseData(
        who.under_test.ids.new(), "e30=", rejections=(messages.RequestRejected("NO_DATA", "нет"),), id="S"
    ),
    "GetRequest": lambda who: who.selector(),
    "GetResponse": lambda who: who.selector(),
    "GetStatus": lambda who: messages.Timestamp(who.now_text(), "S"),
    "Ack": lambda who: messages.AckTargetMessage(who.under_test.ids.new(), accepted=True, id="S"),
    "GetIncomingQueueStatistics": lambda who: messages.Timestamp(who.now_text(), "S"),
}
CALLS = [
    pytest.param(operation, version, id=f"{operation} {version.value}")
    for operation in OPERATIONS
    for version in Version
    if version.has_statistics or "Statistics" not in operation
]
UNSIGNED = Refusal(
    "SignatureVerificationFault",
    "SPS:1",
    100,
    "Отсутствует ЭП-ОВ",
    children=(("SignatureVerificationFault", "NoSignatureFound"),),
)
UNREGISTERED = Refusal("SenderIsNotRegistered", "RTR:1", 503, "Отправитель сообщения не зарегистрирован.")
MALFORMED = Refusal("InvalidContent", "PP:55", 403, "Нарушен формат бизнес-конверта.")


@pytest.fixture
def bus(sqlite_maker: Callable[[], str]) -> Iterator[BusUnderTest]:
    """A bus over SQLite."""
    made = BusUnderTest(sqlite_maker())
    yield made
    made.store.close()


def _signed(who: Participant, operation: str) -> bytes:
    return who.signed_call(f"{operation}Request", who.written(OPERATIONS[operation](who)))


@pytest.mark.parametrize(("operation", "version"), CALLS)
def test_a_call_without_a_signature(bus: BusUnderTest, operation: str, version: Version) -> None:
    who = bus.consumer.speaking(version)
    bare = building.call(f"{operation}Request", version, who.written(OPERATIONS[operation](who)), None)
    assert who.post(soap.envelope(bare)).body == UNSIGNED.soap(version)


@pytest.mark.parametrize(("operation", "version"), CALLS)
def test_a_call_by_a_stranger(bus: BusUnderTest, operation: str, version: Version) -> None:
    stranger = bus.participant(bus.pki.official, version)
    assert stranger.post(_signed(stranger, operation)).body == UNREGISTERED.soap(version)


@pytest.mark.parametrize(("operation", "version"), CALLS)
def test_a_call_with_an_element_too_many(bus: BusUnderTest, operation: str, version: Version) -> None:
    who = bus.consumer.speaking(version)
    signed = _signed(who, operation)
    end = f"</ns2:{operation}Request>".encode()
    reply = who.post(signed.replace(end, b"<ns2:Extra/>" + end))
    assert reply.body == MALFORMED.soap(version)


@pytest.mark.parametrize(("operation", "version"), CALLS)
def test_a_call_under_maintenance(bus: BusUnderTest, operation: str, version: Version) -> None:
    who = bus.consumer.speaking(version)
    bus.change_registry(maintenance=True)
    assert who.post(_signed(who, operation)).body == FAILURE.soap(version)
    bus.change_registry(maintenance=False)
    assert who.post(_signed(who, operation)).body != FAILURE.soap(version) or operation == "SendResponse"


def test_statistics_are_no_operation_of_1_3(bus: BusUnderTest) -> None:
    who = bus.consumer.speaking(Version.V1_3)
    reply = who.post(_signed(who, "GetIncomingQueueStatistics"))
    assert reply.body == FAILURE.soap(Version.V1_3)
