"""How to provoke every refusal that SMEV tells after the receipt, by a system response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.gost import TrustStore
from tests.acceptance.bus.faults.official import Refusal
from tests.support.exchange import FORBIDDEN_NAMESPACE, NAMESPACE, question

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.smev3.versions import Version
    from tests.support.exchange import BusUnderTest

REJECTED, CANCELLED = "requestIsRejectedBySmev", "cancelled"


@dataclass(frozen=True)
class Told:
    """What the system response must say, and about which message."""

    original: str
    refusal: Refusal
    category: str = REJECTED


@dataclass(frozen=True)
class Case:
    """A way to be refused later: `provoke` gets a receipt, and returns what must come."""

    row: str
    name: str
    provoke: Callable[[BusUnderTest, Version], Told]


def _sent(bus: BusUnderTest, version: Version, content: bytes | None = None, **fields: str) -> str:
    reply = bus.consumer.speaking(version).send_request(content, **fields)
    metadata = reply.operation.metadata
    assert metadata.status == "requestIsQueued"
    message_id: str = metadata.message_id
    return message_id


def _wrong_data(bus: BusUnderTest, version: Version) -> Told:
    original = _sent(bus, version, f'<q:Question xmlns:q="{NAMESPACE}"><q:Wrong/></q:Question>'.encode())
    text = (
        f"Бизнес-данные сообщения не соответствуют схеме, зарегистрированной в СМЭВ. MessageId = {original}"
    )
    error = f"Element '{{{NAMESPACE}}}Wrong': This element is not expected."
    expected = f"{error} Expected is ( {{{NAMESPACE}}}Text )."
    children = (("ValidationError", expected, 'errorPosition="-1"'),)
    return Told(original, Refusal("InvalidContent", "BSV:3", 403, text, children=children))


def _no_right(bus: BusUnderTest, version: Version) -> Told:
    original = _sent(bus, version, question(namespace=FORBIDDEN_NAMESPACE))
    return Told(original, Refusal("AccessDenied", "ACSM:1", 504, "Доступ запрещён."))


def _full_queue(bus: BusUnderTest, version: Version) -> Told:
    for _ in range(2):
        bus.participant(bus.pki.participants[2], version).send_request()
    original = _sent(bus, version)
    text = "Очередь, в которую должно быть отправлено сообщение, переполнена."
    children = (("MessageBrokerAddress", "127.0.0.1"), ("DestinationName", "TPROV1.requests"))
    return Told(original, Refusal("DestinationOverflow", "DAS:2", 600, text, children=children))


def _revoked(bus: BusUnderTest, version: Version) -> Told:
    trust = bus.snapshot.trust
    crl = bus.pki.ca.crl(bus.pki.consumer.certificate)
    bus.change_registry(trust=TrustStore(trust.roots, trust.intermediates, (crl,)))
    original = _sent(bus, version)
    bus.change_registry(trust=trust)
    text = "\u0043ертификат отозван. Код ответа в ГУЦ:14"
    return Told(original, Refusal("SignatureVerificationFault", "GUTC:1", 100, text))


def _untrusted(bus: BusUnderTest, version: Version) -> Told:
    trust = bus.snapshot.trust
    bus.change_registry(trust=TrustStore(trust.roots, (), ()))
    original = _sent(bus, version)
    bus.change_registry(trust=trust)
    children = (("SignatureVerificationFault", "CertificateIsNotFound"),)
    text = "Не найден сертификат ЭП-ОВ"
    return Told(original, Refusal("SignatureVerificationFault", "SPS:0", 100, text, children=children))


def _expired_in_the_queue(bus: BusUnderTest, version: Version) -> Told:
    original = _sent(bus, version, eol="2026-11-20T15:10:00+03:00")
    bus.clock.advance(minutes=11)
    assert bus.provider.speaking(version).get_request().operation.request is None
    text = "Превышение пороговой продолжительности обработки вызова"
    return Told(original, Refusal("EndOfLifeReached", "PP:3", 500, text), CANCELLED)


CASES = (
    Case("invalid_business_data", "wrong element", _wrong_data),
    Case("access_denied", "no right", _no_right),
    Case("destination_overflow", "full queue", _full_queue),
    Case("certificate_revoked", "request", _revoked),
    Case("certificate_not_found", "untrusted", _untrusted),
    Case("end_of_life", "in the queue", _expired_in_the_queue),
)
