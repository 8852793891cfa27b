"""Recipients named by the sender in the Routing block of 1.3, seen through the endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from mezhved.bus.processing import process_all
from mezhved.registry import RoutingKind, System
from mezhved.smev3 import schemas
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.messages import InteractionStatus, ValueStatus
from mezhved.smev3.signature import Place
from mezhved.smev3.versions import Version
from tests.support.exchange import PROVIDER, BusUnderTest
from tests.support.routing import (
    BATCH,
    BATCH_TYPE,
    CODES,
    OGRN,
    batch,
    done,
    register_batches,
    send_routed,
    taken,
    told,
)

if TYPE_CHECKING:
    from tests.support.databases import Database
    from tests.support.exchange import Participant


@pytest.mark.parametrize("value", ["45000000", "  45000000\n", "TPROV1"])
def test_a_dynamic_value_is_a_registered_code_or_a_mnemonic(
    under_test: BusUnderTest, sender: Participant, provider: Participant, bank: Participant, value: str
) -> None:
    register_batches(under_test)

    receipt = send_routed(sender, dynamic=(value,)).operation

    assert receipt.metadata.recipient.mnemonic == "TPROV1"
    assert taken(provider) is not None
    assert taken(bank) is None
    assert sender.get_response().operation.response is None


@pytest.mark.parametrize("value", ["TPROV1", OGRN[PROVIDER], "45000000"])
def test_an_identifier_is_a_mnemonic_an_ogrn_or_a_registered_code(
    under_test: BusUnderTest, sender: Participant, provider: Participant, bank: Participant, value: str
) -> None:
    register_batches(under_test, RoutingKind.IDENTIFIER)

    assert send_routed(sender, identifiers=(value,)).status == 200

    assert taken(provider) is not None
    assert taken(bank) is None


def test_every_recipient_gets_the_message_and_may_answer(
    under_test: BusUnderTest, sender: Participant, provider: Participant, bank: Participant
) -> None:
    register_batches(under_test)
    receipt = send_routed(sender, dynamic=("45000000",), identifiers=("TOTHR1",)).operation
    assert receipt.metadata.recipient is None

    for each, said in ((provider, "от поставщика"), (bank, "от банка")):
        reply = each.get_request()
        request = reply.operation.request
        assert request.data.message_id == receipt.metadata.message_id
        assert reply.signatures(under_test.verifier)[Place.SMEV].valid
        assert reply.signatures(under_test.verifier)[Place.SENDER].valid
        assert each.send_response(request.reply_to, done(said)).status == 200
        assert each.ack(request.data.message_id).status == 200

    answers = [sender.get_response().operation.response for _ in range(2)]
    assert {each.original_message_id for each in answers} == {receipt.metadata.message_id}
    assert {each.metadata.sender.mnemonic for each in answers} == {"TPROV1", "TOTHR1"}


def test_what_one_value_or_several_name_is_delivered_once(
    under_test: BusUnderTest, sender: Participant, provider: Participant, bank: Participant
) -> None:
    register_batches(under_test)

    send_routed(sender, dynamic=("47000000", "45000000", "45000000", "TPROV1"))

    for each in (provider, bank):
        assert taken(each) is not None
        assert taken(each) is None


def test_the_sender_is_told_of_each_value_when_one_leads_nowhere(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    register_batches(under_test)
    receipt = send_routed(sender, dynamic=("45000000", "99"), identifiers=("TPROV1", "нет такой")).operation

    reply = sender.get_response()
    status = reply.operation.response.data.async_status

    assert all(each.valid for each in reply.signatures(under_test.verifier).values())
    assert status.original_message_id == receipt.metadata.message_id
    assert status.status_category == InteractionStatus.REQUEST_IS_ACCEPTED_BY_SMEV
    assert status.fault is None
    assert status.routing_status is not None
    assert status.routing_status.dynamic == (
        ValueStatus("45000000", "success"),
        ValueStatus("99", "recipientNotFound"),
    )
    assert status.routing_status.identifiers == (
        ValueStatus("TPROV1", "success"),
        ValueStatus("нет такой", "recipientNotFound"),
    )
    assert taken(provider) is not None


def test_a_message_to_nobody_is_refused_with_the_outcome_of_each_value(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    register_batches(under_test)
    assert send_routed(sender, dynamic=("1",), identifiers=("2",), node_id="N1").status == 200

    assert sender.get_response().operation.response is None
    response = sender.get_response(node_id="N1").operation.response
    status = response.data.async_status

    assert status.status_category == InteractionStatus.REQUEST_IS_REJECTED_BY_SMEV
    assert status.fault.description.startswith("SMEV-502:")
    assert status.routing_status.dynamic == (ValueStatus("1", "recipientNotFound"),)
    assert status.routing_status.identifiers == (ValueStatus("2", "recipientNotFound"),)
    assert taken(provider) is None


@pytest.mark.parametrize(
    ("routing", "accepted"),
    [
        (RoutingKind.DYNAMIC, ("success", "recipientNotFound")),
        (RoutingKind.IDENTIFIER, ("recipientNotFound", "success")),
        (RoutingKind.REGISTRY, ("success", "success")),
        (RoutingKind.FIXED, ("recipientNotFound", "recipientNotFound")),
    ],
)
def test_a_kind_that_the_type_does_not_accept_finds_nobody(
    under_test: BusUnderTest, sender: Participant, routing: RoutingKind, accepted: tuple[str, str]
) -> None:
    register_batches(under_test, routing, more=())

    send_routed(sender, dynamic=("45000000", "нет"), identifiers=("TPROV1",))

    status = told(sender).routing_status
    assert (status.dynamic[0].code, status.identifiers[0].code) == accepted


def test_a_type_of_one_provider_needs_no_block_and_may_have_one(
    under_test: BusUnderTest, sender: Participant, provider: Participant, bank: Participant
) -> None:
    register_batches(under_test, RoutingKind.FIXED, more={RoutingKind.DYNAMIC})

    assert sender.send_request(batch(code="1")).status == 200
    assert send_routed(sender, dynamic=("46000000",)).status == 200
    assert send_routed(sender).status == 200

    assert [taken(provider) is not None for _ in range(3)] == [True, True, False]
    assert taken(bank) is not None


@pytest.mark.parametrize("version", Version)
def test_without_a_block_such_a_type_has_no_recipient(
    under_test: BusUnderTest, sender: Participant, version: Version
) -> None:
    register_batches(under_test)

    fault = sender.speaking(version).send_request(batch(code="45000000")).fault

    assert fault.kind is FaultKind.RECIPIENT_IS_NOT_FOUND
    assert fault.text == (
        f"Невозможно определить получателя для сообщения. Полное имя корневого элемента: {{{BATCH}}}Batch"
    )
    assert fault.description == "SMEV-502:Не найден получатель по виду сведений"


def test_the_recipients_may_speak_older_versions(
    under_test: BusUnderTest, sender: Participant, provider: Participant, bank: Participant
) -> None:
    register_batches(under_test)
    send_routed(sender, dynamic=("47000000",))

    for each, version in ((provider, Version.V1_1), (bank, Version.V1_2)):
        request = taken(each.speaking(version))
        assert request is not None
        assert request.reply_to


def test_a_thousand_values_of_500_characters_pass(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    long = "Я" * 500
    register_batches(under_test, codes={**CODES, long: (PROVIDER,)})

    assert send_routed(sender, dynamic=(*(f"{n:0500}" for n in range(999)), long)).status == 200

    assert taken(provider) is not None
    status = told(sender).routing_status
    assert [each.code for each in status.dynamic].count("recipientNotFound") == 999
    assert status.dynamic[-1] == ValueStatus(long, "success")


def test_more_recipients_than_are_served_at_once_all_get_it(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    register_batches(under_test)
    systems = dict(under_test.snapshot.systems_by_id)
    crowd = {number: System(number, f"CROWD{number}", "Толпа", number, "test") for number in range(100, 160)}
    systems |= crowd
    under_test.change_registry(
        systems_by_id=systems,
        providers_by_code={(BATCH_TYPE, "all"): (*crowd.values(), systems[PROVIDER])},
    )

    receipt = send_routed(sender, dynamic=("all", "нет")).operation
    process_all(under_test.bus)

    message_id = UUID(receipt.metadata.message_id)
    for number in crowd:
        assert under_test.store.is_recipient(message_id, number)
    assert taken(provider) is not None
    assert [each.code for each in told(sender).routing_status.dynamic] == ["success", "recipientNotFound"]


def test_answers_by_the_schema_have_the_outcome_too(database: Database) -> None:
    bus = BusUnderTest(database.url, strict_xsd=True)
    register_batches(bus)
    sender = bus.participant(bus.pki.consumer, Version.V1_3)
    send_routed(sender, dynamic=("45000000", "\t<нет> & нет"), identifiers=("нет",))
    send_routed(sender, dynamic=("нет",))

    for _ in range(2):
        reply = sender.get_response()
        assert reply.message is not None
        assert schemas.EnvelopeSchemas().errors(Version.V1_3, reply.message.body) == ()
        sender.ack(reply.operation.response.data.message_id)
    bus.store.close()


def test_the_settings_may_have_every_outcome_told(database: Database) -> None:
    bus = BusUnderTest(database.url, routing_status_always=True)
    register_batches(bus)
    sender = bus.participant(bus.pki.consumer, Version.V1_3)

    send_routed(sender, dynamic=("45000000",))

    assert told(sender).routing_status.dynamic == (ValueStatus("45000000", "success"),)
    bus.store.close()
