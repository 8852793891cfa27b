"""Signature wrapping: what is read is what was signed, or nothing is read.

The eight classic forms (Somorovsky et al., "On Breaking SAML", 2012) told in SMEV's terms: the forged data
stand where the schema wants them, the data really signed hide somewhere else.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from mezhved.smev3.versions import DS, SOAP11, Version
from tests.support.exchange import question

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.databases import Database
    from tests.support.exchange import BusUnderTest

TYPES = Version.V1_1.types
BASIC = Version.V1_1.basic


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """All of this is judged before any database is asked."""
    return sqlite_database


class Envelope:
    """A rightly signed SendRequest taken apart, with forged data beside."""

    def __init__(self, octets: bytes) -> None:
        self.root = etree.fromstring(octets)
        self.body = self.root[0]
        self.operation = self.body[0]
        self.signed = self.operation[0]
        self.holder = self.operation[1]
        self.signature = self.holder[0]
        self.forged = copy.deepcopy(self.signed)
        text = self.forged.find(".//{*}Text")
        assert text is not None
        text.text = "Подложный вопрос"

    def put_forged(self, identifier: str | None) -> None:
        """Put the forged data where the schema wants the signed."""
        self.operation.replace(self.signed, self.forged)
        if identifier is None:
            del self.forged.attrib["Id"]
        else:
            self.forged.set("Id", identifier)

    def header(self) -> etree._Element:
        """A SOAP header to hide things in."""
        header = etree.Element(f"{{{SOAP11}}}Header")
        self.root.insert(0, header)
        return header

    def octets(self) -> bytes:
        return etree.tostring(self.root)


def _signed_id(envelope: Envelope) -> str:
    return str(envelope.signed.get("Id"))


def _into_object(envelope: Envelope) -> None:
    holder = etree.SubElement(envelope.signature, f"{{{DS}}}Object")
    holder.append(envelope.signed)


def form_1(envelope: Envelope) -> None:
    """Forged data with another Id; the signed ones inside the signature."""
    envelope.put_forged("FORGED")
    _into_object(envelope)


def form_2(envelope: Envelope) -> None:
    """Forged data with another Id; the signed ones as a following sibling."""
    envelope.put_forged("FORGED")
    envelope.operation.append(envelope.signed)


def form_3(envelope: Envelope) -> None:
    """Forged data with the same Id; the signed ones before them in the document."""
    identifier = _signed_id(envelope)
    envelope.put_forged(identifier)
    envelope.header().append(envelope.signed)


def form_4(envelope: Envelope) -> None:
    """Forged data with another Id around the signed ones."""
    envelope.put_forged("FORGED")
    content = envelope.forged.find(f"{{{BASIC}}}MessagePrimaryContent")
    assert content is not None
    content[0].append(envelope.signed)


def form_5(envelope: Envelope) -> None:
    """Forged data with the same Id; the signed ones after them."""
    identifier = _signed_id(envelope)
    envelope.put_forged(identifier)
    etree.SubElement(envelope.root, "{urn:x}Wrapper").append(envelope.signed)


def form_6(envelope: Envelope) -> None:
    """Forged data with the same Id; the signed ones inside the signature."""
    identifier = _signed_id(envelope)
    envelope.put_forged(identifier)
    _into_object(envelope)


def form_7(envelope: Envelope) -> None:
    """Forged data with the same Id; the signed ones among their free extensions."""
    identifier = _signed_id(envelope)
    envelope.put_forged(identifier)
    extensions = etree.SubElement(envelope.forged, f"{{{TYPES}}}BusinessProcessMetadata")
    etree.SubElement(extensions, "{urn:x}Wrapper").append(envelope.signed)


def form_8(envelope: Envelope) -> None:
    """Forged data without an Id; the signed ones and their signature in a Body of their own."""
    original = copy.deepcopy(envelope.body)
    envelope.put_forged(None)
    envelope.root.append(original)


FORMS = (form_1, form_2, form_3, form_4, form_5, form_6, form_7, form_8)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_wrapped_data_never_reach_a_queue(under_test: BusUnderTest, form: Callable[[Envelope], None]) -> None:
    consumer = under_test.consumer
    envelope = Envelope(consumer.request_envelope(consumer.request_data(question("Подписанный вопрос"))))
    form(envelope)
    reply = consumer.post(envelope.octets())
    assert reply.status == 500
    assert reply.fault.kind is not None
    assert under_test.provider.get_request().operation.request is None
    assert under_test.store.check().right


def test_the_untouched_envelope_is_accepted(under_test: BusUnderTest) -> None:
    consumer = under_test.consumer
    envelope = Envelope(consumer.request_envelope(consumer.request_data()))
    assert consumer.post(envelope.octets()).status == 200


def test_a_duplicate_id_elsewhere_changes_nothing(under_test: BusUnderTest) -> None:
    consumer = under_test.consumer
    content = question("Вопрос").replace(b"<q:Question ", b'<q:Question Id="SIGNED_BY_CONSUMER" ')
    assert consumer.send_request(content).status == 200
    taken = under_test.provider.get_request()
    assert all(result.valid for result in taken.signatures(under_test.verifier).values())


def test_an_id_that_collides_with_smevs_own_changes_nothing(under_test: BusUnderTest) -> None:
    consumer = under_test.consumer
    assert consumer.send_request(id="SIGNED_BY_SMEV").status == 200
    taken = under_test.provider.get_request()
    results = taken.signatures(under_test.verifier)
    assert len(results) == 2
    assert all(result.valid for result in results.values())


@pytest.mark.parametrize("copies", [2, 3])
def test_several_signatures_in_one_place_are_refused(under_test: BusUnderTest, copies: int) -> None:
    consumer = under_test.consumer
    envelope = Envelope(consumer.request_envelope(consumer.request_data()))
    for _ in range(copies - 1):
        envelope.holder.append(copy.deepcopy(envelope.signature))
    assert consumer.post(envelope.octets()).status == 500
    assert under_test.provider.get_request().operation.request is None


def test_two_signature_holders_are_refused(under_test: BusUnderTest) -> None:
    consumer = under_test.consumer
    envelope = Envelope(consumer.request_envelope(consumer.request_data()))
    envelope.operation.append(copy.deepcopy(envelope.holder))
    assert consumer.post(envelope.octets()).status == 500
    assert under_test.provider.get_request().operation.request is None
