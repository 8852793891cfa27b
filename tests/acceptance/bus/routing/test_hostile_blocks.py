"""Routing blocks that are not what the sender signed for this message, or more than the schema allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from mezhved.gost.issuing import Term
from mezhved.smev3.faults import SignatureCode
from mezhved.smev3.versions import DS, Version
from tests.support.pki import PARTICIPANT_NAMES
from tests.support.routing import batch, block, register_batches, send_routed, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.smev3.faults import Fault
    from tests.support.databases import Database
    from tests.support.exchange import BusUnderTest, Participant

NS = f"{{{Version.V1_3.routing}}}"


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """All of this is judged before any database is asked."""
    return sqlite_database


@pytest.fixture(autouse=True)
def _registered(under_test: BusUnderTest) -> None:
    register_batches(under_test)


def refused(
    under_test: BusUnderTest,
    sender: Participant,
    provider: Participant,
    spoil: Callable[[etree._Element], None],
    **fields: Any,
) -> Fault:
    """Send a message with a block that was spoilt after signing; nobody may get it."""
    data = sender.request_data(batch(code="1"), **fields)
    after = block(under_test, data.message_id, dynamic=("45000000",))
    envelope = etree.fromstring(sender.request_envelope(data, after=after))
    spoil(next(envelope.iter(f"{NS}Routing")))
    reply = sender.post(etree.tostring(envelope))
    assert taken(provider) is None
    return reply.fault


def test_a_block_of_another_message_is_refused(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    first, second = (sender.request_data(batch(code="1")) for _ in range(2))
    foreign = block(under_test, first.message_id, dynamic=("45000000",))

    fault = sender.post(sender.request_envelope(second, after=foreign)).fault

    assert fault.number == 403
    assert taken(provider) is None


def test_a_block_that_another_participant_signed_is_refused(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    data = sender.request_data(batch(code="1"))
    foreign = block(under_test, data.message_id, dynamic=("45000000",), signer=under_test.pki.participants[2])

    fault = sender.post(sender.request_envelope(data, after=foreign)).fault

    assert fault.signature_code is SignatureCode.INVALID
    assert taken(provider) is None


def test_a_block_that_nobody_registered_signed_is_refused(
    under_test: BusUnderTest, sender: Participant, provider: Participant
) -> None:
    data = sender.request_data(batch(code="1"))
    foreign = block(under_test, data.message_id, dynamic=("45000000",), signer=under_test.pki.official)

    fault = sender.post(sender.request_envelope(data, after=foreign)).fault

    assert fault.number == 503
    assert taken(provider) is None


@pytest.mark.parametrize("state", ["valid", "expired", "revoked"])
def test_another_certificate_of_the_sender_may_sign_the_block_while_it_is_good(
    under_test: BusUnderTest, sender: Participant, provider: Participant, state: str
) -> None:
    pki = under_test.pki
    term = Term(pki.now - timedelta(days=3), pki.now + timedelta(days=-1 if state == "expired" else 1))
    second = pki.ca.end_entity(PARTICIPANT_NAMES[0], term=term)
    crls = (pki.root.crl(), pki.ca.crl(second.certificate) if state == "revoked" else pki.ca.crl())
    snapshot = under_test.snapshot
    binding = snapshot.certificates[pki.consumer.certificate.thumbprint]
    under_test.change_registry(
        certificates=dict(snapshot.certificates) | {second.certificate.thumbprint: binding},
        trust=replace(snapshot.trust, crls=crls),
    )
    data = sender.request_data(batch(code="1"))
    after = block(under_test, data.message_id, dynamic=("45000000",), signer=second)

    reply = sender.post(sender.request_envelope(data, after=after))

    assert (taken(provider) is not None) is (state == "valid")
    if state != "valid":
        assert reply.fault.number == 100


def no_signature(routing: etree._Element) -> None:
    """Take the signature out of its holder."""
    holder = routing.find(f"{NS}RoutingSignature")
    assert holder is not None
    del holder[:]


def no_holder(routing: etree._Element) -> None:
    """Take the holder out."""
    del routing[1]


def other_value(routing: etree._Element) -> None:
    """Name another recipient."""
    value = next(routing.iter(f"{NS}DynamicValue"))
    value.text = "46000000"


def one_more_value(routing: etree._Element) -> None:
    """Name one more recipient."""
    holder = next(routing.iter(f"{NS}DynamicRouting"))
    etree.SubElement(holder, f"{NS}DynamicValue").text = "46000000"


def no_id(routing: etree._Element) -> None:
    """Leave nothing for the Reference to name."""
    del routing[0].attrib["Id"]


def another_id(routing: etree._Element) -> None:
    """Let the Reference name something else: the sender's signed data."""
    routing[0].set("Id", "SIGNED_BY_CONSUMER")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (no_signature, SignatureCode.NO_SIGNATURE),
        (no_holder, SignatureCode.NO_SIGNATURE),
        (other_value, SignatureCode.INVALID),
        (one_more_value, SignatureCode.INVALID),
        (no_id, SignatureCode.INCORRECT_TARGET),
        (another_id, SignatureCode.INCORRECT_TARGET),
    ],
)
def test_a_block_that_was_changed_is_refused(
    under_test: BusUnderTest,
    sender: Participant,
    provider: Participant,
    spoil: Callable[[etree._Element], None],
    code: SignatureCode,
) -> None:
    assert refused(under_test, sender, provider, spoil).signature_code is code


def beside(routing: etree._Element) -> None:
    """Put a second information, the one that is read, before the signed one."""
    false = etree.fromstring(etree.tostring(routing[0]))
    next(false.iter(f"{NS}DynamicValue")).text = "46000000"
    routing.insert(0, false)


def inside_the_signature(routing: etree._Element) -> None:
    """Hide the signed information in an Object of the signature."""
    signed = routing[0]
    false = etree.fromstring(etree.tostring(signed))
    next(false.iter(f"{NS}DynamicValue")).text = "46000000"
    routing[0] = false
    etree.SubElement(routing[1][0], f"{{{DS}}}Object").append(signed)


def inside_the_other(routing: etree._Element) -> None:
    """Hide the signed information inside a false one."""
    signed = routing[0]
    false = etree.fromstring(etree.tostring(signed))
    routing[0] = false
    false.append(signed)


def twice(routing: etree._Element) -> None:
    """Put a second block beside the first."""
    routing.addnext(etree.fromstring(etree.tostring(routing)))


def before_the_signature(routing: etree._Element) -> None:
    """Put the block where the schema has none."""
    parent = routing.getparent()
    assert parent is not None
    parent.insert(0, routing)


def two_signatures(routing: etree._Element) -> None:
    """Put a second signature into the holder."""
    routing[1].append(etree.fromstring(etree.tostring(routing[1][0])))


@pytest.mark.parametrize(
    "wrap",
    [beside, inside_the_signature, inside_the_other, twice, before_the_signature, two_signatures],
)
def test_a_wrapped_block_is_refused(
    under_test: BusUnderTest,
    sender: Participant,
    provider: Participant,
    wrap: Callable[[etree._Element], None],
) -> None:
    assert refused(under_test, sender, provider, wrap).number in {100, 403}


@pytest.mark.parametrize(
    "values",
    [tuple(f"{n}" for n in range(1001)), ("1" * 501,), ("45000000", "Ю" * 501)],
)
@pytest.mark.parametrize("kind", ["dynamic", "identifiers"])
def test_more_than_the_schema_allows_is_refused(
    under_test: BusUnderTest, sender: Participant, provider: Participant, kind: str, values: tuple[str, ...]
) -> None:
    fields: dict[str, Any] = {kind: values}

    assert send_routed(sender, **fields).fault.number == 403

    assert taken(provider) is None


def test_empty_and_blank_values_find_nobody(under_test: BusUnderTest, sender: Participant) -> None:
    send_routed(sender, dynamic=("", " \n"), identifiers=("",))

    status = sender.get_response().operation.response.data.async_status
    assert {each.code for each in (*status.routing_status.dynamic, *status.routing_status.identifiers)} == {
        "recipientNotFound"
    }


@pytest.mark.parametrize("version", [Version.V1_1, Version.V1_2])
def test_older_versions_know_no_block(
    under_test: BusUnderTest, sender: Participant, provider: Participant, version: Version
) -> None:
    old = sender.speaking(version)
    data = old.request_data(batch(code="1"))
    after = block(under_test, data.message_id, dynamic=("45000000",))

    fault = old.post(old.request_envelope(data, after=after)).fault

    assert fault.number == 403
    assert taken(provider) is None
