"""What is forgiven when a message is read, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from lxml import etree

from mezhved.smev3 import messages as m
from mezhved.smev3 import schemas
from mezhved.smev3.messages import EnvelopeProblem, InvalidEnvelope
from mezhved.smev3.versions import DS, XSI, Version
from mezhved.smev3.xml import parse
from tests.support import smev3_messages as strategies
from tests.support.examples import examples
from tests.support.smev3_messages import read

ID = "c232ab00-9414-11ec-b3c8-9f6bdeced846"
DOCUMENT = '<d:Doc xmlns:d="urn:x-test">text</d:Doc>'
CONTENT = f"<b:MessagePrimaryContent>{DOCUMENT}</b:MessagePrimaryContent>"
SIGNATURE = f'<ds:Signature xmlns:ds="{DS}"><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>'


def names(version: Version = Version.V1_2) -> str:
    return f'xmlns:t="{version.types}" xmlns:b="{version.basic}" xmlns:f="{version.faults}" xmlns:xsi="{XSI}"'


def send_request(
    inner: str | None = None, *, version: Version = Version.V1_2, after: str = "", between: str = ""
) -> bytes:
    if inner is None:
        inner = f"<t:MessageID>{ID}</t:MessageID>{between}{CONTENT}"
    return (
        f"<t:SendRequestRequest {names(version)}>{between}"
        f'<t:SenderProvidedRequestData Id="A">{inner}</t:SenderProvidedRequestData>'
        f"{between}{after}</t:SendRequestRequest>"
    ).encode()


def send_response(inner: str, version: Version = Version.V1_2) -> bytes:
    head = f"<t:MessageID>{ID}</t:MessageID><t:To>to</t:To>"
    return (
        f"<t:SendResponseRequest {names(version)}><t:SenderProvidedResponseData>{head}{inner}"
        "</t:SenderProvidedResponseData></t:SendResponseRequest>"
    ).encode()


def operation(octets: bytes) -> Any:
    return read(octets, m.parse_operation)


def refused(octets: bytes) -> InvalidEnvelope:
    with pytest.raises(InvalidEnvelope) as caught:
        operation(octets)
    return caught.value


@pytest.mark.parametrize("version", Version, ids=str)
def test_a_request_of_identity_and_content_alone_is_read(version: Version) -> None:
    request = operation(send_request(version=version))
    assert isinstance(request, m.SendRequestRequest)
    assert request.version is version
    assert request.data.message_id == ID
    assert request.data.reference_message_id is None
    assert request.data.transaction_code is None
    assert request.caller_signature is None


def test_signed_parts_are_the_octets_that_came() -> None:
    after = f"<t:CallerInformationSystemSignature>\n{SIGNATURE}\n</t:CallerInformationSystemSignature>"
    octets = send_request(after=after)
    request = operation(octets)
    assert SIGNATURE.encode() in octets
    assert request.caller_signature.octets.endswith(SIGNATURE.encode()[15:])
    assert b'Id="A"' in request.data_octets.octets
    inside = octets.partition(b'Id="A"')[2].partition(b"</t:Send")[0]
    assert request.data_octets.octets.endswith(inside + b"</t:SenderProvidedRequestData>")
    assert parse(request.data_octets.octets).tag == f"{{{Version.V1_2.types}}}SenderProvidedRequestData"


def test_blanks_comments_and_instructions_between_elements_do_not_matter() -> None:
    request = operation(send_request(between=" \n\t<!-- a note --><?an instruction?>\r\n"))
    assert request.data.message_id == ID


def test_a_comment_inside_a_text_does_not_cut_it() -> None:
    # Canonicalisation drops comments, so the signature covers the whole text.
    inner = f"<t:MessageID>{ID[:20]}<!-- -->{ID[20:]}</t:MessageID>{CONTENT}"
    assert operation(send_request(inner)).data.message_id == ID


def test_an_identifier_is_kept_letter_by_letter() -> None:
    inner = f"<t:MessageID> UPPER </t:MessageID>{CONTENT}"
    assert operation(send_request(inner)).data.message_id == " UPPER "


def test_missing_identity_is_named_with_its_place() -> None:
    error = refused(send_request(CONTENT))
    assert error.problem is EnvelopeProblem.MISSING
    assert error.name == "MessageID"
    assert error.where == "SendRequestRequest/SenderProvidedRequestData"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<b:MessagePrimaryContent/>",
        "<b:MessagePrimaryContent> <!-- --> </b:MessagePrimaryContent>",
        f"<b:MessagePrimaryContent>{DOCUMENT}{DOCUMENT}</b:MessagePrimaryContent>",
    ],
)
def test_content_that_is_not_one_element_is_named_so(content: str) -> None:
    for octets in (send_request(f"<t:MessageID>{ID}</t:MessageID>{content}"), send_response(content)):
        error = refused(octets)
        assert error.problem is EnvelopeProblem.CONTENT
        assert error.name == "MessagePrimaryContent"


@pytest.mark.parametrize(
    "root",
    ["<Doc/>", "<b:Doc/>", f"text{DOCUMENT}", f"{DOCUMENT}text"],
    ids=["none", "basic", "text", "tail"],
)
def test_a_root_of_no_or_of_smevs_own_namespace_is_refused(root: str) -> None:
    inner = f"<t:MessageID>{ID}</t:MessageID><b:MessagePrimaryContent>{root}</b:MessagePrimaryContent>"
    assert refused(send_request(inner)).problem is EnvelopeProblem.UNEXPECTED


@pytest.mark.parametrize(
    "inner",
    [
        f"{CONTENT}<t:MessageID>{ID}</t:MessageID>",
        f"<t:MessageID>{ID}</t:MessageID><t:Unknown/>{CONTENT}",
        f"<t:MessageID>{ID}</t:MessageID><t:MessageID>{ID}</t:MessageID>{CONTENT}",
        f"<t:MessageID>{ID}</t:MessageID>text{CONTENT}",
        f"<t:MessageID>{ID}<t:x/></t:MessageID>{CONTENT}",
        f'<t:MessageID xmlns:t="{Version.V1_1.types}">{ID}</t:MessageID>{CONTENT}',
    ],
    ids=["order", "unknown", "twice", "text", "nested", "other version"],
)
def test_wrong_structure_is_refused(inner: str) -> None:
    assert refused(send_request(inner)).problem in {EnvelopeProblem.UNEXPECTED, EnvelopeProblem.MISSING}


def test_routing_is_read_in_1_3_only() -> None:
    routing = (
        '<r:Routing xmlns:r="{}"><r:RoutingInformation Id="R"><r:MessageID>1</r:MessageID>'
        "<r:DynamicRouting><r:DynamicValue>45000000</r:DynamicValue></r:DynamicRouting>"
        "</r:RoutingInformation><r:RoutingSignature>{}</r:RoutingSignature></r:Routing>"
    )
    late = operation(
        send_request(version=Version.V1_3, after=routing.format(Version.V1_3.routing, SIGNATURE))
    )
    assert late.routing.information.dynamic == ("45000000",)
    assert late.routing.signature is not None
    early = send_request(version=Version.V1_2, after=routing.format(Version.V1_3.routing, SIGNATURE))
    assert refused(early).problem is EnvelopeProblem.UNEXPECTED


@pytest.mark.parametrize(
    "eol", ["", "tomorrow", "2026-02-30T00:00:00", "2026-01-01", "2026-01-01T00:00:00+15:00"]
)
def test_an_end_of_life_that_is_no_time_is_refused(eol: str) -> None:
    inner = f"<t:MessageID>{ID}</t:MessageID><t:EOL>{eol}</t:EOL>{CONTENT}"
    error = refused(send_request(inner))
    assert error.problem is EnvelopeProblem.VALUE
    assert error.name == "EOL"


def test_a_signature_holder_without_signature_counts_as_unsigned() -> None:
    request = operation(send_request(after="<t:CallerInformationSystemSignature/>"))
    assert request.caller_signature is None


@pytest.mark.parametrize("content", [SIGNATURE + SIGNATURE, "<x xmlns='urn:x'/>"], ids=["two", "foreign"])
def test_a_signature_holder_holds_one_signature(content: str) -> None:
    after = f"<t:CallerInformationSystemSignature>{content}</t:CallerInformationSystemSignature>"
    assert refused(send_request(after=after)).problem is EnvelopeProblem.UNEXPECTED


def test_empty_lists_count_as_none() -> None:
    inner = (
        f"<t:MessageID>{ID}</t:MessageID>{CONTENT}"
        "<b:AttachmentHeaderList/><b:RefAttachmentHeaderList> </b:RefAttachmentHeaderList>"
    )
    request = operation(send_request(inner, after="<b:AttachmentContentList/>"))
    assert request.data.attachment_headers == request.data.ref_attachment_headers == request.attachments == ()


def test_an_attachment_may_have_any_id_and_wrapped_base64() -> None:
    after = (
        "<b:AttachmentContentList><b:AttachmentContent><b:Id>1d0a95.zip</b:Id>"
        "<b:Content>\nQUJD\r\n RA==\n</b:Content></b:AttachmentContent></b:AttachmentContentList>"
    )
    (attachment,) = operation(send_request(after=after)).attachments
    assert attachment == m.AttachmentContent("1d0a95.zip", b"ABCD")


def test_an_attachment_may_lie_in_a_mime_part() -> None:
    include = '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:a%2Fb@smev"/>'
    after = (
        f"<b:AttachmentContentList><b:AttachmentContent><b:Id>a</b:Id><b:Content>{include}</b:Content>"
        "</b:AttachmentContent></b:AttachmentContentList>"
    )
    (attachment,) = operation(send_request(after=after)).attachments
    assert attachment.part == "a/b@smev"
    assert attachment.resolved({"a/b@smev": b"octets"}) == m.AttachmentContent("a", b"octets")
    with pytest.raises(InvalidEnvelope, match="cid:a/b@smev"):
        attachment.resolved({})


@pytest.mark.parametrize("content", ["=", "A", "AAA", "русский", "<x xmlns='urn:x'/>"])
def test_an_attachment_that_is_not_base64_is_refused(content: str) -> None:
    after = (
        f"<b:AttachmentContentList><b:AttachmentContent><b:Id>a</b:Id><b:Content>{content}</b:Content>"
        "</b:AttachmentContent></b:AttachmentContentList>"
    )
    assert refused(send_request(after=after)).problem in {EnvelopeProblem.VALUE, EnvelopeProblem.UNEXPECTED}


def test_responses_of_every_kind_are_told_apart() -> None:
    rejected = (
        "<t:RequestRejected><t:RejectionReasonCode>NO_DATA</t:RejectionReasonCode>"
        "<t:RejectionReasonDescription>нет</t:RejectionReasonDescription></t:RequestRejected>"
    )
    status = (
        "<t:RequestStatus><t:StatusCode> 7 </t:StatusCode>"
        "<t:StatusDescription>идёт</t:StatusDescription></t:RequestStatus>"
    )
    async_status = (
        f"<t:AsyncProcessingStatus><t:OriginalMessageId>{ID}</t:OriginalMessageId>"
        "<t:StatusCategory>cancelled</t:StatusCategory></t:AsyncProcessingStatus>"
    )
    said = {
        CONTENT: m.ResponseKind.CONTENT,
        rejected: m.ResponseKind.REJECTED,
        status: m.ResponseKind.STATUS,
        async_status: m.ResponseKind.ASYNC_STATUS,
    }
    for inner, kind in said.items():
        assert operation(send_response(inner)).data.kind is kind


def test_a_response_says_one_thing() -> None:
    rejected = (
        "<t:RequestRejected><t:RejectionReasonCode>NO_DATA</t:RejectionReasonCode>"
        "<t:RejectionReasonDescription/></t:RequestRejected>"
    )
    content = CONTENT
    assert refused(send_response(content + rejected)).problem is EnvelopeProblem.UNEXPECTED
    assert refused(send_response(rejected + content)).problem is EnvelopeProblem.UNEXPECTED
    with pytest.raises(ValueError, match="one thing"):
        m.SenderProvidedResponseData(ID, "to")


def test_a_status_code_is_a_number() -> None:
    inner = "<t:RequestStatus><t:StatusCode>x</t:StatusCode><t:StatusDescription/></t:RequestStatus>"
    assert refused(send_response(inner)).problem is EnvelopeProblem.VALUE


@pytest.mark.parametrize(
    ("version", "attributes", "accepted"),
    [
        (Version.V1_1, 'Id="A" accepted="true"', True),
        (Version.V1_2, 'Id="A" accepted="0"', False),
        (Version.V1_3, 'Id="A"', None),
    ],
)
def test_acknowledgements_are_read(version: Version, attributes: str, accepted: bool | None) -> None:
    target = f"<b:AckTargetMessage {attributes}>{ID}</b:AckTargetMessage>"
    ack = operation(f"<t:AckRequest {names(version)}>{target}</t:AckRequest>".encode())
    assert ack.target == m.AckTargetMessage(ID, accepted, "A")


@pytest.mark.parametrize("attributes", ['Id="A"', 'accepted="true"', 'Id="A" accepted="yes"'])
def test_acknowledgements_without_their_attributes_are_refused(attributes: str) -> None:
    target = f"<b:AckTargetMessage {attributes}>{ID}</b:AckTargetMessage>"
    refused(f"<t:AckRequest {names()}>{target}</t:AckRequest>".encode())


def test_a_selector_names_a_whole_type_or_none() -> None:
    def poll(inner: str) -> bytes:
        selector = f"<b:MessageTypeSelector Id='S'>{inner}</b:MessageTypeSelector>"
        return f"<t:GetRequestRequest {names()}>{selector}</t:GetRequestRequest>".encode()

    time = "<b:Timestamp> 2026-05-04T12:00:00+03:00 </b:Timestamp>"
    both = "<b:NamespaceURI>urn:x</b:NamespaceURI><b:RootElementLocalName>R</b:RootElementLocalName>"
    selector = operation(poll(both + time + "<b:NodeID>n</b:NodeID>")).selector
    assert (selector.namespace_uri, selector.root_local_name, selector.node_id) == ("urn:x", "R", "n")
    assert selector.at.hour == 9
    assert operation(poll(time)).selector.namespace_uri is None
    assert refused(poll("<b:NamespaceURI>urn:x</b:NamespaceURI>" + time)).name == "RootElementLocalName"
    assert refused(poll(both)).name == "Timestamp"
    assert refused(poll("<b:Timestamp>now</b:Timestamp>")).problem is EnvelopeProblem.VALUE


@pytest.mark.parametrize("octets", [b"<x/>", b'<t:Unknown xmlns:t="%b"/>' % Version.V1_2.types.encode()])
def test_what_is_no_operation_is_named_so(octets: bytes) -> None:
    assert refused(octets).problem is EnvelopeProblem.UNKNOWN_OPERATION


def test_1_3_has_no_statistics() -> None:
    octets = f"<t:GetIncomingQueueStatisticsRequest {names(Version.V1_3)}/>".encode()
    assert refused(octets).problem is EnvelopeProblem.UNKNOWN_OPERATION


def test_errors_speak_both_languages() -> None:
    error = refused(send_request(f"<t:MessageID>{ID}</t:MessageID>"))
    assert "MessagePrimaryContent is absent" in error.what.en
    assert "отсутствует" in error.what.ru


@pytest.mark.parametrize("version", Version, ids=str)
@given(data=st.data())
@examples(150, suppress_health_check=list(HealthCheck))
def test_whatever_the_schema_accepts_is_read_and_nothing_else_is_raised(
    version: Version, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(strategies.operations(version))))
    root = etree.fromstring(data.draw(strategies.operations(version)[name]).to_xml(version))
    for _ in range(data.draw(st.integers(0, 3))):
        strategies.spoil(root, data.draw, version)
    octets = etree.tostring(root)
    valid = schemas.load(version).validate(etree.fromstring(octets))
    known = root.tag in {f"{{{version.types}}}{name}" for name in strategies.operations(version)}
    try:
        operation(octets)
    except InvalidEnvelope:
        assert not (valid and known)
