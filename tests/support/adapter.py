"""Clients of the adapter's service, in the test's own process."""

from __future__ import annotations

import functools
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import requests
import zeep
from lxml import etree
from zeep.transports import Transport

from mezhved.gateway.adapter import documents
from tests.support.smev3_reference import beside

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gateway.assembly import Gateway

load: Any = zeep.Client
"""The library has no types."""
BINDING = "{urn://x-artefacts-smev-gov-ru/services/service-adapter}SMEVServiceAdapterSoapBinding"
ADDRESS = "http://127.0.0.1:7575/ws"
TYPES = "urn://x-artefacts-smev-gov-ru/services/service-adapter/types"
FAULTS = f"{TYPES}/faults"


@dataclass(frozen=True)
class HttpReply:
    """An answer as a client gets it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def xml(self) -> Any:
        return etree.fromstring(self.body)


@dataclass(frozen=True)
class Caller:
    """Calls a gateway's adapter as a program on the same machine does, or as `environ` says."""

    gateway: Gateway
    environ: dict[str, str] = field(default_factory=dict)

    def call(
        self, method: str, path: str, body: bytes = b"", content_type: str = "", **environ: str
    ) -> HttpReply:
        path, _, query = path.partition("?")
        said: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:7575",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "7575",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            **self.environ,
            **environ,
        }
        from mezhved.gateway.adapter.endpoint import Endpoint  # noqa: PLC0415 - needs a started Django

        told: list[Any] = []
        pieces = Endpoint(self.gateway)(said, lambda status, headers: told.append((status, headers)))
        octets = b"".join(pieces)
        ((status, headers),) = told
        return HttpReply(int(status.split()[0]), dict(headers), octets)

    def soap(self, body: bytes, **environ: str) -> HttpReply:
        envelope = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>%b</s:Body></s:Envelope>'
        return self.call("POST", "/ws", envelope % body, "text/xml; charset=utf-8", **environ)

    def post_json(self, path: str, said: Any) -> HttpReply:
        return self.call("POST", path, json.dumps(said).encode(), "application/json")


class _WsgiTransport(Transport):
    """Gives zeep's calls to the endpoint."""

    def __init__(self, caller: Caller) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._caller = caller

    def load(self, url: str) -> bytes:
        """Give a document that the endpoint serves."""
        reply = self._caller.call("GET", url.partition(":7575")[2])
        assert reply.status == 200, url
        return reply.body

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> requests.Response:
        content_type = headers["Content-Type"]
        reply = self._caller.call("POST", address.partition(":7575")[2], message, content_type)
        response = requests.Response()
        response.status_code = reply.status
        response.headers.update(reply.headers)
        response._content = reply.body
        return response


@functools.cache
def _official() -> Path:
    path = beside("vs") / "_adapter-iua"
    if not path.is_dir():
        pytest.skip(
            "the official adapter's documents are not here: MEZHVED_REFERENCE names no folder with them"
        )
    return path


def official(name: str) -> bytes:
    """Give an official document or sample; skip the test where there is none."""
    return (_official() / name).read_bytes()


@functools.cache
def official_schema() -> etree.XMLSchema:
    """Compile the official schemas."""
    return etree.XMLSchema(etree.parse(_official() / "smev-service-adapter-types.xsd"))


@functools.cache
def _document(source: str) -> Any:
    return load(source)


def client(gateway: Gateway, wsdl: Path | None = None) -> Any:
    """Return a client made of the official WSDL, or of the given one, as programs in the field make it."""
    document = _document(str(wsdl or _official() / "adapter.wsdl"))
    made = document.create_service(BINDING, ADDRESS)
    made._client = _Bound(document, Caller(gateway))
    return made


def served(gateway: Gateway, address: str) -> Any:
    """Return zeep's whole client of the description that the gateway serves at the address itself."""
    return load(address, transport=_WsgiTransport(Caller(gateway)), settings=zeep.Settings(strict=False))


class _Bound:
    """A zeep client with another way to the service."""

    def __init__(self, document: Any, caller: Caller) -> None:
        self._document = document
        self.transport = _WsgiTransport(caller)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._document, name)


def ours(folder: Path) -> Path:
    """Put our own WSDL and schemas into a folder."""
    for name in documents.SCHEMAS:
        (folder / name).write_bytes(documents.schema(name) or b"")
    path = folder / "adapter.wsdl"
    path.write_bytes(documents.wsdl(ADDRESS))
    return path
