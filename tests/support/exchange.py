"""A bus under test, called through its WSGI callable, and participants that sign real messages."""

from __future__ import annotations

import io
import shutil
import tempfile
import weakref
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from lxml import etree

from mezhved import gost
from mezhved.bus.assembly import Bus
from mezhved.bus.endpoint.application import Application
from mezhved.bus.metrics import Metrics
from mezhved.bus.storage import DatabaseAddress, Store
from mezhved.bus.times import SECOND, microseconds, moment
from mezhved.configuration import BusSettings
from mezhved.infotypes import SchemaSet
from mezhved.registry import (
    CertificateBinding,
    Direction,
    InformationTypeInfo,
    Period,
    RoutingKind,
    Snapshot,
    SnapshotSource,
    System,
    TypeRoot,
)
from mezhved.smev3 import messages, mtom, soap
from mezhved.smev3.faults import read_fault
from mezhved.smev3.fragments import Fragment, Source
from mezhved.smev3.ids import MessageIds
from mezhved.smev3.messages import building
from mezhved.smev3.messages.writing import DECLARATIONS, Profile
from mezhved.smev3.signature import Place, SignatureResult, find_signatures, sign, verify
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse
from tests.support.pki import Pki, shared_pki

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.smev3.faults import Fault
    from mezhved.smev3.messages.writing import WireElement

NAMESPACE = "urn://mezhved.example/test/question/1.0.0"
NEWER_NAMESPACE = "urn://mezhved.example/test/question/1.0.1"
ROUTED_NAMESPACE = "urn://mezhved.example/test/routed/1.0.0"
FORBIDDEN_NAMESPACE = "urn://mezhved.example/test/forbidden/1.0.0"

CONSUMER, PROVIDER, OTHER = 1, 2, 3

_XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}"
 elementFormDefault="qualified"><xs:element name="Question"><xs:complexType><xs:sequence>
 <xs:element name="Text" type="xs:string"/><xs:element name="Oktmo" type="xs:string" minOccurs="0"/>
 </xs:sequence><xs:attribute name="Id" type="xs:ID"/></xs:complexType></xs:element>
 <xs:element name="Answer"><xs:complexType><xs:sequence><xs:element name="Text" type="xs:string"/>
 </xs:sequence><xs:attribute name="Id" type="xs:ID"/></xs:complexType></xs:element></xs:schema>"""


def question(text: str = "Что известно?", namespace: str = NAMESPACE) -> bytes:
    """Business data of a request that is valid by its schema."""
    return f'<q:Question xmlns:q="{namespace}"><q:Text>{text}</q:Text></q:Question>'.encode()


def answer(text: str = "Ничего нет.", namespace: str = NAMESPACE) -> bytes:
    """Business data of a response that is valid by its schema."""
    return f'<q:Answer xmlns:q="{namespace}"><q:Text>{text}</q:Text></q:Answer>'.encode()


class Clock:
    """A clock that moves when told: integer microseconds since the epoch."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def advance(self, **term: float) -> None:
        """Move on by a timedelta's arguments."""
        self.now += int(timedelta(**term).total_seconds() * SECOND)


@dataclass(frozen=True)
class HttpReply:
    """What came over HTTP, and its SOAP message with XOP undone."""

    status: int
    content_type: str
    body: bytes
    message: soap.SoapMessage | None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def operation(self) -> Any:
        """The answer as a typed object."""
        assert self.status == 200, self.fault
        assert self.message is not None
        return messages.parse_operation(self.message.body, Source(self.message.octets, self.message.root))

    @property
    def fault(self) -> Fault:
        """The SOAP fault."""
        assert self.message is not None, self.body
        assert soap.is_fault(self.message.body), self.body
        return read_fault(self.message.body)

    def signatures(self, verifier: gost.Verifier) -> dict[Place, SignatureResult]:
        """All signatures found by schema position, verified."""
        assert self.message is not None
        return {
            place: verify(holder, target, verifier, place)
            for place, holder, target in find_signatures(self.message.root)
        }


def snapshot_of(pki: Pki, **changes: Any) -> Snapshot:
    """Three systems, four types: two-version question, routed by OKTMO, forbidden."""
    names = ((CONSUMER, "TCONS1", "Тестовый потребитель"), (PROVIDER, "TPROV1", "Тестовый поставщик"))
    systems = {number: System(number, mnemonic, name, number, "test") for number, mnemonic, name in names}
    systems[OTHER] = System(OTHER, "TOTHR1", "Тестовый банк", OTHER, "test")
    always = Period()
    plain = InformationTypeInfo(10, "VS00010", "Вопрос", PROVIDER, broadcast=False, routing=RoutingKind.FIXED)
    forbidden = InformationTypeInfo(
        12, "VS00012", "Закрытый", PROVIDER, broadcast=False, routing=RoutingKind.FIXED
    )
    roots: dict[tuple[str, str], TypeRoot] = {}
    schema_sets = {}
    versions = ((100, NAMESPACE, plain), (101, NEWER_NAMESPACE, plain), (120, FORBIDDEN_NAMESPACE, forbidden))
    for version_id, namespace, kind in versions:
        schema_sets[version_id] = SchemaSet({"type.xsd": _XSD.format(namespace=namespace).encode()})
        for direction, name in ((Direction.REQUEST, "Question"), (Direction.RESPONSE, "Answer")):
            roots[namespace, name] = TypeRoot(kind, version_id, "1", direction, namespace, name, always)
    signers = (pki.consumer, pki.provider_system, pki.participants[2])
    values: dict[str, Any] = {
        "revision": 1,
        "trust": gost.TrustStore((pki.root.certificate,), (pki.ca.certificate,), ()),
        "systems_by_id": systems,
        "certificates": {
            signer.certificate.thumbprint: CertificateBinding(systems[number], always)
            for number, signer in enumerate(signers, 1)
        },
        "roots": roots,
        "rights": {(CONSUMER, 10): (always,), (OTHER, 10): (always,)},
        "providers": {10: (systems[PROVIDER],), 12: (systems[PROVIDER],)},
        "schema_sets": schema_sets,
    }
    return Snapshot(**(values | changes))


class BusUnderTest:
    """An assembled bus whose time and registry a test can change."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mezhved-test-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        settings.setdefault("files_folder", self.folder / "files")
        self.pki = shared_pki()
        self.clock = Clock(microseconds(self.pki.now))
        self.snapshot = snapshot_of(self.pki)
        self.verifier = gost.Verifier(self.pki.provider)
        self.store = Store.open(DatabaseAddress.of_url(url))
        self.ids = MessageIds(lambda: self.clock.now * 1000, self.pki.randomness)
        self.bus = Bus(
            settings=BusSettings(database=url, **settings),
            provider=self.pki.provider,
            verifier=self.verifier,
            signer=self.pki.smev,
            registry=SnapshotSource(lambda: self.snapshot, lambda: -1, lambda: 0.0, interval=-1.0),
            store=self.store,
            clock=self.clock,
            ids=self.ids,
            metrics=Metrics(),
            log=structlog.wrap_logger(structlog.ReturnLogger()),
        )
        self.application = Application(self.bus, None)

    def change_registry(self, **changes: Any) -> None:
        """Put another picture of the registry in force."""
        self.snapshot = replace(self.snapshot, **changes)

    def http(
        self,
        body: bytes,
        path: str = "/ws",
        content_type: str = "text/xml; charset=utf-8",
        method: str = "POST",
        **environ: Any,
    ) -> HttpReply:
        """Call the WSGI callable."""
        path, _, query = path.partition("?")
        given: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "7500",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
        } | environ
        seen: list[Any] = []
        octets = b"".join(self.application(given, lambda status, headers: seen.extend((status, headers))))
        status, headers = int(seen[0].split()[0]), dict(seen[1])
        kind = headers["Content-Type"]
        message = soap.read(kind, octets) if b"soap:Envelope" in octets else None
        return HttpReply(status, kind, octets, message, headers)

    def participant(self, signer: gost.Signer, version: Version = Version.V1_1) -> Participant:
        """A system that calls with this key in this version."""
        return Participant(self, signer, version)

    @property
    def consumer(self) -> Participant:
        """The system that asks, speaking 1.1."""
        return self.participant(self.pki.consumer)

    @property
    def provider(self) -> Participant:
        """The system that answers, speaking 1.1."""
        return self.participant(self.pki.provider_system)


@dataclass(frozen=True)
class Participant:
    """Builds, signs and posts calls; every part can be replaced to make a wrong one."""

    under_test: BusUnderTest
    signer: gost.Signer
    version: Version
    extra: Mapping[str, Any] = field(default_factory=dict)

    def speaking(self, version: Version) -> Participant:
        """The same system in another version."""
        return replace(self, version=version)

    def written(self, element: WireElement) -> bytes:
        """A self-contained element."""
        return element.to_xml(self.version, Profile.REAL)

    def signed_call(self, name: str, signed: bytes, **parts: Any) -> bytes:
        """An envelope whose signed element carries the caller's signature."""
        signature = sign(parse(signed), self.signer, self.under_test.pki.provider)
        return soap.envelope(building.call(name, self.version, signed, signature, **parts))

    def post(self, octets: bytes, content_type: str = "text/xml; charset=utf-8") -> HttpReply:
        """Post to the endpoint of this version."""
        return self.under_test.http(octets, f"/smev/v{self.version.value}/ws", content_type)

    def request_data(self, content: bytes | None = None, **fields: Any) -> messages.SenderProvidedRequestData:
        """A request's data with a fresh MessageID."""
        values: dict[str, Any] = {"message_id": self.under_test.ids.new(), "id": "SIGNED_BY_CONSUMER"}
        return messages.SenderProvidedRequestData(
            primary_content=Fragment(content or question()), **(values | fields)
        )

    def request_envelope(self, data: messages.SenderProvidedRequestData, **parts: Any) -> bytes:
        """SendRequest as octets."""
        return self.signed_call("SendRequestRequest", self.written(data), **parts)

    def send_request(self, content: bytes | None = None, **fields: Any) -> HttpReply:
        """SendRequest."""
        return self.post(self.request_envelope(self.request_data(content, **fields)))

    def send_response(self, to: str, content: bytes | None = None, **fields: Any) -> HttpReply:
        """SendResponse with content unless `fields` say something else."""
        values: dict[str, Any] = {
            "message_id": self.under_test.ids.new(),
            "to": to,
            "id": "SIGNED_BY_PROVIDER",
        }
        if not {"rejections", "status", "async_status"} & fields.keys():
            values["primary_content"] = Fragment(content or answer())
        data = messages.SenderProvidedResponseData(**(values | fields))
        return self.post(self.signed_call("SendResponseRequest", self.written(data)))

    def selector(self, **fields: Any) -> messages.MessageTypeSelector:
        """A selector of now."""
        values: dict[str, Any] = {"timestamp": self.now_text(), "id": "SIGNED_BY_CALLER"}
        return messages.MessageTypeSelector(**(values | fields))

    def now_text(self) -> str:
        """The test's now as xs:dateTime."""
        return messages.write_time(moment(self.under_test.clock.now))

    def get_request(self, **fields: Any) -> HttpReply:
        """GetRequest."""
        return self.post(self.signed_call("GetRequestRequest", self.written(self.selector(**fields))))

    def get_response(self, **fields: Any) -> HttpReply:
        """GetResponse."""
        return self.post(self.signed_call("GetResponseRequest", self.written(self.selector(**fields))))

    def ack(self, message_id: str, *, accepted: bool = True) -> HttpReply:
        """Ack."""
        target = messages.AckTargetMessage(message_id, accepted=accepted, id="SIGNED_BY_CALLER")
        return self.post(self.signed_call("AckRequest", self.written(target)))

    def get_status(self) -> HttpReply:
        """GetStatus."""
        stamp = messages.Timestamp(self.now_text(), "SIGNED_BY_CALLER")
        return self.post(self.signed_call("GetStatusRequest", self.written(stamp)))

    def statistics(self) -> HttpReply:
        """GetIncomingQueueStatistics."""
        stamp = messages.Timestamp(self.now_text(), "SIGNED_BY_CALLER")
        return self.post(self.signed_call("GetIncomingQueueStatisticsRequest", self.written(stamp)))


def text_of(fragment: Fragment | None) -> str:
    """The text of a business element."""
    assert fragment is not None
    return "".join(str(part) for part in etree.fromstring(fragment.octets).itertext())


__all__ = ["DECLARATIONS", "BusUnderTest", "Participant", "answer", "mtom", "question", "text_of"]
