"""The client names recipients and hears what came of them, against the bus."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mezhved.bus.times import moment
from mezhved.registry import RoutingKind
from mezhved.smev3.client import HttpAnswer, InvalidCall, RecordDraft, Smev3Client, Standing, outcomes
from mezhved.smev3.messages import RecordRouting, Registry, RoutingInformation
from mezhved.smev3.signature import Place, UnsignableElement, find_signatures, verify
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from tests.support.routing import batch, record, register_batches, registry_of, taken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.exchange import BusUnderTest, Participant

ITEM = '<i:Item xmlns:i="urn://mezhved.example/test/item/1.0.0">{}</i:Item>'


class Wire:
    """Calls the bus without a network."""

    def __init__(self, under_test: BusUnderTest) -> None:
        self._under_test = under_test

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Give the call to the endpoint."""
        reply = self._under_test.http(body, url.partition("7500")[2], headers["Content-Type"])
        return HttpAnswer(reply.status, reply.content_type, reply.body)


@pytest.fixture
def client(under_test: BusUnderTest) -> Smev3Client:
    """The consumer's client, speaking 1.3."""
    return Smev3Client(
        "http://127.0.0.1:7500/smev/v1.3/ws",
        Version.V1_3,
        under_test.pki.consumer,
        provider=under_test.pki.provider,
        smev_certificates=[under_test.pki.smev.certificate],
        transport=Wire(under_test),
        clock=lambda: moment(under_test.clock.now),
    )


def test_records_are_signed_sent_and_their_outcome_is_read(
    under_test: BusUnderTest, client: Smev3Client, provider: Participant, bank: Participant
) -> None:
    register_batches(under_test, RoutingKind.REGISTRY, more=())
    official = under_test.pki.official
    drafts = [RecordDraft(ITEM.format(number).encode(), [official]) for number in range(1, 4)]
    routing = RoutingInformation(
        dynamic=("46000000",),
        records=(
            RecordRouting(1, use_general_routing=False, dynamic=("45000000",)),
            RecordRouting(2, use_general_routing=True),
            RecordRouting(3, use_general_routing=False, identifiers=("нет такой",)),
        ),
    )

    receipt = client.send_request(batch(client.signed_registry(drafts)), routing=routing)

    assert receipt.smev is not None
    assert receipt.smev.standing is Standing.GENUINE
    request = taken(provider)
    assert request is not None
    assert request.data.primary_content is not None
    root = parse(request.data.primary_content.octets)
    assert len(Registry.from_xml(root[0]).records) == 3
    results = [
        verify(holder, target, under_test.verifier, place) for place, holder, target in find_signatures(root)
    ]
    assert len(results) == 6
    assert all(each.valid for each in results)
    assert {each.place for each in results} == {Place.RECORD, Place.PERSONAL}
    assert taken(bank) is not None
    received = client.get_response()
    assert received is not None
    status = received.message.data.async_status
    assert status is not None
    assert status.routing_status is not None
    assert [each.text.en for each in outcomes(status.routing_status)] == [
        '"46000000": handed to the recipient',
        "record 1: handed to the recipient",
        'record 1, "45000000": handed to the recipient',
        "record 2: handed to the recipient",
        "record 3: no recipient was found",
        'record 3, "нет такой": no recipient was found',
    ]
    assert [each.success for each in outcomes(status.routing_status)].count(False) == 2


def test_records_inside_ready_business_data_are_signed(
    under_test: BusUnderTest, client: Smev3Client, provider: Participant
) -> None:
    register_batches(under_test, RoutingKind.REGISTRY, more=())
    made = [record(under_test, number) for number in range(1, 4)]
    plain = [replace(each, octets=None, record=replace(each.record, id=None)) for each in made[:2]]
    unsigned = batch(
        b"<!-- a -->"
        + registry_of(*plain, made[2]).replace(b"</ns5:RegistryRecord>", b"\n</ns5:RegistryRecord>\n")
    )

    content = client.sign_records(unsigned)
    client.send_request(content, routing=RoutingInformation(identifiers=("TPROV1",)))

    assert taken(provider) is not None
    assert client.get_response() is None
    root = parse(content)
    places = find_signatures(root)
    assert [place for place, _, _ in places] == [Place.RECORD] * 3
    assert all(verify(holder, target, under_test.verifier, place).valid for place, holder, target in places)
    assert [target.get("Id") for _, _, target in places if target is not None] == [
        "RECORD_1",
        "RECORD_2",
        "REC3",
    ]
    assert b"<!-- a -->" in content


@pytest.mark.parametrize("content", [batch(code="1"), batch(b"<d:Registry xmlns:d='urn:other'/>")])
def test_business_data_without_a_registry_have_nothing_to_sign(client: Smev3Client, content: bytes) -> None:
    with pytest.raises(UnsignableElement):
        client.sign_records(content)


def test_a_signed_record_is_not_signed_again(client: Smev3Client) -> None:
    signed = batch(client.signed_registry([RecordDraft(ITEM.format(1).encode())]))
    with pytest.raises(UnsignableElement):
        client.sign_records(signed)


@pytest.mark.parametrize(
    "routing",
    [
        RoutingInformation(dynamic=("1",) * 1001),
        RoutingInformation(identifiers=("1" * 501,)),
        RoutingInformation(records=(RecordRouting(1, use_general_routing=True, dynamic=("1" * 501,)),)),
        RoutingInformation(records=(RecordRouting(1, use_general_routing=True),) * 1001),
    ],
)
def test_more_than_the_schema_allows_is_not_sent(client: Smev3Client, routing: RoutingInformation) -> None:
    with pytest.raises(InvalidCall):
        client.prepare_request(batch(code="1"), routing=routing)


@pytest.mark.parametrize("count", [0, 1001])
def test_a_registry_has_up_to_a_thousand_records(client: Smev3Client, count: int) -> None:
    with pytest.raises(InvalidCall):
        client.signed_registry([RecordDraft(b"<i:I xmlns:i='urn:i'/>")] * count)


def test_a_record_has_up_to_ten_officials(under_test: BusUnderTest, client: Smev3Client) -> None:
    draft = RecordDraft(ITEM.format(1).encode(), [under_test.pki.official] * 11)
    with pytest.raises(InvalidCall):
        client.signed_registry([draft])
