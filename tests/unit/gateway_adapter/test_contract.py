"""The adapter's contract: our documents are the official ones, and what we write keeps to them."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mezhved.gateway.adapter import documents
from mezhved.gateway.adapter.faults import SystemFault, ValidationFault
from mezhved.gateway.adapter.json_form import normalised, written
from mezhved.gateway.adapter.model import (
    ArchivedFile,
    AttachmentHeader,
    Content,
    ErrorPart,
    Fault,
    Found,
    LinkedGroup,
    NewGroup,
    RecordRoute,
    Reject,
    RequestPart,
    ResponsePart,
    Route,
    SmevMetadata,
    Status,
)
from mezhved.gateway.adapter.reading import client_message
from mezhved.gateway.adapter.shapes import CLIENT_MESSAGE, MESSAGES, REQUEST, RESPONSE, TYPES
from mezhved.gateway.adapter.soap import write_fault
from mezhved.gateway.adapter.writing import found_tree, request_tree, response_tree
from mezhved.gateway.adapter.xml_form import read_element, write_document, write_result, write_results
from mezhved.smev3.fragments import Source
from mezhved.smev3.xml import parse
from mezhved.texts import Text
from tests.interop.smev3.test_service_schemas import declared
from tests.support.adapter import load, official, official_schema, ours
from tests.support.xsd_model import model

if TYPE_CHECKING:
    from pathlib import Path

SAMPLES_OUT = (
    "310-68.request.xml",
    "310-71.response.xml",
    "313-19.response.xml",
    "ExecPay.response.xml",
    "PayDocAccept.response.xml",
    "PayDocInfo.response.xml",
)
PLAIN = (
    b'<p:Data xmlns:p="urn:example:plain"><child xmlns="">\xd1\x82\xd0\xb5\xd1\x81\xd1\x82</child></p:Data>'
)
UNQUALIFIED = b'<p:Data xmlns:p="urn:example:plain"><child/></p:Data>'
SIGNATURE = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyInfo/></ds:Signature>'


def test_the_schemas_are_the_official_ones_but_for_what_they_leave_free() -> None:
    theirs = model([official("smev-service-adapter-types.xsd"), official("smev-service-adapter-faults.xsd")])
    mine = model([documents.schema(name) or b"" for name in documents.SCHEMAS])
    assert mine.keys() == theirs.keys()
    assert len(theirs) == 82
    free = {name.rpartition("}")[2] for (kind, name), said in mine.items() if theirs[kind, name] != said}
    assert free == {"ClientMessage", "MessageQuery", "FindTypeCriteria"}


ASKED = (
    "<c:MessageQuery xmlns:c='%s'><c:itSystem>A</c:itSystem><c:nodeId>n</c:nodeId>"
    "<c:routerExtraQueue>q</c:routerExtraQueue><c:specificQuery><c:messageTypeCriteria>REQUEST"
    "</c:messageTypeCriteria></c:specificQuery></c:MessageQuery>"
)
SOUGHT = (
    "<c:FindMessageQuery xmlns:c='%s'><c:itSystem>A</c:itSystem><c:specificQuery><c:messagePeriodCriteria>"
    "<c:from>2026-01-01T00:00:00</c:from></c:messagePeriodCriteria></c:specificQuery></c:FindMessageQuery>"
)
QUEUED = (
    "<c:ClientMessage xmlns:c='%s'><c:itSystem>A</c:itSystem><c:replyToQueue>q</c:replyToQueue>"
    "<c:QueryMessage><c:clientId>1</c:clientId><c:queryType>REQUEST</c:queryType><c:queryFilter>urn:a"
    "</c:queryFilter><c:queryRootTag>A</c:queryRootTag></c:QueryMessage></c:ClientMessage>"
)


@pytest.mark.parametrize("said", [ASKED, SOUGHT, QUEUED])
def test_what_is_valid_by_the_official_schema_is_valid_by_ours(said: str, tmp_path: Path) -> None:
    ours(tmp_path)
    document = etree.fromstring(said % TYPES)
    official_schema().assertValid(document)
    etree.XMLSchema(etree.parse(tmp_path / "smev-service-adapter-types.xsd")).assertValid(document)


def test_the_description_declares_what_the_official_one_does(tmp_path: Path) -> None:
    theirs, mine = (
        declared(_undocumented(each))
        for each in (official("adapter.wsdl"), documents.wsdl("http://test.example/ws"))
    )
    for each in (theirs, mine):
        each["messages"] = sorted(each["messages"].items())
    assert mine == theirs
    service = load(str(ours(tmp_path))).service
    assert set(service._operations) == {"Send", "Get", "Find"}


def test_the_binding_has_the_name_that_the_adapter_itself_gives_it_too(tmp_path: Path) -> None:
    made = load(str(ours(tmp_path)))
    names = {f"{{{TYPES.removesuffix('/types')}}}SMEVServiceAdapter{each}" for each in BINDINGS}
    assert set(made.wsdl.bindings) == names
    for name in names:
        assert made.create_service(name, "http://test.example/ws")._operations.keys() == {
            "Send",
            "Get",
            "Find",
        }


BINDINGS = ("SoapBinding", "EndpointBinding")


def _undocumented(wsdl: bytes) -> bytes:
    root = etree.fromstring(wsdl, etree.XMLParser(remove_comments=True))
    for each in root.findall("{http://schemas.xmlsoap.org/wsdl/}binding")[1:]:
        root.remove(each)
    for each in list(root.iter("{http://schemas.xmlsoap.org/wsdl/}documentation")):
        each.getparent().remove(each)
    return etree.tostring(root)


def read(octets: bytes) -> Any:
    root = parse(octets)
    return client_message(read_element(root, Source(octets, root), CLIENT_MESSAGE))


@pytest.mark.parametrize("name", SAMPLES_OUT)
def test_official_samples_are_read_and_written_again(name: str) -> None:
    octets = official(f"samples/out/{name}")
    message = read(octets)
    assert message.system == "123456"
    primary = parse(message.part.content.primary)
    (there,) = parse(octets).iter(f"{{{TYPES}}}MessagePrimaryContent")
    (there,) = there
    canonical = [
        etree.tostring(each, method="c14n", exclusive=True, with_tail=False) for each in (primary, there)
    ]
    assert canonical[0] == canonical[1]
    tree = (
        request_tree(message.part) if isinstance(message.part, RequestPart) else response_tree(message.part)
    )
    name = "requestMessage" if isinstance(message.part, RequestPart) else "responseMessage"
    again = write_document(CLIENT_MESSAGE, {"itSystem": message.system, name: tree})
    official_schema().assertValid(etree.fromstring(again))
    assert _bare(read(again).part) == _bare(message.part)


text = st.text(alphabet=string.ascii_letters + "тестЁ <&>\"'", min_size=1, max_size=20).filter(str.strip)
some = st.none() | text
uuids = st.uuids().map(str)
moments = st.integers(0, 10**12).map(lambda ms: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))
values = st.lists(text, max_size=2).map(tuple)
headers = st.builds(
    AttachmentHeader,
    text,
    st.none() | uuids,
    some,
    st.none() | st.binary(min_size=1, max_size=9),
    st.sampled_from([None, "MTOM", "REFERENCE"]),
    st.none() | st.booleans(),
    st.lists(st.builds(ArchivedFile, text, text), max_size=2).map(tuple),
)
contents = st.builds(
    Content,
    st.sampled_from([PLAIN, UNQUALIFIED]),
    st.sampled_from([None, SIGNATURE]),
    st.lists(headers, max_size=2).map(tuple),
)
routes = st.builds(
    Route,
    values,
    values,
    st.lists(
        st.builds(RecordRoute, st.integers(-(2**31), 2**31 - 1), st.booleans(), values, values), max_size=2
    ).map(tuple),
)
requests = st.builds(
    RequestPart,
    client_id=text,
    content=contents,
    linked=st.none() | st.builds(LinkedGroup, some, some),
    node_id=some,
    eol=st.none() | moments,
    is_test=st.none() | st.booleans(),
    transaction_code=some,
    business_process=st.lists(st.just(PLAIN), max_size=2).map(tuple),
    route=st.none() | routes,
    original=some,
) | st.builds(RequestPart, client_id=text, content=contents, group=st.builds(NewGroup, text, some, some))
said = (
    st.fixed_dictionaries({"content": contents})
    | st.fixed_dictionaries(
        {
            "rejects": st.lists(
                st.builds(Reject, st.sampled_from(["NO_DATA", "FAILURE"]), text), min_size=1, max_size=3
            ).map(tuple)
        }
    )
    | st.fixed_dictionaries(
        {"status": st.builds(Status, text, text, st.lists(st.tuples(text, text), max_size=2).map(tuple))}
    )
)
responses = st.builds(
    lambda mine, theirs, to, what: ResponsePart(mine, theirs, to, **what), text, text, some, said
)
errors = st.builds(
    ErrorPart, text, text, st.builds(Fault, text, text), some, st.none() | moments, st.booleans()
)
metadata = st.builds(
    SmevMetadata,
    st.none() | uuids,
    st.none() | uuids,
    some,
    st.none() | uuids,
    some,
    some,
    some,
    st.none() | moments,
)
founds = st.builds(Found, metadata, requests | responses | errors, some)


@given(founds)
def test_whatever_is_handed_out_keeps_to_the_official_schema(found: Found) -> None:
    tree = found_tree(found)
    result = etree.fromstring(write_result(tree))
    official_schema().assertValid(result)
    official_schema().assertValid(etree.fromstring(write_results([tree, tree])))
    for data in result.iter(f"{{{TYPES}}}MessagePrimaryContent"):
        assert data[0].tag == "{urn:example:plain}Data"
        assert data[0][0].tag == "child", "what had no namespace has none within ours"


@given(requests | responses)
def test_what_a_client_says_is_the_same_in_xml_and_json(part: RequestPart | ResponsePart) -> None:
    if isinstance(part, RequestPart):
        name, shape, tree = "requestMessage", REQUEST, request_tree(part)
    else:
        name, shape, tree = "responseMessage", RESPONSE, response_tree(part)
    from_xml = read(write_document(CLIENT_MESSAGE, {"itSystem": "TEST01", name: tree}))
    assert _bare(from_xml.part) == _bare(part)
    for wrapped in (True, False):
        spoken = {"itSystem": "TEST01", name: written(tree, shape, wrapped=wrapped)}
        from_json: Any = client_message(normalised(spoken, CLIENT_MESSAGE))
        assert _bare(from_json.part) == _bare(part)


def _bare(part: RequestPart | ResponsePart) -> Any:
    """Leave out what writing into another document adds to foreign XML: declarations of namespaces."""
    tree = request_tree(part) if isinstance(part, RequestPart) else response_tree(part)
    content = next((each.get("content") for each in tree.values() if "content" in each), None)
    if content is not None:
        for key in ("messagePrimaryContent", "personalSignature"):
            if key in content:
                content[key] = _canonical(content[key])
    about = tree.get("requestMetadata", {})
    if "businessProcessMetadata" in about:
        about["businessProcessMetadata"] = [_canonical(each) for each in about["businessProcessMetadata"]]
    return tree


def _canonical(octets: bytes) -> bytes:
    return etree.tostring(etree.fromstring(octets), method="c14n", exclusive=True)


@pytest.mark.parametrize("name", ["310-71", "313-19", "ExecPay", "PayDocAccept", "PayDocInfo"])
def test_official_answers_have_the_names_that_ours_have(name: str) -> None:
    root = parse(official(f"samples/in/{name}.xml"))
    (message,) = root.iterchildren(f"{{{TYPES}}}Message")
    assert str(message.get("{http://www.w3.org/2001/XMLSchema-instance}type")) in MESSAGES
    known = {each.tag for each in MESSAGES["RequestMessageType"]}
    assert {each.tag for each in message.iterchildren("*")} <= known


CLIENT = f'<c:ClientMessage xmlns:c="{TYPES}"><c:itSystem>TEST01</c:itSystem>%s</c:ClientMessage>'
REQ = (
    "<c:RequestMessage><c:RequestMetadata>%s</c:RequestMetadata><c:RequestContent><c:content>"
    "<c:MessagePrimaryContent><a xmlns='urn:a'/></c:MessagePrimaryContent></c:content></c:RequestContent>"
    "</c:RequestMessage>"
)


@pytest.mark.parametrize(
    ("inner", "where"),
    [
        (REQ % "", "clientId"),
        (REQ % f"<c:clientId>{'x' * 51}</c:clientId>", "clientId"),
        (REQ % "<c:clientId>1</c:clientId><c:clientId>2</c:clientId>", "clientId"),
        (REQ % "<c:clientId>1</c:clientId><c:eol>tomorrow</c:eol>", "eol"),
        (REQ % "<c:clientId>1</c:clientId><c:testMessage>maybe</c:testMessage>", "testMessage"),
        ("<c:QueryMessage><c:clientId>1</c:clientId></c:QueryMessage>", "queryType"),
        (REQ % "<c:clientId>1</c:clientId>" + "<c:QueryMessage/>", "ClientMessage"),
        ("", "ClientMessage"),
    ],
)
def test_what_breaks_the_contract_is_told_at_its_place(inner: str, where: str) -> None:
    with pytest.raises(ValidationFault) as refusal:
        read((CLIENT % inner).encode())
    assert where in refusal.value.where


def test_unknown_elements_and_another_order_are_passed_over_as_the_official_adapter_does() -> None:
    said = "<testMessage>true</testMessage><c:testMessage>1</c:testMessage><c:new>x</c:new>"
    inner = REQ % f"{said}<c:clientId>7</c:clientId>"
    part = read((CLIENT % inner).encode()).part
    assert (part.client_id, part.is_test) == ("7", True)


@pytest.mark.parametrize("fault", [ValidationFault, SystemFault])
def test_faults_keep_to_their_schema(fault: type[ValidationFault | SystemFault]) -> None:
    envelope = etree.fromstring(write_fault(fault("X" * 60, Text(ru="плохо \x01 <&>", en="bad"))))
    (detail,) = envelope.iter("detail")
    schema = etree.XMLSchema(etree.fromstring(documents.schema("smev-service-adapter-faults.xsd") or b""))
    schema.assertValid(detail[0])
    assert etree.QName(detail[0]).localname == fault.__name__
    assert len(str(detail[0][0].text)) == 50


def test_a_moment_without_a_zone_is_moscow_s() -> None:
    part = read(
        (CLIENT % (REQ % "<c:clientId>1</c:clientId><c:eol>2026-05-04T12:00:00</c:eol>")).encode()
    ).part
    assert part.eol == datetime(2026, 5, 4, 9, tzinfo=UTC)
    assert part.eol.utcoffset() == timedelta()
