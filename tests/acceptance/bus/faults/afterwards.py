"""How to provoke every refusal that SMEV tells after the receipt, by a system response."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mezhved.bus.processing import process_all
from mezhved.gost import Digest, TrustStore, sign_cms
from mezhved.smev3 import messages
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.signature import sign
from mezhved.smev3.xml import parse
from tests.acceptance.bus.faults.at_once import MOSCOW
from tests.acceptance.bus.faults.official import Refusal
from tests.support.exchange import FORBIDDEN_NAMESPACE, NAMESPACE, question
from tests.support.file_store import FileStoreUnderTest
from tests.support.pki import OFFICIAL_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mezhved.gost import Signer
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
    settings: Mapping[str, Any] = field(default_factory=dict)


def _sent(bus: BusUnderTest, version: Version, content: bytes | None = None, **fields: Any) -> str:
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


def _stale_list(bus: BusUnderTest, version: Version) -> Told:
    trust = bus.snapshot.trust
    crl = bus.pki.ca.crl(next_update=bus.pki.now - timedelta(hours=7))
    bus.change_registry(trust=TrustStore(trust.roots, trust.intermediates, (crl,)))
    original = _sent(bus, version)
    bus.change_registry(trust=trust)
    text = "Данные об отзыве сертификатов устарели, проверить сертификат ЭП-ОВ нельзя. Повторите позже."
    return Told(original, Refusal("SMEVFailure", "GUTC:0", 60, text))


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


# Officials and attachments

SIGNED = b'<q:Question xmlns:q="%b" Id="OFFICIAL"><q:Text>?</q:Text></q:Question>' % NAMESPACE.encode()


def _by_official(bus: BusUnderTest, version: Version, signer: Signer, content: bytes = SIGNED) -> str:
    """Send content that an official has signed as it is in SIGNED."""
    signature = Fragment(sign(parse(SIGNED), signer, bus.pki.provider))
    return _sent(bus, version, content, personal_signature=signature)


def _signature(code: str, module: str, text: str) -> Refusal:
    children = (("SignatureVerificationFault", code),)
    return Refusal("SignatureVerificationFault", module, 100, text, children=children)


def _demanding(bus: BusUnderTest, **demands: Any) -> None:
    """Let every type demand something of officials."""
    roots = {
        name: replace(root, type=replace(root.type, **demands)) for name, root in bus.snapshot.roots.items()
    }
    bus.change_registry(roots=roots)


def _without_official(bus: BusUnderTest, version: Version) -> Told:
    _demanding(bus, personal_signature=True)
    return Told(_sent(bus, version), _signature("NoSignatureFound", "SPS:1", "Отсутствует ЭП-СП"))


def _changed_after_official(bus: BusUnderTest, version: Version) -> Told:
    original = _by_official(bus, version, bus.pki.official, SIGNED.replace(b"?", b"!"))
    text = (
        "ЭП-СП не соответствует подписанным данным: "
        "ru.voskhod.crypto.exceptions.SignatureValidationException: "
        "Ошибка проверки ЭП: Нарушена целостность ЭП."
    )
    return Told(original, _signature("SignatureIsInvalid", "SPS:2", text))


def _official_over_another_id(bus: BusUnderTest, version: Version) -> Told:
    original = _by_official(bus, version, bus.pki.official, SIGNED.replace(b"OFFICIAL", b"OTHER"))
    text = "ЭП-СП подписывает не ту часть сообщения, которую требуется подписать"
    return Told(original, _signature("IncorrectSignatureTarget", "SPS:0", text))


def _official_without_certificate(bus: BusUnderTest, version: Version) -> Told:
    signature = sign(parse(SIGNED), bus.pki.official, bus.pki.provider)
    bare = Fragment(re.sub(b"<ds:KeyInfo>.*</ds:KeyInfo>", b"", signature))
    original = _sent(bus, version, SIGNED, personal_signature=bare)
    return Told(original, _signature("CertificateIsNotFound", "SPS:0", "Не найден сертификат ЭП-СП"))


def _in_moscow(moment: datetime) -> str:
    return moment.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M")


def _official_expired(bus: BusUnderTest, version: Version) -> Told:
    ca = bus.pki.ca
    former = ca.end_entity(OFFICIAL_NAME, term=ca.term(timedelta(days=30), timedelta(days=-1)))
    end = _in_moscow(former.certificate.not_after)
    text = f"Срок действия сертификата ЭП-СП истёк. Сертификат действителен до {end}"
    return Told(_by_official(bus, version, former), _signature("CertificateIsExpired", "SPS:4", text))


def _official_too_early(bus: BusUnderTest, version: Version) -> Told:
    ca = bus.pki.ca
    future = ca.end_entity(OFFICIAL_NAME, term=ca.term(timedelta(days=-1), timedelta(days=30)))
    begin = _in_moscow(future.certificate.not_before)
    text = f"Срок действия сертификата ЭП-СП не начался. Сертификат действителен с {begin}"
    return Told(_by_official(bus, version, future), _signature("CertificateIsExpired", "SPS:4", text))


def _official_without_access(bus: BusUnderTest, version: Version) -> Told:
    _demanding(bus, personal_signature=True, personal_access=True)
    text = "Доступ по персональному сертификату запрещён"
    original = _by_official(bus, version, bus.pki.official)
    return Told(original, Refusal("PersonalAccessDenied", "ACSM:0", None, text))


def _attachment_of_another_signature(bus: BusUnderTest, version: Version) -> Told:
    consumer = bus.consumer.speaking(version)
    pkcs7 = sign_cms(b"another file", consumer.signer, bus.pki.provider, at=bus.pki.now)
    data = consumer.request_data(
        attachment_headers=(messages.AttachmentHeader("zapros.jpg", "image/jpeg", pkcs7),)
    )
    file = messages.AttachmentContent("zapros.jpg", b"this file")
    reply = consumer.post(consumer.request_envelope(data, attachments=[file]))
    assert reply.operation.metadata.status == "requestIsQueued"
    text = "Проверка подписи на вложении zapros.jpg: Дайджест не прошел проверку!"
    return Told(data.message_id, _signature("SignatureIsInvalid", "SPS:7", text))


# Files of the store


def _referring(bus: BusUnderTest, version: Version, octets: bytes, folder: str) -> str:
    """Send a request that refers to a file of the store, and let the bus look for it."""
    digest = bus.pki.provider.digest(Digest.STREEBOG256, octets)
    header = messages.RefAttachmentHeader(folder, b64encode(digest).decode(), "application/zip")
    original = _sent(bus, version, ref_attachment_headers=(header,))
    process_all(bus.bus)
    return original


def _file_that_is_not_there(bus: BusUnderTest, version: Version) -> Told:
    original = _referring(bus, version, b"a file", bus.ids.new())
    text = f"Некорректная информация о фтп вложениях; message id = {original}"
    return Told(original, Refusal("AttachmentContentMiscoordination", "FS:2", 201, text))


def _more_than_the_recipient_may_hold(bus: BusUnderTest, version: Version) -> Told:
    settings = bus.bus.settings
    assert settings.files_folder is not None
    store = FileStoreUnderTest(settings.database, settings.files_folder, bus.clock)
    try:
        for size in (1500, 1001):
            folder, octets = bus.ids.new(), b"x" * size
            store.upload(octets, "zapros.zip", folder, "tcons1")
            original = _referring(bus, version, octets, folder)
    finally:
        store.close()
    text = "Квота на файловое хранилище для получателя превышена!"
    children = (("RemainedTotalQuoteSize", "1000"), ("RealTotalAttachmentSize", "1001"))
    return Told(original, Refusal("QuoteLimitExceeded", "QT:1", 202, text, children=children))


CASES = (
    Case("invalid_business_data", "wrong element", _wrong_data),
    Case("access_denied", "no right", _no_right),
    Case("destination_overflow", "full queue", _full_queue),
    Case("certificate_revoked", "request", _revoked),
    Case("revocation_data_stale", "request", _stale_list),
    Case("certificate_not_found", "untrusted", _untrusted),
    Case("end_of_life", "in the queue", _expired_in_the_queue),
    Case("no_signature", "official", _without_official),
    Case("signature_invalid", "official", _changed_after_official),
    Case("incorrect_signature_target", "official", _official_over_another_id),
    Case("certificate_not_found", "official", _official_without_certificate),
    Case("certificate_expired", "official", _official_expired),
    Case("certificate_not_yet_valid", "official", _official_too_early),
    Case("personal_access_denied", "official", _official_without_access),
    Case("attachment_signature_invalid", "another file", _attachment_of_another_signature),
    Case("file_attachments_incorrect", "not there", _file_that_is_not_there),
    Case("quota_exceeded", "full store", _more_than_the_recipient_may_hold, {"files_recipient_quota": 2500}),
)
