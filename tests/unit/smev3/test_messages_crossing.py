"""A message crosses versions: sent in one, delivered in another."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from mezhved.smev3 import messages as m
from mezhved.smev3 import schemas
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.messages import Profile
from mezhved.smev3.versions import DS, Version
from mezhved.smev3.xml import parse
from tests.support import smev3_messages as strategies
from tests.support.examples import examples

PAIRS = list(permutations(Version, 2))
KNOWN = schemas.EnvelopeSchemas()
FEW = examples(20, suppress_health_check=list(HealthCheck))
ID = "c232ab00-9414-11ec-b3c8-9f6bdeced846"
DOCUMENT = Fragment(
    '<Doc xmlns="urn:x-test"><a  b = "1" />\r\n<!-- note --><![CDATA[<]]>Ж&#x416;</Doc>'.encode()
)
SIGNATURE = Fragment(
    f'<ds:Signature xmlns:ds="{DS}"><ds:SignatureValue>AA\nAA</ds:SignatureValue></ds:Signature>'.encode()
)


@pytest.mark.parametrize(("sent", "delivered"), PAIRS, ids=str)
@given(data=st.data())
@FEW
def test_any_request_is_valid_in_the_other_version(
    sent: Version, delivered: Version, data: st.DataObject
) -> None:
    operation = data.draw(strategies.operations(sent)["SendRequestRequest"])
    came = strategies.read(operation.to_xml(sent), m.parse_operation)
    octets = m.converted(came.data_octets.octets, delivered)
    assert KNOWN.errors(delivered, parse(octets)) == ()
    back = strategies.read(octets, m.SenderProvidedRequestData.from_xml)
    assert strategies.plain(back.primary_content) == strategies.plain(operation.data.primary_content)
    assert strategies.plain(back.personal_signature) == strategies.plain(operation.data.personal_signature)
    assert back.message_id == operation.data.message_id


@pytest.mark.parametrize(("sent", "delivered"), PAIRS, ids=str)
@given(data=st.data())
@FEW
def test_any_response_is_read_in_the_other_version(
    sent: Version, delivered: Version, data: st.DataObject
) -> None:
    operation = data.draw(strategies.operations(sent)["SendResponseRequest"])
    came = strategies.read(operation.to_xml(sent), m.parse_operation)
    octets = m.converted(came.data_octets.octets, delivered)
    back = strategies.read(octets, m.SenderProvidedResponseData.from_xml)
    assert back.kind is operation.data.kind
    assert strategies.plain(back.primary_content) == strategies.plain(operation.data.primary_content)
    said = {one.code for one in operation.data.rejections}
    if delivered is not Version.V1_2 or "FAILURE" not in said:
        assert KNOWN.errors(delivered, parse(octets)) == ()


def test_business_data_and_personal_signature_cross_octet_by_octet() -> None:
    data = m.SenderProvidedRequestData(ID, DOCUMENT, personal_signature=SIGNATURE)
    came = strategies.read(m.SendRequestRequest(data).to_xml(Version.V1_1), m.parse_operation)
    octets = m.converted(came.data_octets.octets, Version.V1_3)
    for fragment in (DOCUMENT, SIGNATURE):
        assert fragment.octets.partition(b">")[2] in octets
    assert Version.V1_3.types.encode() in octets


def test_in_the_same_version_nothing_changes() -> None:
    octets = m.SenderProvidedRequestData(ID, DOCUMENT).to_xml(Version.V1_1)
    strange = octets.replace(b"<ns2:MessageID>", b"<ns2:MessageID  ><!-- note -->")
    assert m.converted(strange, Version.V1_1) is strange


def test_the_signature_of_the_sender_stays_with_its_version_only() -> None:
    data = m.SenderProvidedRequestData(ID, DOCUMENT)
    request: Any = strategies.read(
        m.SendRequestRequest(data, (), SIGNATURE).to_xml(Version.V1_1), m.parse_operation
    )
    assert b"CallerInformationSystemSignature" in request.to_xml(Version.V1_1)
    assert b"CallerInformationSystemSignature" not in request.to_xml(Version.V1_2)
    metadata = m.MessageMetadata(ID, "REQUEST", "2021-03-23T07:03:08Z", m.Party("A"))
    delivered = m.Request(
        request.data, metadata, "to", (), request.caller_signature, "A", request.data_octets, request.version
    )
    assert b"SenderInformationSystemSignature" in delivered.to_xml(Version.V1_1)
    assert b"SenderInformationSystemSignature" not in delivered.to_xml(Version.V1_3)
    assert request.data_octets.octets in delivered.to_xml(Version.V1_1)


def test_what_a_version_does_not_know_is_left_out() -> None:
    header = m.AttachmentHeader("a", "text/xml", b"1", "urn:x", (m.ArchivedFile("f", "urn:y"),))
    reference = m.RefAttachmentHeader(
        "u", "h", "text/xml", None, "file", "urn:x", (m.ArchivedFile("f", "urn:y"),)
    )
    data = m.SenderProvidedRequestData(
        ID, DOCUMENT, attachment_headers=(header,), ref_attachment_headers=(reference,)
    )
    late = data.to_xml(Version.V1_3, Profile.REAL)
    early = data.to_xml(Version.V1_1, Profile.REAL)
    for name in (b"Archive", b"NamespaceUri", b"FileName"):
        assert name in late
        assert name not in early


def test_other_elements_do_not_cross() -> None:
    octets = m.AckTargetMessage(ID, id="A").to_xml(Version.V1_1)
    with pytest.raises(m.InvalidEnvelope):
        m.converted(octets, Version.V1_2)
    with pytest.raises(m.InvalidEnvelope):
        m.converted(b"<x/>", Version.V1_2)
