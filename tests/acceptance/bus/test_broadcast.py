"""Broadcasts («рассылки») as MR 3.3 section 2.3 has them, seen through the endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from mezhved.bus.processing import process_all
from mezhved.bus.storage import State
from mezhved.bus.sweeper import sweep
from mezhved.infotypes import SchemaSet
from mezhved.registry import Direction, InformationTypeInfo, Period, RoutingKind, System, TypeRoot
from mezhved.smev3 import messages
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.signature import Place
from mezhved.smev3.versions import Version
from tests.support.exchange import (
    CONSUMER,
    OTHER,
    PROVIDER,
    BusUnderTest,
    Participant,
    question,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


NEWS = "urn://mezhved.example/test/news/1.0.0"
NEWS_TYPE = 20
_XSD = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NEWS}"
 elementFormDefault="qualified"><xs:element name="News"><xs:complexType><xs:sequence>
 <xs:element name="Text" type="xs:string"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""


def news(text: str = "Новое в перечне") -> bytes:
    """Business data of a broadcast."""
    return f'<n:News xmlns:n="{NEWS}"><n:Text>{text}</n:Text></n:News>'.encode()


def subscribe(bus: BusUnderTest, *owners: int) -> None:
    """Register the broadcast type with these subscribers, the consumer having the right to send it."""
    snapshot = bus.snapshot
    kind = InformationTypeInfo(
        NEWS_TYPE, "VS00020", "Новости", CONSUMER, broadcast=True, routing=RoutingKind.FIXED
    )
    root = TypeRoot(kind, 200, "1", Direction.BROADCAST, NEWS, "News", Period())
    known = dict(snapshot.systems_by_id)
    for owner in owners:
        known.setdefault(owner, System(owner, f"SUBS{owner}", f"Подписчик {owner}", owner, "test"))
    bus.change_registry(
        systems_by_id=known,
        types_by_id={NEWS_TYPE: kind},
        roots=dict(snapshot.roots) | {(NEWS, "News"): root},
        rights=dict(snapshot.rights) | {(CONSUMER, NEWS_TYPE): (Period(),)},
        providers=dict(snapshot.providers) | {NEWS_TYPE: tuple(known[each] for each in owners)},
        schema_sets=dict(snapshot.schema_sets) | {200: SchemaSet({"news.xsd": _XSD.encode()})},
    )


@pytest.fixture
def bus(under_test: BusUnderTest) -> BusUnderTest:
    """A bus with a broadcast type and two subscribers."""
    subscribe(under_test, PROVIDER, OTHER)
    return under_test


@pytest.fixture
def small_bus(bus_with_small_queues: BusUnderTest) -> BusUnderTest:
    """The same with queues that hold two messages."""
    subscribe(bus_with_small_queues, PROVIDER, OTHER)
    return bus_with_small_queues


def other(bus: BusUnderTest, version: Version = Version.V1_1) -> Participant:
    """The second subscriber."""
    return bus.participant(bus.pki.participants[2], version)


def states(bus: BusUnderTest, message_id: str) -> dict[int, State]:
    return {each.owner: each.state for each in bus.store.recipients(UUID(message_id))}


def taken(participant: Participant) -> Any:
    return participant.get_request().operation.request


@pytest.mark.parametrize("version", list(Version))
def test_a_broadcast_reaches_every_subscriber_as_a_broadcast(bus: BusUnderTest, version: Version) -> None:
    receipt = bus.consumer.speaking(version).send_request(news("Всем")).operation.metadata
    assert (receipt.message_type, receipt.recipient) == (messages.MessageType.BROADCAST, None)

    for participant in (bus.provider.speaking(version), other(bus, version)):
        reply = participant.get_request()
        request = reply.operation.request
        assert request.metadata.message_type == messages.MessageType.BROADCAST
        assert request.metadata.message_id == receipt.message_id
        assert request.metadata.sender.mnemonic == "TCONS1"
        assert request.reply_to == ""
        assert b"ReplyTo></" in reply.body, "the element is there and empty"
        assert text_of(request.data.primary_content) == "Всем"
        assert {place: each.valid for place, each in reply.signatures(bus.verifier).items()} == {
            Place.SMEV: True,
            Place.SENDER: True,
        }
        assert participant.ack(receipt.message_id).status == 200
        assert taken(participant) is None
    assert states(bus, receipt.message_id) == {PROVIDER: State.DELIVERED, OTHER: State.DELIVERED}
    stored = bus.store.find(UUID(receipt.message_id))
    assert stored is not None
    assert stored.state is State.DELIVERED
    assert bus.store.check().right


def test_each_subscriber_gets_it_in_the_version_that_it_speaks(bus: BusUnderTest) -> None:
    bus.consumer.speaking(Version.V1_2).send_request(news("Через версии"))

    for participant, version in (
        (bus.provider.speaking(Version.V1_3), Version.V1_3),
        (other(bus), Version.V1_1),
    ):
        request = taken(participant)
        assert (request.version, request.metadata.message_type) == (version, "BROADCAST")
        assert (request.reply_to, request.sender_signature) == ("", None)
        assert text_of(request.data.primary_content) == "Через версии"


def test_a_broadcast_is_found_by_its_type_in_the_filter(bus: BusUnderTest) -> None:
    bus.consumer.send_request(question())
    sent = bus.consumer.send_request(news()).operation.metadata.message_id

    found = bus.provider.get_request(namespace_uri=NEWS, root_local_name="News").operation.request

    assert found.metadata.message_id == sent


def test_an_unacknowledged_broadcast_returns_to_its_subscriber_alone(bus: BusUnderTest) -> None:
    sent = bus.consumer.send_request(news()).operation.metadata.message_id
    assert taken(bus.provider) is not None
    assert taken(other(bus)) is not None
    other(bus).ack(sent)
    bus.clock.advance(minutes=15)

    assert taken(bus.provider).metadata.message_id == sent
    assert taken(other(bus)) is None


@pytest.mark.parametrize("version", list(Version))
def test_a_broadcast_is_not_answered(bus: BusUnderTest, version: Version) -> None:
    bus.consumer.speaking(version).send_request(news())
    request = taken(bus.provider.speaking(version))

    by_empty_address = bus.provider.speaking(version).send_response(request.reply_to)
    assert by_empty_address.fault.kind is FaultKind.SMEV_FAILURE

    forged = messages.ReplyTo(CONSUMER, request.metadata.message_id, mnemonic="TCONS1").encode()
    by_forged_address = bus.provider.speaking(version).send_response(forged)
    assert by_forged_address.fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND

    stored = bus.store.find(UUID(request.metadata.message_id))
    assert stored is not None
    by_its_own_address = bus.provider.speaking(version).send_response(stored.reply_to)
    assert by_its_own_address.fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND

    with_its_root = bus.provider.speaking(version).send_response(request.reply_to, news())
    assert with_its_root.fault.kind is FaultKind.BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED
    assert "BROADCAST" in with_its_root.fault.text
    refused = bus.provider.speaking(version).send_response(
        stored.reply_to, rejections=(messages.RequestRejected("NO_DATA", "Нет"),)
    )
    assert refused.fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND
    assert bus.consumer.speaking(version).get_response().operation.response is None


def test_who_has_no_right_may_not_broadcast(bus: BusUnderTest) -> None:
    sent = other(bus).send_request(news()).operation.metadata.message_id

    told = other(bus).get_response().operation.response
    assert told.data.async_status.fault.description.startswith("SMEV-504")
    assert told.data.async_status.original_message_id == sent
    assert taken(bus.provider) is None
    assert bus.store.check().right


def test_a_broadcast_whose_data_are_wrong_is_refused_once(bus: BusUnderTest) -> None:
    bus.consumer.send_request(f'<n:News xmlns:n="{NEWS}"/>'.encode())

    told = bus.consumer.get_response().operation.response
    assert told.data.async_status.fault.description.startswith("SMEV-403")
    assert bus.consumer.get_response().operation.response is None
    assert taken(bus.provider) is None
    assert taken(other(bus)) is None


def test_a_broadcast_without_subscribers_has_no_recipient(under_test: BusUnderTest) -> None:
    subscribe(under_test)

    refused = under_test.consumer.send_request(news())

    assert refused.fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND


def test_one_subscriber_is_enough_for_a_broadcast(under_test: BusUnderTest) -> None:
    subscribe(under_test, PROVIDER)
    sent = under_test.consumer.send_request(news()).operation.metadata
    assert (sent.message_type, sent.recipient) == ("BROADCAST", None)
    assert taken(under_test.provider).metadata.message_type == "BROADCAST"


def test_a_full_subscriber_holds_nobody_else_and_the_sender_is_not_told(small_bus: BusUnderTest) -> None:
    for _ in range(2):
        small_bus.consumer.send_request(question())
    sent = small_bus.consumer.send_request(news()).operation.metadata.message_id

    assert taken(other(small_bus)).metadata.message_id == sent
    assert states(small_bus, sent) == {PROVIDER: State.REFUSED, OTHER: State.QUEUED}
    assert small_bus.consumer.get_response().operation.response is None
    assert small_bus.store.check().right


def test_a_broadcast_that_no_queue_has_room_for_is_refused_as_a_whole(small_bus: BusUnderTest) -> None:
    for _ in range(2):
        small_bus.consumer.send_request(news())
    sent = small_bus.consumer.send_request(news()).operation.metadata.message_id

    told = small_bus.consumer.get_response().operation.response.data.async_status
    assert (told.original_message_id, told.fault.fault_type) == (sent, "DestinationOverflow")
    assert states(small_bus, sent) == {}
    assert small_bus.store.check().right


def test_a_broadcast_ends_for_each_and_its_sender_is_told_once(bus: BusUnderTest) -> None:
    sent = bus.consumer.send_request(news(), eol="2026-11-20T15:10:00+03:00").operation.metadata.message_id
    assert taken(bus.provider) is not None
    bus.provider.ack(sent)
    bus.clock.advance(minutes=10)

    assert taken(other(bus)) is None, "ended on the way"
    assert sweep(bus.bus) == 0
    assert states(bus, sent) == {PROVIDER: State.DELIVERED, OTHER: State.EXPIRED}
    told = bus.consumer.get_response().operation.response.data.async_status
    assert (told.original_message_id, told.status_category) == (sent, "cancelled")
    assert bus.consumer.get_response().operation.response is None
    assert bus.store.check().right


def test_a_broadcast_goes_to_many_in_the_background(under_test: BusUnderTest) -> None:
    subscribe(under_test, PROVIDER, OTHER, *range(100, 1300))
    sent = under_test.consumer.send_request(news()).operation.metadata
    assert sent.status == "requestIsQueued"
    assert taken(under_test.provider) is None
    assert under_test.bus.arrivals.is_set()

    assert process_all(under_test.bus) == 1

    assert taken(under_test.provider).metadata.message_id == sent.message_id
    assert len(states(under_test, sent.message_id)) == 1202
    assert set(states(under_test, sent.message_id).values()) == {State.QUEUED}
    assert under_test.store.check().right
    assert (
        under_test.consumer.send_request(news(), message_id=sent.message_id).fault.kind
        is FaultKind.MESSAGE_IS_ALREADY_SENT
    )


def test_a_large_broadcast_past_its_end_before_the_fan_out_is_cancelled(under_test: BusUnderTest) -> None:
    subscribe(under_test, *range(100, 200))
    eol = "2026-11-20T15:10:00+03:00"
    sent = under_test.consumer.send_request(news(), eol=eol).operation.metadata.message_id
    under_test.clock.advance(minutes=10)

    process_all(under_test.bus)

    told = under_test.consumer.get_response().operation.response.data.async_status
    assert (told.original_message_id, told.status_category) == (sent, "cancelled")
    stored = under_test.store.find(UUID(sent))
    assert stored is not None
    assert stored.state is State.EXPIRED
    assert under_test.store.check().right


def test_who_unsubscribes_gets_what_was_sent_before_and_nothing_later(bus: BusUnderTest) -> None:
    first = bus.consumer.send_request(news()).operation.metadata.message_id
    subscribe(bus, PROVIDER)
    bus.consumer.send_request(news())

    assert taken(other(bus)).metadata.message_id == first
    other(bus).ack(first)
    assert taken(other(bus)) is None
    assert len(list(_all(bus.provider))) == 2


def _all(participant: Participant) -> Iterator[str]:
    while (request := taken(participant)) is not None:
        yield request.metadata.message_id
