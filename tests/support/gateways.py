"""A gateway over a fresh database, and a running bus for it to talk to.

One gateway serves the test's consumer and provider both: its database tells them apart.
"""

from __future__ import annotations

import contextlib
import functools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import yaml

from mezhved.configuration import GatewaySettings
from mezhved.gateway.assembly import Gateway, build_gateway
from mezhved.gateway.inbox import Queue, poll_once
from mezhved.gateway.models import InformationSystem, InformationType
from mezhved.gateway.outbox import send_due
from mezhved.gateway.setup import import_setup
from mezhved.gost import dump_private_key, load_provider
from mezhved.site.setup import configure
from mezhved.smev3.client import HttpTransport, NotConnected, TransportError
from mezhved.texts import Text
from tests.support.pki import Pki, make_pki
from tests.support.registry import CODED, CONSUMER, NEWS, PART, PLAIN, PROVIDER, SCHEMA, registry_document
from tests.support.running_bus import RunningBus, running_bus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mezhved.gost import Signer
    from mezhved.smev3.client import HttpAnswer

NUMBER = f'<PlainRequest xmlns="{PLAIN}"><Number>1234</Number></PlainRequest>'.encode()
WORDS = f'<PlainResponse xmlns="{PLAIN}">Одна тысяча двести тридцать четыре</PlainResponse>'.encode()
_ANY = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}">
  <xs:element name="{request}"/><xs:element name="{response}"/>
</xs:schema>
"""


@functools.cache
def present_pki() -> Pki:
    """The test PKI, in force now: the bus of these tests runs by the real clock."""
    return make_pki(load_provider(), datetime.now(UTC) - timedelta(days=3))


@dataclass
class Clock:
    """A moment that moves when told; it begins now, because the bus runs by the real clock."""

    offset: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def advance(self, **term: float) -> None:
        """Let a time pass."""
        self.offset += timedelta(**term)


@dataclass(frozen=True)
class GatewayBus:
    """A bus in a process of its own, with the files of the test PKI beside it."""

    bus: RunningBus
    folder: Path


@contextlib.contextmanager
def gateway_bus(folder: Path) -> Iterator[GatewayBus]:
    """Serve a bus whose registry is that of `tests.support.registry`."""
    pki = present_pki()
    write_keys(folder, pki)
    with running_bus(
        folder, folder / "smev.key.pem", folder / "smev.cert.pem", registry_document(pki)
    ) as bus:
        yield GatewayBus(bus, folder)


def write_keys(folder: Path, pki: Pki) -> None:
    """Put keys and certificates where the bus and the gateway find them."""
    folder.mkdir(parents=True, exist_ok=True)
    named: dict[str, Signer] = {
        "smev": pki.smev,
        CONSUMER: pki.participants[0],
        PROVIDER: pki.participants[1],
    }
    for name, signer in named.items():
        key: Any = signer
        (folder / f"{name}.key.pem").write_bytes(dump_private_key(key.key))
        (folder / f"{name}.cert.pem").write_text(signer.certificate.pem)
    (folder / "authorities.pem").write_text(pki.root.certificate.pem + pki.ca.certificate.pem)
    plain = folder / "plain"
    (plain / "part").mkdir(parents=True, exist_ok=True)
    (plain / "main.xsd").write_text(SCHEMA)
    (plain / "part" / "types.xsd").write_text(PART)
    for name, namespace, request, response in (
        ("coded", CODED, "CodedRequest", "CodedResponse"),
        ("news", NEWS, "News", "Nothing"),
    ):
        (folder / name).mkdir(exist_ok=True)
        text = _ANY.format(namespace=namespace, request=request, response=response)
        (folder / name / "main.xsd").write_text(text)


def setup_document(address: str, version: str = "1.2", **connection: Any) -> str:
    """Return the set-up of a gateway that serves the test's consumer and provider."""
    types = [
        ("VS09801", PLAIN, "PlainRequest", "PlainResponse", "plain"),
        ("VS09802", CODED, "CodedRequest", "CodedResponse", "coded"),
        ("VS09803", NEWS, "News", "", "news"),
    ]
    document = {
        "connections": [
            {
                "name": "bus",
                "environment": "test",
                "version": version,
                "url": f"{address}/smev/v{version}/ws",
                "smev_certificates": ["smev.cert.pem"],
                "authorities": ["authorities.pem"],
                **connection,
            }
        ],
        "systems": [
            {
                "mnemonic": each,
                "connection": "bus",
                "keys": [{"name": "main", "key_file": f"{each}.key.pem", "certificate": f"{each}.cert.pem"}],
            }
            for each in (CONSUMER, PROVIDER)
        ],
        "types": [
            {
                "code": code,
                "namespace": namespace,
                "request_root": request,
                "response_root": response,
                "package": package,
                "is_broadcast": code == "VS09803",
            }
            for code, namespace, request, response, package in types
        ],
    }
    return yaml.safe_dump(document, allow_unicode=True)


@dataclass
class GatewayUnderTest:
    """A gateway whose work is done when the test says so."""

    gateway: Gateway
    clock: Clock

    @property
    def consumer(self) -> InformationSystem:
        return InformationSystem.objects.select_related("connection").get(mnemonic=CONSUMER)

    @property
    def provider(self) -> InformationSystem:
        return InformationSystem.objects.select_related("connection").get(mnemonic=PROVIDER)

    @property
    def plain(self) -> InformationType:
        return InformationType.objects.get(code="VS09801")

    def another_node(self) -> GatewayUnderTest:
        """What another process over the same database would be."""
        return GatewayUnderTest(replace(self.gateway, owner=f"{self.gateway.owner[:20]}-2"), self.clock)

    def send(self) -> int:
        """Send what is due."""
        return send_due(self.gateway)

    def take_requests(self) -> int:
        """Take all that waits for the provider."""
        return self._drain(Queue(self.provider.pk, "request"))

    def take_responses(self) -> int:
        """Take all that waits for the consumer."""
        return self._drain(Queue(self.consumer.pk, "response"))

    def _drain(self, queue: Queue) -> int:
        taken = 0
        while poll_once(self.gateway, queue):
            taken += 1
        return taken


def gateway_over(database: str, folder: Path, address: str, **settings: Any) -> GatewayUnderTest:
    """Return a gateway over a migrated database that talks to the bus at the address."""
    configured = GatewaySettings(database=database, folder=folder / "gateway", **settings)
    configure(configured)
    import_setup(setup_document(address), folder)
    clock = Clock()
    return GatewayUnderTest(replace(build_gateway(configured), clock=clock), clock)


class Network:
    """The way to SMEV: each call goes `through`, finds nobody (`away`), gets no answer though it arrived
    (`lost`), or breaks before it arrived (`broken`); what is planned comes first."""

    def __init__(self) -> None:
        self._http = HttpTransport()
        self.always = "through"
        self.plan: list[str] = []
        self.asked: list[str] = []

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Carry a call."""
        self.asked.append(url)
        way = self.plan.pop(0) if self.plan else self.always
        nothing = Text(ru="нет", en="no")
        if way == "away":
            raise NotConnected(nothing)
        if way == "broken":
            raise TransportError(nothing)
        answer = self._http.post(url, body, headers)
        if way == "lost":
            raise TransportError(nothing)
        return answer


def through(network: Network, under_test: GatewayUnderTest) -> GatewayUnderTest:
    """Return the gateway with its calls going that way."""
    return replace(under_test, gateway=replace(under_test.gateway, transport=network))
