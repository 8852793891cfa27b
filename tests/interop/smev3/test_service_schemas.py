"""The push service and the transaction-code service are described as the official documents do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import zeep
from lxml import etree
from zeep.transports import Transport

from mezhved.smev3 import push, transactions
from mezhved.smev3.messages import business_process
from mezhved.smev3.push.messages import fault, response
from mezhved.smev3.versions import SOAP11
from tests.support.smev3_reference import beside
from tests.support.xsd_model import model

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
SCHEMA = "{http://www.w3.org/2001/XMLSchema}schema"


def official(name: str) -> bytes:
    path = beside("smev3") / name
    if not path.is_file():
        pytest.skip("the official documents are not here: MEZHVED_REFERENCE names no folder with them")
    return path.read_bytes()


def inside(wsdl: bytes) -> list[bytes]:
    """Give the schemas that a WSDL holds."""
    return [etree.tostring(each) for each in etree.fromstring(wsdl).iter(SCHEMA)]


def declared(wsdl: bytes) -> dict[str, Any]:
    """Give what a WSDL tells a client, names resolved and blanks of a typesetter taken away."""
    root = etree.fromstring(wsdl)
    (binding,) = root.findall(f"{WSDL}binding")
    (service,) = root.findall(f"{WSDL}service")
    (port,) = service.findall(f"{WSDL}port")
    return {
        "target": root.get("targetNamespace"),
        "messages": {
            message.get("name"): [(part.get("name"), clark(part, "element")) for part in message]
            for message in root.findall(f"{WSDL}message")
        },
        "port types": {
            port_type.get("name"): [
                (operation.get("name"), each.tag, each.get("name"), clark(each, "message"))
                for operation in port_type
                for each in operation
            ]
            for port_type in root.findall(f"{WSDL}portType")
        },
        "binding": (binding.get("name"), clark(binding, "type"), dict(binding.find(f"{SOAP}binding").attrib)),
        "actions": [each.get("soapAction").strip() for each in root.iter(f"{SOAP}operation")],
        "uses": [
            (each.tag, sorted(each.attrib.items())) for each in root.iter(f"{SOAP}body", f"{SOAP}fault")
        ],
        "service": (service.get("name"), port.get("name"), clark(port, "binding")),
    }


def clark(node: etree._Element, attribute: str) -> str:
    prefix, _, local = str(node.get(attribute)).rpartition(":")
    return f"{{{node.nsmap[prefix or None]}}}{local}"


def test_the_schema_of_notices_is_the_official_one() -> None:
    theirs = model([official("push/PushNotificationSchema.xsd")])
    assert model([push.schema()]) == theirs
    assert len(theirs) == 9


def test_the_types_of_the_transaction_code_service_are_the_official_ones() -> None:
    theirs = model(inside(official("transaction-marker/MarkerService.wsdl")))
    assert model(inside(transactions.wsdl("http://test.example/"))) == theirs
    assert len(theirs) == 7


def test_the_schema_of_a_requests_case_is_the_official_one() -> None:
    theirs = model([official("supplementary/smev-business-process-metadata-1.0.xsd")])
    assert model([business_process.schema()]) == theirs
    assert len(theirs) == 8


def test_what_is_said_of_a_case_keeps_to_its_schema() -> None:
    schema = etree.XMLSchema(etree.fromstring(business_process.schema()))
    longest = business_process.CaseInfo("№" * 100, "FUNCTION", "7" * 50)
    for case in (longest, business_process.CaseInfo(), business_process.CaseInfo(kind="SERVICE", code="1")):
        element = etree.fromstring(case.fragment().octets)
        schema.assertValid(element)
        assert business_process.CaseInfo.from_xml(element) == case
    schema.assertValid(etree.fromstring(business_process.frgu_fragment("7" * 50).octets))
    too_long = [business_process.CaseInfo("1" * 101), business_process.CaseInfo(None, "SERVICE", "1" * 51)]
    for wrong in (*too_long, business_process.CaseInfo(None, "OTHER", "1")):
        with pytest.raises(ValueError, match=r"100|SERVICE"):
            wrong.fragment()
    with pytest.raises(ValueError, match="50"):
        business_process.frgu_fragment("7" * 51)


@pytest.mark.parametrize(
    ("before", "after"),
    [(b' form="qualified"', b""), (b' nillable="true"', b""), (b'value="500"', b'value="5"')],
)
def test_the_comparison_sees_what_differs(before: bytes, after: bytes) -> None:
    assert model([push.schema().replace(before, after)]) != model([push.schema()])


@pytest.mark.parametrize(
    ("ours", "name"),
    [
        (push.wsdl("http://test.example/"), "push/PushNotificationService.wsdl"),
        (transactions.wsdl("http://test.example/"), "transaction-marker/MarkerService.wsdl"),
    ],
    ids=["push", "transactions"],
)
def test_the_descriptions_declare_what_the_official_ones_do(ours: bytes, name: str) -> None:
    theirs = declared(official(name))
    mine = declared(ours)
    assert {**mine, "messages": sorted(mine["messages"].items())} == {
        **theirs,
        "messages": sorted(theirs["messages"].items()),
    }


@pytest.fixture
def loaded(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[zeep.Client]:
    (tmp_path / push.SCHEMA_NAME).write_bytes(push.schema())
    path = tmp_path / "service.wsdl"
    path.write_bytes(request.param)
    transport = Transport()
    yield zeep.Client(str(path), transport=transport)
    transport.session.close()


def written(client: zeep.Client, name: str, **values: Any) -> etree._Element:
    envelope = client.create_message(client.service, name, **values)
    (body,) = etree.fromstring(etree.tostring(envelope)).find(f"{{{SOAP11}}}Body")
    return body


@pytest.mark.parametrize("loaded", [push.wsdl("http://test.example/")], indirect=True)
def test_a_soap_library_and_we_write_the_same_notice(loaded: zeep.Client) -> None:
    at = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    queues = [
        {"QueueName": "TEST01.REQUESTS", "QueueSize": 3},
        {"QueueName": "TEST01.STATUS", "QueueSize": 1},
    ]
    body = written(
        loaded, "PushNotification", PushNotification={"InformationTimestamp": at, "QueueInformation": queues}
    )
    notice = push.PushNotification.from_xml(body)
    assert notice == push.PushNotification(
        at, (push.QueueInformation("TEST01.REQUESTS", 3), push.QueueInformation("TEST01.STATUS", 1))
    )
    schema = etree.XMLSchema(etree.fromstring(push.schema()))
    for mine in (notice.to_xml(), response("взято")):
        schema.assertValid(etree.fromstring(mine))
    (detail,) = etree.fromstring(fault("не взято")).find("detail")
    schema.assertValid(etree.fromstring(etree.tostring(detail)))


@pytest.mark.parametrize("loaded", [transactions.wsdl("http://test.example/")], indirect=True)
def test_a_soap_library_asks_for_a_code_as_we_do(loaded: zeep.Client) -> None:
    given = {"FRGUInteractionPartisipantCode": "7700000001", "FRGUServiceCode": "7700000000000000001"}
    body = written(loaded, "generateMark", FRGUInformation=given)
    information = transactions.read_generate_mark(body)
    assert information == transactions.FrguInformation("7700000001", "7700000000000000001")
    mine = etree.fromstring(transactions.write_generate_mark(information))
    assert etree.tostring(mine, method="c14n", exclusive=True).split(b">", 1)[1] == (
        etree.tostring(body, method="c14n", exclusive=True).split(b">", 1)[1].replace(b"ns0:", b"svc:")
    )
    answer = transactions.write_marker(transactions.Marker("u", "c"))
    parsed = loaded.service._binding.get("generateMark").process_reply(
        etree.fromstring(
            b'<s:Envelope xmlns:s="%s"><s:Body>%s</s:Body></s:Envelope>' % (SOAP11.encode(), answer)
        )
    )
    assert (parsed.TransactionUUID, parsed.TransactionCode) == ("u", "c")
