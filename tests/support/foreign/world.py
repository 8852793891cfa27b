"""A bus whose participants are strangers: keys, certificates and messages are not made by Mezhved."""

from __future__ import annotations

import contextlib
import email
import email.policy
import http.client
import time
import uuid
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from textwrap import indent
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lxml import etree

from tests.support.foreign import signing
from tests.support.foreign.pki import KEYS, ForeignKey, ForeignPki
from tests.support.foreign.writing import SIGNATURE_MARK, SOAP, E, Habit, Raw, basic, types, write
from tests.support.openssl import openssl_with_gost
from tests.support.running_bus import HOST, RunningBus, running_bus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TYPE = "urn://mezhved.example/foreign/1.0.0"
VERSIONS = ("1.1", "1.2", "1.3")
_SIGNED = {
    "SendRequest": "SenderProvidedRequestData",
    "SendResponse": "SenderProvidedResponseData",
    "GetRequest": "MessageTypeSelector",
    "GetResponse": "MessageTypeSelector",
    "GetStatus": "Timestamp",
    "GetIncomingQueueStatistics": "Timestamp",
    "Ack": "AckTargetMessage",
}
_SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{TYPE}"
 elementFormDefault="qualified"><xs:element name="Ask" type="xs:anyType"/>
 <xs:element name="Tell" type="xs:anyType"/></xs:schema>"""
_PLAIN = Habit("plain")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers["content-type"]

    @property
    def envelope(self) -> etree._Element:
        """The SOAP envelope; of a multipart answer the root part with xop:Include undone."""
        if self.content_type.startswith("multipart/"):
            root, parts = self._parts()
            tree = etree.fromstring(root)
            for include in list(tree.iter(f"{{{signing.XOP}}}Include")):
                parent = include.getparent()
                assert parent is not None
                octets = parts[unquote((include.get("href") or "").removeprefix("cid:"))]
                parent.remove(include)
                parent.text = b64encode(octets).decode()
            return tree
        return etree.fromstring(self.body)

    def _parts(self) -> tuple[bytes, dict[str, bytes]]:
        head = f"Content-Type: {self.content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode()
        message = email.message_from_bytes(head + self.body, policy=email.policy.HTTP)
        assert isinstance(message, EmailMessage)
        found = [(str(part["Content-ID"]).strip("<>"), part) for part in message.iter_parts()]
        parts = {name: part.get_payload(decode=True) for name, part in found}
        assert not message.defects
        start = str(message.get_param("start")).strip("<>")
        return parts.pop(start), parts  # type: ignore[return-value]

    def the(self, *names: str) -> etree._Element:
        """Return the element reached by local names below the Body."""
        element = self.envelope.find(f"{{{SOAP}}}Body")
        for name in names:
            (element,) = [each for each in element.iterchildren("*") if etree.QName(each).localname == name]
        return element

    @property
    def fault(self) -> tuple[str, str, str]:
        """The detail element's name, its Description and the faultstring."""
        assert self.status == 500, self.body[:2000]
        fault = self.the("Fault")
        (detail,) = fault.find("detail")
        described = [each.text for each in detail.iter("{*}Description")]
        return etree.QName(detail).localname, "".join(described), fault.findtext("faultstring")


@dataclass(frozen=True)
class Caller:
    """One system with its key, version and handwriting."""

    world: World
    key: ForeignKey
    version: str = "1.2"
    habit: Habit = _PLAIN
    style: signing.SignatureStyle = signing.PLAIN

    def but(self, **changes: Any) -> Caller:
        return replace(self, **changes)

    def t(self, name: str, *children: E | Raw | str, **attributes: str) -> E:
        return E(types(self.version), name, children, attributes)

    def b(self, name: str, *children: E | Raw | str, **attributes: str) -> E:
        return E(basic(self.version), name, children, attributes)

    def unsigned(self, operation: str, signed: E, *after: E, before: E | None = None) -> bytes:
        holder = self.t("CallerInformationSystemSignature", Raw(SIGNATURE_MARK))
        body = self.t(f"{operation}Request", *([before] if before else []), signed, *after, holder)
        header = [Raw(self.habit.header)] if self.habit.header else []
        return write(E(SOAP, "Envelope", [*header, E(SOAP, "Body", [body])]), self.habit, self.version)

    def signed(self, operation: str, signed: E, *after: E, before: E | None = None) -> bytes:
        document = self.unsigned(operation, signed, *after, before=before)
        return signing.sign_in_place(document, self.habit.id, self.key, self.style)

    def request(self, message_id: str, content: str, *more: E, attached: E | None = None) -> bytes:
        data = self.t(
            "SenderProvidedRequestData",
            self.t("MessageID", message_id),
            *([self.t("ReferenceMessageID", message_id), self.t("TransactionCode")]
              if self.version == "1.2" else []),
            self.b("MessagePrimaryContent", Raw(content)),
            *more,
            Id=self.habit.id,
        )  # fmt: skip
        return self.signed("SendRequest", data, *([attached] if attached is not None else []))

    def response(self, message_id: str, to: str, content: str) -> bytes:
        data = self.t(
            "SenderProvidedResponseData",
            self.t("MessageID", message_id),
            self.t("To", to),
            self.b("MessagePrimaryContent", Raw(content)),
            Id=self.habit.id,
        )
        return self.signed("SendResponse", data)

    def selector(self, operation: str) -> bytes:
        data = self.b("MessageTypeSelector", self.b("Timestamp", now()), Id=self.habit.id)
        return self.signed(operation, data)

    def stamp(self, operation: str) -> bytes:
        return self.signed(operation, self.b("Timestamp", now(), Id=self.habit.id))

    def ack_of(self, message_id: str) -> bytes:
        return self.signed("Ack", self.b("AckTargetMessage", message_id, Id=self.habit.id, accepted="true"))

    def post(self, body: bytes, **headers: str) -> Answer:
        sent = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.world.post(f"/smev/v{self.version}/ws", body, sent)

    def verified(self, answer: Answer, parent: tuple[str, ...], signed: str, holder: str) -> etree._Element:
        """Return the signed element of an answer after checking SMEV's signature over it."""
        assert answer.status == 200, answer.body[:3000]
        above = answer.the(*parent)
        (target,) = [each for each in above if etree.QName(each).localname == signed]
        (held,) = [each for each in above if etree.QName(each).localname == holder]
        pem = signing.verify(self.world.pki.openssl, held, target)
        assert "".join(pem.split()) in "".join(self.world.smev.pem.split())
        return target

    def send(self, content: str, **headers: str) -> str:
        """Send a request and prove the receipt; return the MessageID."""
        message_id = new_id()
        answer = self.post(self.request(message_id, content), **headers)
        self.receipt(answer, "SendRequestResponse", message_id)
        return message_id

    def receipt(self, answer: Answer, operation: str, message_id: str) -> None:
        metadata = self.verified(answer, (operation,), "MessageMetadata", "SMEVSignature")
        assert metadata.findtext("{*}MessageId") == message_id
        assert metadata.findtext("{*}Status") == "requestIsQueued"

    def take(self, kind: str, message_id: str) -> Answer:
        """Take messages until this one comes; acknowledge it and those on the way."""
        for _ in range(50):
            answer = self.post(self.selector(f"Get{kind}"))
            target = self.verified(answer, (f"Get{kind}Response", f"{kind}Message"), kind, "SMEVSignature")
            found = target.findtext("{*}MessageMetadata/{*}MessageId")
            acked = self.post(self.ack_of(found))
            assert acked.status == 200, acked.body
            assert etree.QName(acked.the("AckResponse")).localname == "AckResponse"
            if found == message_id:
                return answer
        raise AssertionError(message_id)


@dataclass(frozen=True)
class World:
    """The bus, its authority, and everybody's keys."""

    bus: RunningBus
    pki: ForeignPki
    smev: ForeignKey
    provider_key: ForeignKey
    consumer_keys: Mapping[tuple[str, str], ForeignKey]

    @property
    def consumer(self) -> Caller:
        return Caller(self, self.consumer_keys["gost2012_256", "A"])

    @property
    def provider(self) -> Caller:
        return Caller(self, self.provider_key)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection(HOST, self.bus.port, timeout=30)
        try:
            connection.request("POST", path, body, dict(headers))
            return read_answer(connection.getresponse())
        finally:
            connection.close()


def read_answer(response: http.client.HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


def new_id() -> str:
    return str(uuid.uuid1())


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def ask(inner: str = "<f:Text>Что известно?</f:Text>", attributes: str = "") -> str:
    return f'<f:Ask xmlns:f="{TYPE}"{attributes}>{inner}</f:Ask>'


def tell(inner: str = "<f:Text>Ничего нет.</f:Text>") -> str:
    return f'<f:Tell xmlns:f="{TYPE}">{inner}</f:Tell>'


@contextlib.contextmanager
def foreign_world(folder: Path) -> Iterator[World]:
    """Bring everything up; skip where the command or its engine is absent."""
    openssl = openssl_with_gost(folder)
    pki = ForeignPki.make(openssl)
    smev = pki.issue("smev", "gost2012_256", "A")
    provider = pki.issue("provider", "gost2012_256", "TCA")
    consumers = {
        (algorithm, paramset): pki.issue(f"{algorithm}-{paramset}", algorithm, paramset)
        for algorithm, paramset in KEYS
    }
    registry = _registry(pki, provider, list(consumers.values()))
    key, certificate = folder / smev.key_file, folder / smev.certificate_file
    with running_bus(folder, key, certificate, registry) as bus:
        yield World(bus, pki, smev, provider, consumers)


def _registry(pki: ForeignPki, provider: ForeignKey, consumers: list[ForeignKey]) -> str:
    def bound(keys: list[ForeignKey]) -> str:
        return "\n".join(f"          - pem: |\n{indent(each.pem, ' ' * 14)}" for each in keys)

    return f"""format: mezhved-registry/1
participants:
  - ogrn: 1027700000041
    inn: 7700000048
    name: Чужой потребитель
    kind: municipal
    systems:
      - mnemonic: FCONS1
        name: ИС чужого потребителя
        certificates:
{bound(consumers)}
  - ogrn: 1027700000052
    inn: 7700000055
    name: Чужой поставщик
    kind: federal
    systems:
      - mnemonic: FPROV1
        name: ИС чужого поставщика
        certificates:
{bound([provider])}
types:
  - code: VS00077
    name: Чужой вид сведений
    owner: 1027700000052
    versions:
      - version: 1.0.0
        namespace: {TYPE}
        request_root: Ask
        response_root: Tell
        schemas:
          type.xsd: |
{indent(_SCHEMA, " " * 12)}
    providers:
      - system: FPROV1
    access:
      - system: FCONS1
authorities:
  - root: true
    pem: |
{indent(pki.root_pem, " " * 6)}
"""


__all__ = ["VERSIONS", "Answer", "Caller", "World", "ask", "foreign_world", "new_id", "now", "tell", "time"]
