"""Our WSDL loads in a public SOAP library and declares what the official one does."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import zeep
from lxml import etree
from zeep.transports import Transport

from mezhved.smev3 import messages as m
from mezhved.smev3 import schemas
from mezhved.smev3.versions import DS, SOAP11, Version
from tests.support.smev3_reference import reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
ID = "c232ab00-9414-11ec-b3c8-9f6bdeced846"
TIME = "2026-05-04T12:00:00+03:00"


class Server(ThreadingHTTPServer):
    """Serves the WSDL and the XSD beside it, as the bus does."""

    daemon_threads = True

    def base(self, version: Version) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/smev/v{version.value}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        _, _, place, name = self.path.split("/", 3)
        version = Version(place.removeprefix("v"))
        if name == "ws?wsdl":
            octets = schemas.wsdl(version, f"{self.server.base(version)}/ws")
        else:
            octets = schemas.document(version, name)
        self.send_response(200)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def client(server: Server, request: pytest.FixtureRequest) -> Iterator[tuple[Version, zeep.Client]]:
    transport = Transport()
    loaded = zeep.Client(f"{server.base(request.param)}/ws?wsdl", transport=transport)
    yield request.param, loaded
    transport.session.close()


def arguments(version: Version) -> dict[str, dict[str, Any]]:
    """Give what zeep needs to write each operation."""
    element = etree.fromstring('<d:Doc xmlns:d="urn:x-test">text</d:Doc>')
    signature = {"_value_1": etree.fromstring(f'<s:Signature xmlns:s="{DS}"/>')}
    content = {"_value_1": element}
    selector = {"NamespaceURI": "urn:x", "RootElementLocalName": "R", "Timestamp": TIME, "Id": "S"}
    signed = {"CallerInformationSystemSignature": signature}
    data = {"MessageID": ID, "MessagePrimaryContent": content, "Id": "D"}
    if version is Version.V1_2:
        data |= {"ReferenceMessageID": ID, "TransactionCode": ""}
    rejected = [{"RejectionReasonCode": "NO_DATA", "RejectionReasonDescription": "нет"}]
    answer = {"MessageID": ID, "To": "to", "RequestRejected": rejected, "Id": "D"}
    stamp = {"_value_1": TIME, "Id": "T"}
    operations: dict[str, dict[str, Any]] = {
        "SendRequest": {"SenderProvidedRequestData": data, **signed},
        "SendResponse": {"SenderProvidedResponseData": answer, **signed},
        "GetRequest": {"MessageTypeSelector": selector, **signed},
        "GetResponse": {"MessageTypeSelector": selector, **signed},
        "Ack": {"AckTargetMessage": {"_value_1": ID, "Id": "A", "accepted": True}, **signed},
        "GetStatus": {"Timestamp": stamp, **signed},
    }
    if version.has_statistics:
        operations["GetIncomingQueueStatistics"] = {"Timestamp": stamp, **signed}
    return operations


@pytest.mark.parametrize("client", Version, indirect=True, ids=str)
def test_a_soap_library_writes_every_operation(client: tuple[Version, zeep.Client]) -> None:
    version, loaded = client
    known = schemas.EnvelopeSchemas()
    assert sorted(loaded.service._operations) == sorted(arguments(version))
    for name, values in arguments(version).items():
        envelope = loaded.create_message(loaded.service, name, **values)
        (body,) = etree.fromstring(etree.tostring(envelope)).find(f"{{{SOAP11}}}Body")
        alone = etree.fromstring(etree.tostring(body))
        assert known.errors(version, alone) == ()
        assert type(m.parse_operation(alone)).__name__ == f"{name}Request"


@pytest.mark.parametrize("client", Version, indirect=True, ids=str)
def test_a_soap_library_finds_the_address(client: tuple[Version, zeep.Client], server: Server) -> None:
    version, loaded = client
    service = loaded.wsdl.services["SMEVMessageExchangeService"]
    port = service.ports["SMEVMessageExchangeEndpoint"]
    assert port.binding_options["address"] == f"{server.base(version)}/ws"


@pytest.mark.parametrize("version", Version, ids=str)
def test_a_soap_library_loads_the_files_as_they_lie(version: Version, tmp_path: Path) -> None:
    for name in schemas.names(version):
        (tmp_path / name).write_bytes(schemas.document(version, name))
    path = tmp_path / "service.wsdl"
    path.write_bytes(schemas.wsdl(version, "http://test.example/ws"))
    transport = Transport()
    assert zeep.Client(str(path), transport=transport).service._operations
    transport.session.close()


@pytest.mark.parametrize("version", Version, ids=str)
def test_the_wsdl_declares_what_the_official_one_does(version: Version) -> None:
    name = f"smev-message-exchange-service-{version.value}.wsdl"
    official = declared((reference(version) / name).read_bytes())
    assert declared(schemas.wsdl(version, "http://test.example/")) == official
    assert "SendRequest" in official["operations"]


def declared(document: bytes) -> dict[str, Any]:
    """Give everything a WSDL tells a client, names resolved."""
    root = etree.fromstring(document)
    messages = {
        one.get("name"): [(part.get("name"), clark(part, "element")) for part in one.findall(f"{WSDL}part")]
        for one in root.findall(f"{WSDL}message")
    }
    (port_type,) = root.findall(f"{WSDL}portType")
    (binding,) = root.findall(f"{WSDL}binding")
    (service,) = root.findall(f"{WSDL}service")
    (port,) = service.findall(f"{WSDL}port")
    (protocol,) = binding.findall(f"{SOAP}binding")
    (policy,) = root.findall("{http://schemas.xmlsoap.org/ws/2004/09/policy}Policy")
    return {
        "target": root.get("targetNamespace"),
        "messages": messages,
        "operations": {
            operation.get("name"): sorted(
                (etree.QName(part).localname, part.get("name"), clark(part, "message")) for part in operation
            )
            for operation in elements(port_type, "operation")
        },
        "bound": {
            operation.get("name"): sorted(
                [operation.find(f"{SOAP}operation").get("soapAction")]
                + [
                    use.tag + str(sorted(use.attrib.items()))
                    for use in operation.iter(f"{SOAP}body", f"{SOAP}fault")
                ]
            )
            for operation in elements(binding, "operation")
        },
        "protocol": dict(protocol.attrib),
        "names": (port_type.get("name"), binding.get("name"), clark(binding, "type")),
        "service": (service.get("name"), port.get("name"), clark(port, "binding")),
        "policy": [(one.tag, dict(one.attrib)) for one in policy],
        "imports": sorted(
            one.get("namespace") for one in root.iter("{http://www.w3.org/2001/XMLSchema}import")
        ),
    }


def elements(parent: etree._Element, name: str) -> list[etree._Element]:
    """Give the WSDL children of this name, their documentation taken away."""
    found = parent.findall(f"{WSDL}{name}")
    for one in found:
        for note in one.findall(f".//{WSDL}documentation"):
            note.getparent().remove(note)
        for note in one.xpath("comment()"):
            one.remove(note)
    return found


def clark(node: etree._Element, attribute: str) -> str:
    prefix, _, local = str(node.get(attribute)).rpartition(":")
    return f"{{{node.nsmap[prefix or None]}}}{local}"
