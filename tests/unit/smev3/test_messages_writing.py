"""What is put on the wire: strictly by the schema, or as the real server writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mezhved.smev3 import messages as m
from mezhved.smev3 import schemas
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.messages import EnvelopeProblem, InvalidEnvelope, Profile, building
from mezhved.smev3.messages.values import status_in
from mezhved.smev3.versions import DS, XSI, Version
from mezhved.smev3.xml import parse
from tests.support.smev3_messages import read

ID = "c232ab00-9414-11ec-b3c8-9f6bdeced846"
OTHER = "ad1d4183-8b8c-11eb-9ae4-fa163e6269f4"
SENDER = m.Party("EMU", "Тестовый отправитель")
RECIPIENT = m.Party("TEST01", "Тестовый орган")
SENT = datetime(2021, 3, 23, 4, 3, 8, 999999, tzinfo=UTC)
DELIVERED = datetime(2021, 4, 1, 3, 36, 55, 191999, tzinfo=UTC)
DOCUMENT = Fragment(b'<d:Doc xmlns:d="urn:x-test">text</d:Doc>')
SIGNATURE = Fragment(f'<ds:Signature xmlns:ds="{DS}"/>'.encode())
KNOWN = schemas.EnvelopeSchemas()


def receipt(version: Version, profile: Profile) -> m.MessageMetadata:
    return m.receipt(
        version, profile, message_id=ID, message_type="REQUEST", sender=SENDER, recipient=RECIPIENT, sent=SENT
    )


def delivery(version: Version, profile: Profile) -> m.MessageMetadata:
    return m.delivery(
        version,
        profile,
        message_id=ID,
        message_type="RESPONSE",
        sender=m.Party("smev"),
        recipient=RECIPIENT,
        sent=SENT,
        delivered=DELIVERED,
    )


def inside(octets: bytes) -> str:
    """Give what stands between the outermost tags."""
    return octets.decode().partition(">")[2].rpartition("<")[0]


def problems(version: Version, octets: bytes) -> tuple[str, ...]:
    return KNOWN.errors(version, parse(octets))


def test_a_receipt_of_1_1_is_as_the_real_server_writes_it() -> None:
    octets = receipt(Version.V1_1, Profile.REAL).to_xml(Version.V1_1, Profile.REAL)
    assert inside(octets) == (
        f"<ns2:MessageId>{ID}</ns2:MessageId><ns2:MessageType>REQUEST</ns2:MessageType>"
        "<ns2:Sender><ns2:Mnemonic>EMU</ns2:Mnemonic>"
        "<ns2:HumanReadableName>Тестовый отправитель</ns2:HumanReadableName></ns2:Sender>"
        "<ns2:SendingTimestamp>2021-03-23T07:03:08.000+03:00</ns2:SendingTimestamp>"
        "<ns2:DestinationName>unknown</ns2:DestinationName>"
        "<ns2:Recipient><ns2:Mnemonic>TEST01</ns2:Mnemonic>"
        "<ns2:HumanReadableName>Тестовый орган</ns2:HumanReadableName></ns2:Recipient>"
        "<ns2:SupplementaryData>"
        "<ns2:DetectedContentTypeName>not detected</ns2:DetectedContentTypeName>"
        "<ns2:InteractionType>NotDetected</ns2:InteractionType></ns2:SupplementaryData>"
        "<ns2:Status>requestIsQueued</ns2:Status>"
    )
    assert b' Id="SIGNED_BY_SMEV">' in octets


def test_a_receipt_of_1_2_names_parties_by_mnemonic_only() -> None:
    octets = receipt(Version.V1_2, Profile.REAL).to_xml(Version.V1_2, Profile.REAL)
    assert inside(octets) == (
        f"<ns2:MessageId>{ID}</ns2:MessageId><ns2:MessageType>REQUEST</ns2:MessageType>"
        "<ns2:Sender><ns2:Mnemonic>EMU</ns2:Mnemonic></ns2:Sender>"
        "<ns2:SendingTimestamp>2021-03-23T07:03:08.000+03:00</ns2:SendingTimestamp>"
        "<ns2:Recipient><ns2:Mnemonic>TEST01</ns2:Mnemonic></ns2:Recipient>"
        "<ns2:Status>requestIsQueued</ns2:Status>"
    )


def test_delivered_metadata_has_milliseconds_and_the_versions_status() -> None:
    octets = delivery(Version.V1_2, Profile.REAL).to_xml(Version.V1_2, Profile.REAL)
    assert inside(octets) == (
        f"<ns2:MessageId>{ID}</ns2:MessageId><ns2:MessageType>RESPONSE</ns2:MessageType>"
        "<ns2:Sender><ns2:Mnemonic>smev</ns2:Mnemonic></ns2:Sender>"
        "<ns2:SendingTimestamp>2021-03-23T07:03:08.000+03:00</ns2:SendingTimestamp>"
        "<ns2:Recipient><ns2:Mnemonic>TEST01</ns2:Mnemonic></ns2:Recipient>"
        "<ns2:DeliveryTimestamp>2021-04-01T06:36:55.191+03:00</ns2:DeliveryTimestamp>"
        "<ns2:Status>messageIsDelivered</ns2:Status>"
    )
    assert delivery(Version.V1_1, Profile.REAL).status == "responseIsDelivered"


@pytest.mark.parametrize("version", Version, ids=str)
def test_strict_metadata_is_valid_however_little_is_known(version: Version) -> None:
    least = m.MessageMetadata(ID, "REQUEST", "2021-03-23T07:03:08Z", status="messageIsDelivered")
    for metadata in (receipt(version, Profile.STRICT), delivery(version, Profile.STRICT), least):
        octets = metadata.to_xml(version)
        assert problems(version, octets) == ()


def test_strict_1_2_needs_the_identifier() -> None:
    metadata = m.MessageMetadata(None, "REQUEST", "2021-03-23T07:03:08Z")
    with pytest.raises(InvalidEnvelope, match="MessageId"):
        metadata.to_xml(Version.V1_2)
    assert b"MessageId" not in metadata.to_xml(Version.V1_2, Profile.REAL)


def test_a_response_to_a_request_without_codes_leaves_them_out_as_the_real_server_does() -> None:
    data = m.SenderProvidedResponseData(OTHER, "to", DOCUMENT)
    response = m.Response(data, delivery(Version.V1_2, Profile.REAL), ID)
    real = response.to_xml(Version.V1_2, Profile.REAL)
    assert b"OriginalTransactionCode" not in real
    assert b"ReferenceMessageID" not in real
    strict = m.GetResponseResponse(response).to_xml(Version.V1_2)
    assert problems(Version.V1_2, strict) == ()
    back = read(strict, m.parse_operation).response
    assert (back.original_transaction_code, back.reference_message_id) == ("", ID)
    with pytest.raises(InvalidEnvelope, match="OriginalMessageId"):
        replace(response, original_message_id=None).to_xml(Version.V1_2)


def test_strict_1_2_requests_refer_to_themselves() -> None:
    request = m.SendRequestRequest(m.SenderProvidedRequestData(ID, DOCUMENT))
    assert problems(Version.V1_2, request.to_xml(Version.V1_2)) == ()
    assert problems(Version.V1_2, request.to_xml(Version.V1_2, Profile.REAL)) != ()
    assert read(request.to_xml(Version.V1_2), m.parse_operation).data.reference_message_id == ID


@pytest.mark.parametrize("version", Version, ids=str)
def test_an_empty_queue_declares_three_namespaces(version: Version) -> None:
    declared = f'xmlns="{version.basic}" xmlns:ns2="{version.types}" xmlns:ns3="{version.faults}"'
    expected = f"<ns2:GetResponseResponse {declared}/>".encode()
    assert m.GetResponseResponse().to_xml(version) == expected
    assert building.empty("GetResponseResponse", version) == expected


@pytest.mark.parametrize("version", Version, ids=str)
def test_there_is_nothing_between_elements(version: Version) -> None:
    data = m.SenderProvidedRequestData(
        ID, DOCUMENT, attachment_headers=(m.AttachmentHeader("a", "text/xml", b"1"),)
    )
    octets = m.SendRequestRequest(data, (m.AttachmentContent("a", b"1"),), SIGNATURE).to_xml(version)
    assert all(not (node.tail or "").strip() and node.tail is None for node in parse(octets).iter())


def test_a_system_response_names_the_type_of_its_fault() -> None:
    detail = m.FaultDetail("ValidationError", "cvc-complex-type.2.4.b: ...", -1)
    fault = m.SmevFault("fed0:P:FED0_ASYNC_CORE2:TR:ASYNC:BSV:3", "SMEV-403:…", "InvalidContent", (detail,))
    octets = fault.to_xml(Version.V1_2, Profile.REAL)
    assert f'xmlns:xsi="{XSI}" xsi:type="ns3:InvalidContent"'.encode() in octets
    assert b'<ns3:ValidationError errorPosition="-1">' in octets
    assert m.SmevFault.from_xml(parse(octets)) == fault
    plain = m.SmevFault("c", "SMEV-504:…")
    assert b"xsi" not in plain.to_xml(Version.V1_2, Profile.REAL)


def test_a_fault_is_read_whatever_its_type_is_called() -> None:
    basic, types = Version.V1_1.basic, Version.V1_1.types
    octets = (
        f'<t:SmevFault xmlns:t="{types}" xmlns="{basic}" xmlns:xsi="{XSI}" xsi:type="SmevFault">'
        "<Code>c</Code><Description>d</Description></t:SmevFault>"
    )
    assert m.SmevFault.from_xml(parse(octets.encode())) == m.SmevFault("c", "d")
    foreign = octets.replace('xsi:type="SmevFault"', 'xsi:type="undeclared:X"')
    assert m.SmevFault.from_xml(parse(foreign.encode())).fault_type == "X"


def test_strictly_a_fault_without_what_its_type_demands_has_no_type() -> None:
    status = m.AsyncProcessingStatus(
        ID, "responseIsRejectedBySmev", "x" * 1357, m.SmevFault("y" * 101, "d", "InvalidContent")
    )
    for version in Version:
        octets = m.GetStatusResponse(m.AsyncProcessingStatusData(status)).to_xml(version)
        assert problems(version, octets) == ()
    assert b'xsi:type="ns3:InvalidContent"' in status.to_xml(Version.V1_3, Profile.REAL)
    assert b"x" * 1357 in status.to_xml(Version.V1_3, Profile.REAL)


def test_statuses_are_told_in_the_words_of_the_version() -> None:
    for version in Version:
        schema = schemas.document(version, f"smev-message-exchange-basic-{version.value}.xsd").decode()
        for status in m.InteractionStatus:
            assert f'<xs:enumeration value="{status_in(status, version)}"/>' in schema
    assert status_in("somethingNew", Version.V1_1) == "somethingNew"


def test_1_3_has_no_cancellation() -> None:
    cancel = m.Cancel(ID, OTHER, delivery(Version.V1_2, Profile.STRICT))
    with pytest.raises(InvalidEnvelope) as caught:
        cancel.to_xml(Version.V1_3)
    assert caught.value.problem is EnvelopeProblem.UNEXPECTED


def test_a_broadcast_has_an_empty_return_address() -> None:
    data = m.SenderProvidedRequestData(ID, DOCUMENT)
    request = m.Request(data, delivery(Version.V1_1, Profile.REAL))
    assert b"<ns2:ReplyTo></ns2:ReplyTo>" in request.to_xml(Version.V1_1, Profile.REAL)
    assert b"<ns2:ReplyTo></ns2:ReplyTo>" in request.to_xml(Version.V1_3, Profile.REAL)


@pytest.mark.parametrize("text", ["\x00", "\x1f", "\ufffe", "\ud800"])
def test_what_xml_has_no_place_for_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"U\+[0-9A-F]{4}"):
        m.RequestRejected("NO_DATA", text).to_xml(Version.V1_1)
    with pytest.raises(ValueError, match=r"U\+[0-9A-F]{4}"):
        m.AckTargetMessage(ID, id=text).to_xml(Version.V1_1)


def test_texts_cannot_break_out_of_their_element() -> None:
    rejected = m.RequestRejected("NO_DATA", "</ns2:RejectionReasonDescription><x>&amp;]]>\r\n\t\"'")
    assert m.RequestRejected.from_xml(parse(rejected.to_xml(Version.V1_2))) == rejected
    target = m.AckTargetMessage(ID, id='A" accepted="false\n<&>\'')
    assert m.AckTargetMessage.from_xml(parse(target.to_xml(Version.V1_2))) == target


def test_an_acknowledgement_needs_its_id() -> None:
    with pytest.raises(InvalidEnvelope, match="Id"):
        m.AckTargetMessage(ID).to_xml(Version.V1_2)


def test_a_file_store_password_is_not_shown() -> None:
    assert "secret" not in repr(m.FSAttachment(ID, "user", "secret", "/file.zip"))


def test_half_a_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="both"):
        m.MessageTypeSelector("2021-03-23T07:03:08Z", namespace_uri="urn:x")
    with pytest.raises(ValueError, match="pair"):
        m.CaseInfo(kind=m.ServiceOrFunction.SERVICE)


def test_the_case_and_the_end_system_are_told() -> None:
    case = m.CaseInfo("77-1", m.ServiceOrFunction.FUNCTION, "0000000001")
    process = (case.fragment(), m.frgu_fragment("0000<1>"))
    data = m.SenderProvidedRequestData(ID, DOCUMENT, business_process=process)
    back = read(m.SendRequestRequest(data).to_xml(Version.V1_1), m.parse_operation).data.business_process
    assert m.CaseInfo.from_xml(parse(back[0].octets)) == case
    assert m.frgu_of(back) == "0000<1>"
    assert m.frgu_of(()) is None
