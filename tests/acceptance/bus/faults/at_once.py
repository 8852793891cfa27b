"""How to provoke every refusal that SMEV tells at once, and what it must say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mezhved.bus.times import microseconds
from mezhved.gost import TrustStore
from mezhved.smev3 import messages, soap
from mezhved.smev3.messages import building
from mezhved.smev3.messages.cancelling import CancelRequestRequest
from tests.acceptance.bus.faults.official import Refusal
from tests.support.exchange import FORBIDDEN_NAMESPACE, NAMESPACE, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mezhved.smev3.versions import Version
    from tests.support.exchange import BusUnderTest, HttpReply, Participant

UNKNOWN = "urn://mezhved.example/test/unknown/1.0.0"
MOSCOW = timezone(timedelta(hours=3))
BROKEN_SIGNATURE = (
    "ЭП-ОВ не соответствует подписанным данным: ru.voskhod.crypto.exceptions.SignatureValidationException: "
    "Ошибка проверки ЭП: Нарушена целостность ЭП."
)
Provoked = tuple["HttpReply", Refusal]


@dataclass(frozen=True)
class Case:
    """A way to be refused: `row` is the line of the table, `provoke` gives the answer and the right one."""

    row: str
    name: str
    provoke: Callable[[BusUnderTest, Version], Provoked]
    settings: Mapping[str, Any] = field(default_factory=dict)


def _signature(code: str, module: str, text: str) -> Refusal:
    return Refusal(
        "SignatureVerificationFault", module, 100, text, children=(("SignatureVerificationFault", code),)
    )


def _consumer(bus: BusUnderTest, version: Version) -> Participant:
    return bus.consumer.speaking(version)


def _request(bus: BusUnderTest, version: Version) -> bytes:
    consumer = _consumer(bus, version)
    return consumer.request_envelope(consumer.request_data())


def _polled(bus: BusUnderTest, version: Version) -> bytes:
    consumer = _consumer(bus, version)
    return consumer.signed_call("GetResponseRequest", consumer.written(consumer.selector()))


def _asked(bus: BusUnderTest, version: Version) -> messages.Request:
    """Send a request and take it over as its provider."""
    assert _consumer(bus, version).send_request().status == 200
    request: messages.Request = bus.provider.speaking(version).get_request().operation.request
    return request


FAILURE = Refusal("SMEVFailure", "RTR:10", 60, "Ошибка СМЭВ. Обратитесь в службу технической поддержки.")


# Signatures


def _unsigned(bus: BusUnderTest, version: Version) -> Provoked:
    consumer = _consumer(bus, version)
    signed = consumer.written(consumer.request_data())
    call = soap.envelope(building.call("SendRequestRequest", version, signed, None))
    return consumer.post(call), _signature("NoSignatureFound", "SPS:1", "Отсутствует ЭП-ОВ")


def _unsigned_poll(bus: BusUnderTest, version: Version) -> Provoked:
    consumer = _consumer(bus, version)
    call = building.call("GetResponseRequest", version, consumer.written(consumer.selector()), None)
    reply = consumer.post(soap.envelope(call))
    return reply, _signature("NoSignatureFound", "SPS:1", "Отсутствует ЭП-ОВ")


def _changed_after_signing(bus: BusUnderTest, version: Version) -> Provoked:
    changed = _request(bus, version).replace("Что известно".encode(), "Что неизвестно".encode())
    return _consumer(bus, version).post(changed), _signature("SignatureIsInvalid", "SPS:2", BROKEN_SIGNATURE)


def _ack_changed_after_signing(bus: BusUnderTest, version: Version) -> Provoked:
    provider = bus.provider.speaking(version)
    request = _asked(bus, version)
    target = messages.AckTargetMessage(request.metadata.message_id or "", accepted=True, id="A")
    call = provider.signed_call("AckRequest", provider.written(target))
    reply = provider.post(call.replace(b'accepted="true"', b'accepted="false"'))
    return reply, _signature("SignatureIsInvalid", "SPS:2", BROKEN_SIGNATURE)


def _another_id(bus: BusUnderTest, version: Version) -> Provoked:
    renamed = _request(bus, version).replace(b' Id="SIGNED_BY_CONSUMER"', b' Id="ANOTHER"')
    text = "ЭП-ОВ подписывает не ту часть сообщения, которую требуется подписать"
    return _consumer(bus, version).post(renamed), _signature("IncorrectSignatureTarget", "SPS:0", text)


def _without_certificate(bus: BusUnderTest, version: Version) -> Provoked:
    bare = re.sub(b"<ds:KeyInfo>.*</ds:KeyInfo>", b"", _request(bus, version))
    reply = _consumer(bus, version).post(bare)
    return reply, _signature("CertificateIsNotFound", "SPS:0", "Не найден сертификат ЭП-ОВ")


def _certificate_of_nobody_trusted(bus: BusUnderTest, version: Version) -> Provoked:
    bus.change_registry(trust=TrustStore((bus.pki.root.certificate,), (), ()))
    reply = _consumer(bus, version).post(_polled(bus, version))
    return reply, _signature("CertificateIsNotFound", "SPS:0", "Не найден сертификат ЭП-ОВ")


def _two_operations(bus: BusUnderTest, version: Version) -> Provoked:
    doubled = _request(bus, version).replace(b"</soap:Body>", b"<a/></soap:Body>")
    reply = _consumer(bus, version).post(doubled)
    return reply, _signature("PoorSOAPEnvelopeFormat", "SPS:0", "Недопустимый формат SOAP-конверта")


def _header_behind(bus: BusUnderTest, version: Version) -> Provoked:
    turned = _request(bus, version).replace(b"</soap:Body>", b"</soap:Body><soap:Header/>")
    reply = _consumer(bus, version).post(turned)
    return reply, _signature("PoorSOAPEnvelopeFormat", "SPS:0", "Недопустимый формат SOAP-конверта")


def _in_moscow(moment: datetime) -> str:
    return moment.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M")


def _expired(bus: BusUnderTest, version: Version) -> Provoked:
    end = bus.pki.consumer.certificate.not_after
    bus.clock.now = microseconds(end) + 1_000_000
    text = f"Срок действия сертификата ЭП-ОВ истёк. Сертификат действителен до {_in_moscow(end)}"
    reply = _consumer(bus, version).send_request()
    return reply, _signature("CertificateIsExpired", "SPS:4", text)


def _not_yet_valid(bus: BusUnderTest, version: Version) -> Provoked:
    begin = bus.pki.consumer.certificate.not_before
    bus.clock.now = microseconds(begin) - 1_000_000
    text = f"Срок действия сертификата ЭП-ОВ не начался. Сертификат действителен с {_in_moscow(begin)}"
    reply = _consumer(bus, version).get_response()
    return reply, _signature("CertificateIsExpired", "SPS:4", text)


def _revoked(bus: BusUnderTest, version: Version) -> Provoked:
    trust = bus.snapshot.trust
    crl = bus.pki.ca.crl(bus.pki.consumer.certificate)
    bus.change_registry(trust=TrustStore(trust.roots, trust.intermediates, (crl,)))
    text = "\u0043ертификат отозван. Код ответа в ГУЦ:14"
    return _consumer(bus, version).get_response(), _signature("SignatureIsInvalid", "GUTC:1", text)


def _stale_list(bus: BusUnderTest, version: Version) -> Provoked:
    trust = bus.snapshot.trust
    crl = bus.pki.ca.crl(next_update=bus.pki.now - timedelta(hours=7))
    bus.change_registry(trust=TrustStore(trust.roots, trust.intermediates, (crl,)))
    text = "Данные об отзыве сертификатов устарели, проверить сертификат ЭП-ОВ нельзя. Повторите позже."
    return _consumer(bus, version).get_response(), Refusal("SMEVFailure", "GUTC:0", 60, text)


# Attachments


def _attached(bus: BusUnderTest, version: Version, headers: tuple[str, ...], *contents: str) -> HttpReply:
    consumer = _consumer(bus, version)
    described = tuple(messages.AttachmentHeader(each, "application/pdf") for each in headers)
    data = consumer.request_data(attachment_headers=described)
    files = [messages.AttachmentContent(each, b"pdf") for each in contents]
    return consumer.post(consumer.request_envelope(data, attachments=files))


def _miscoordinated(text: str) -> Refusal:
    return Refusal("AttachmentContentMiscoordination", "PP:4", 201, text)


def _without_its_header(bus: BusUnderTest, version: Version) -> Provoked:
    reply = _attached(bus, version, ("zapros",), "otvet")
    return reply, _miscoordinated('Вложение [Id="otvet"] не имеет заголовка.')


def _fewer_headers(bus: BusUnderTest, version: Version) -> Provoked:
    reply = _attached(bus, version, ("a",), "a", "b")
    return reply, _miscoordinated("Количество вложений - 2, количество заголовков - 1")


def _without_any_header(bus: BusUnderTest, version: Version) -> Provoked:
    reply = _attached(bus, version, (), "a", "b")
    return reply, _miscoordinated("Количество вложений - 2, нет ни одного заголовка.")


def _nameless(bus: BusUnderTest, version: Version) -> Provoked:
    return _attached(bus, version, ("",), ""), _miscoordinated(
        "Вложения не имеют заполненных требуемых полей."
    )


def _unsigned_attachment(bus: BusUnderTest, version: Version) -> Provoked:
    return _attached(bus, version, ("a",), "a"), _miscoordinated(
        "Вложения не имеют заполненных требуемых полей."
    )


def _part_that_is_not_there(bus: BusUnderTest, version: Version) -> Provoked:
    consumer = _consumer(bus, version)
    data = consumer.request_data(attachment_headers=(messages.AttachmentHeader("a", "text/plain"),))
    content = messages.AttachmentContent("a", b"", "cid:nowhere")
    return consumer.post(consumer.request_envelope(data, attachments=[content])), FAILURE


def _too_large(bus: BusUnderTest, version: Version) -> Provoked:
    consumer = _consumer(bus, version)
    data = consumer.request_data(attachment_headers=(messages.AttachmentHeader("a", "text/plain"),))
    file = messages.AttachmentContent("a", b"x" * 5_242_880)
    reply = consumer.post(consumer.request_envelope(data, attachments=[file]))
    (real,) = re.findall(rb"<ns3:RealTotalAttachmentSize>(\d+)<", reply.body)
    assert 5_242_880 < int(real) < 5_260_000
    sizes = (("PermittedTotalAttachmentSize", "5242880"), ("RealTotalAttachmentSize", real.decode()))
    text = "Превышен максимально допустимый суммарный размер присоединённых файлов и сообщения."
    return reply, Refusal("AttachmentSizeLimitExceeded", "PP:2", 200, text, children=sizes)


# Identifiers and terms


def _random_id(bus: BusUnderTest, version: Version) -> Provoked:
    reply = _consumer(bus, version).send_request(message_id="e3e70682-c209-4cac-a29f-6fbed82c07cd")
    text = "Недопустимый формат идентификатора сообщения. См. RFC-4122."
    return reply, Refusal("InvalidMessageIdFormat", "UNQ:1", 300, text)


def _sent_before(bus: BusUnderTest, version: Version) -> Provoked:
    consumer, identifier = _consumer(bus, version), bus.ids.new()
    assert consumer.send_request(message_id=identifier).status == 200
    text = f"Сообщение с идентификатором {identifier} было послано ранее."
    return consumer.send_request(message_id=identifier), Refusal("MessageIsAlreadySent", "UNQ:3", 301, text)


def _stale(bus: BusUnderTest, version: Version) -> Provoked:
    identifier = bus.ids.new()
    bus.clock.advance(hours=25)
    reply = _consumer(bus, version).send_request(message_id=identifier)
    return reply, Refusal(
        "StaleMessageId", "UNQ:2", 302, "Timestamp идентификатора сообщения слишком давний."
    )


def _past_its_end(bus: BusUnderTest, version: Version) -> Provoked:
    reply = _consumer(bus, version).send_request(eol="2026-11-20T14:59:00+03:00")
    text = "Превышение пороговой продолжительности обработки вызова"
    return reply, Refusal("EndOfLifeReached", "PP:3", 500, text)


def _answer_too_late(bus: BusUnderTest, version: Version) -> Provoked:
    assert _consumer(bus, version).send_request(eol="2026-11-20T15:10:00+03:00").status == 200
    provider = bus.provider.speaking(version)
    request = provider.get_request().operation.request
    bus.clock.advance(minutes=11)
    text = "Превышение пороговой продолжительности обработки вызова"
    reply = provider.send_response(request.reply_to)
    return reply, Refusal("EndOfLifeReached", "PP:3", 500, text)


def _ack_of_nothing(bus: BusUnderTest, version: Version) -> Provoked:
    identifier = bus.ids.new()
    text = f"Сообщение {identifier} не найдено среди неподтверждённых."
    return _consumer(bus, version).ack(identifier), Refusal("TargetMessageIsNotFound", "DAS:4", 501, text)


def _ack_again(bus: BusUnderTest, version: Version) -> Provoked:
    identifier = _asked(bus, version).metadata.message_id or ""
    provider = bus.provider.speaking(version)
    assert provider.ack(identifier).status == 200
    text = f"Сообщение {identifier} не найдено среди неподтверждённых."
    return provider.ack(identifier), Refusal("TargetMessageIsNotFound", "DAS:4", 501, text)


# Content


def _unsupported(module: str, text: str, name: str, namespace: str) -> Refusal:
    children = (("RootElementLocalName", name), ("RootElementNamespaceURI", namespace))
    return Refusal("BusinessDataTypeIsNotSupported", module, 401, text, children=children)


def _unknown_type(bus: BusUnderTest, version: Version) -> Provoked:
    reply = _consumer(bus, version).send_request(f'<x:Who xmlns:x="{UNKNOWN}"/>'.encode())
    return reply, _unsupported("BSV:1", "Не найден вид сведений.", "Who", UNKNOWN)


def _response_as_request(bus: BusUnderTest, version: Version) -> Provoked:
    text = (
        f"Попытка послать сообщение {{{NAMESPACE}}}Answer через метод sendRequest, "
        "в то время как этот тип сообщений зарегистрирован как RESPONSE"
    )
    reply = _consumer(bus, version).send_request(answer())
    return reply, _unsupported("RTR:7", text, "Answer", NAMESPACE)


def _request_as_response(bus: BusUnderTest, version: Version) -> Provoked:
    request = _asked(bus, version)
    content = request.data.primary_content
    assert content is not None
    text = (
        f"Попытка послать сообщение {{{NAMESPACE}}}Question через метод sendResponse, "
        "в то время как этот тип сообщений зарегистрирован как REQUEST"
    )
    reply = bus.provider.speaking(version).send_response(request.reply_to or "", content.octets)
    return reply, _unsupported("RTR:7", text, "Question", NAMESPACE)


def _answer_of_another_type(bus: BusUnderTest, version: Version) -> Provoked:
    request = _asked(bus, version)
    other = answer(namespace=FORBIDDEN_NAMESPACE)
    reply = bus.provider.speaking(version).send_response(request.reply_to or "", other)
    text = "Содержимое ответа зарегистрировано в СМЭВ как запрос"
    return reply, Refusal("IncorrectResponseContentType", "RTR:0", None, text)


def _poll_for_unknown_type(bus: BusUnderTest, version: Version) -> Provoked:
    reply = _consumer(bus, version).get_response(namespace_uri=UNKNOWN, root_local_name="Who")
    text = (
        "Входящая очередь запрошенного типа сообщений, принадлежащая пользователю "
        f"{bus.pki.consumer.certificate.subject} не зарегистрирована в СМЭВ"
    )
    return reply, Refusal("UnknownMessageType", "PP:12", 402, text)


def _poll_for_type_of_another(bus: BusUnderTest, version: Version) -> Provoked:
    reply = _consumer(bus, version).get_request(namespace_uri=NAMESPACE, root_local_name="Question")
    text = (
        "Входящая очередь запрошенного типа сообщений, принадлежащая пользователю "
        f"{bus.pki.consumer.certificate.subject} не зарегистрирована в СМЭВ"
    )
    return reply, Refusal("UnknownMessageType", "PP:12", 402, text)


def _empty_content(bus: BusUnderTest, version: Version) -> Provoked:
    emptied = re.sub(
        b"(<MessagePrimaryContent[^>]*>).*(</MessagePrimaryContent>)", rb"\1\2", _request(bus, version)
    )
    text = "Сообщение содержит не все вложенные элементы. Блок MessagePrimaryContent отсутствует либо пуст."
    return _consumer(bus, version).post(emptied), Refusal("InvalidContent", "PP:55", 403, text)


def _element_too_many(bus: BusUnderTest, version: Version) -> Provoked:
    spoilt = _request(bus, version).replace(b"<ns2:MessageID>", b"<ns2:Extra/><ns2:MessageID>")
    reply = _consumer(bus, version).post(spoilt)
    return reply, Refusal("InvalidContent", "PP:55", 403, "Нарушен формат бизнес-конверта.")


def _speaking_as_smev(bus: BusUnderTest, version: Version) -> Provoked:
    request = _asked(bus, version)
    status = messages.AsyncProcessingStatus(request.metadata.message_id or "", "cancelled")
    reply = bus.provider.speaking(version).send_response(request.reply_to or "", async_status=status)
    return reply, Refusal("InvalidContent", "PP:55", 403, "Нарушен формат бизнес-конверта.")


def _old_poll(bus: BusUnderTest, version: Version) -> Provoked:
    stamp = messages.write_time(bus.pki.now - timedelta(minutes=31))
    reply = _consumer(bus, version).get_request(timestamp=stamp)
    text = f"Метка времени сообщения {stamp} не действительна"
    return reply, Refusal("InvalidContent", "PP:55", 403, text)


# Parties and SMEV itself


def _nobody_provides(bus: BusUnderTest, version: Version) -> Provoked:
    bus.change_registry(providers={})
    text = (
        "Невозможно определить получателя для сообщения. "
        f"Полное имя корневого элемента: {{{NAMESPACE}}}Question"
    )
    refusal = Refusal("RecipientIsNotFound", "RTR:4", 502, text, "Не найден получатель по виду сведений")
    return _consumer(bus, version).send_request(), refusal


def _several_provide(bus: BusUnderTest, version: Version) -> Provoked:
    systems = bus.snapshot.systems_by_id
    bus.change_registry(providers={10: (systems[2], systems[3])})
    text = (
        f"Найдено несколько получателей для сообщения. Полное имя корневого элемента: {{{NAMESPACE}}}Question"
    )
    return _consumer(bus, version).send_request(), Refusal("RecipientIsNotFound", "RTR:4", 502, text)


def _answer_to_nobodys_request(bus: BusUnderTest, version: Version) -> Provoked:
    request = _asked(bus, version)
    forged = replace(messages.ReplyTo.decode(request.reply_to or ""), message_id=str(UUID(int=1, version=1)))
    reply = bus.provider.speaking(version).send_response(forged.encode())
    (text,) = re.findall("<faultstring>(.*)</faultstring>", reply.body.decode())
    assert text.startswith("Невозможно определить получателя для сообщения. Полное имя корневого элемента: {")
    return reply, Refusal("RecipientIsNotFound", "RTR:4", 502, text, "Не найден получатель по виду сведений")


def _unregistered(bus: BusUnderTest, version: Version) -> Provoked:
    stranger = bus.participant(bus.pki.official, version)
    text = "Отправитель сообщения не зарегистрирован."
    return stranger.send_request(), Refusal("SenderIsNotRegistered", "RTR:1", 503, text)


def _not_xml(bus: BusUnderTest, version: Version) -> Provoked:
    return _consumer(bus, version).post(_request(bus, version)[:-20]), FAILURE


def _unreadable_to(bus: BusUnderTest, version: Version) -> Provoked:
    return bus.provider.speaking(version).send_response("%%%"), FAILURE


def _under_maintenance(bus: BusUnderTest, version: Version) -> Provoked:
    bus.change_registry(maintenance=True)
    return _consumer(bus, version).send_request(), FAILURE


def _poll_under_maintenance(bus: BusUnderTest, version: Version) -> Provoked:
    bus.change_registry(maintenance=True)
    return _consumer(bus, version).get_response(), FAILURE


def _unknown_code(bus: BusUnderTest, version: Version) -> Provoked:
    reply = _consumer(bus, version).send_request(transaction_code="invented")
    return reply, Refusal("TransactionCodeInvalid", "TRC:0", None, "Код транзакции не действителен")


def _called_off(bus: BusUnderTest, version: Version) -> Provoked:
    consumer, identifier = _consumer(bus, version), bus.ids.new()
    assert consumer.send_request(message_id=identifier).status == 200
    signed = CancelRequestRequest(identifier, "SIGNED_BY_CALLER").reference(version)
    reply = consumer.post(consumer.signed_call("CancelRequestRequest", signed))
    return reply, Refusal("RequestIsNotFound", "DAS:0", None, "Запрос не найден")


STRICT = {"attachment_signature_required": True}
CASES = (
    Case("no_signature", "request", _unsigned),
    Case("no_signature", "poll", _unsigned_poll),
    Case("signature_invalid", "request", _changed_after_signing),
    Case("signature_invalid", "ack", _ack_changed_after_signing),
    Case("incorrect_signature_target", "another id", _another_id),
    Case("certificate_not_found", "none", _without_certificate),
    Case("certificate_not_found", "untrusted", _certificate_of_nobody_trusted),
    Case("poor_envelope", "two operations", _two_operations),
    Case("poor_envelope", "header behind", _header_behind),
    Case("certificate_expired", "request", _expired),
    Case("certificate_not_yet_valid", "poll", _not_yet_valid),
    Case("certificate_revoked", "poll", _revoked),
    Case("revocation_data_stale", "poll", _stale_list),
    Case("attachment_size_exceeded", "inline", _too_large),
    Case("attachment_without_header", "another name", _without_its_header),
    Case("attachment_counts_differ", "two and one", _fewer_headers),
    Case("attachments_without_headers", "none", _without_any_header),
    Case("attachment_fields_missing", "nameless", _nameless),
    Case("attachment_fields_missing", "unsigned", _unsigned_attachment, STRICT),
    Case("invalid_message_id", "random", _random_id),
    Case("message_already_sent", "again", _sent_before),
    Case("stale_message_id", "a day", _stale),
    Case("unknown_business_type", "request", _unknown_type),
    Case("wrong_direction", "request", _response_as_request),
    Case("wrong_direction", "response", _request_as_response),
    Case("incorrect_response_content_type", "another type", _answer_of_another_type),
    Case("unknown_type_for_queue", "unknown", _poll_for_unknown_type),
    Case("unknown_type_for_queue", "not a provider", _poll_for_type_of_another),
    Case("block_missing", "empty", _empty_content),
    Case("invalid_envelope", "element too many", _element_too_many),
    Case("invalid_envelope", "as smev", _speaking_as_smev),
    Case("invalid_timestamp", "old", _old_poll),
    Case("end_of_life", "past", _past_its_end),
    Case("end_of_life", "answer too late", _answer_too_late),
    Case("target_not_found", "never handed out", _ack_of_nothing),
    Case("target_not_found", "twice", _ack_again),
    Case("recipient_not_found", "request", _nobody_provides),
    Case("recipient_not_found", "response", _answer_to_nobodys_request),
    Case("several_recipients", "request", _several_provide),
    Case("sender_not_registered", "request", _unregistered),
    Case("smev_failure", "cut", _not_xml),
    Case("smev_failure", "to", _unreadable_to),
    Case("smev_failure", "no such part", _part_that_is_not_there),
    Case("smev_failure", "maintenance", _under_maintenance),
    Case("smev_failure", "maintenance, poll", _poll_under_maintenance),
    Case("transaction_code_invalid", "not issued", _unknown_code, {"transaction_codes": "check"}),
    Case("request_not_found", "2015", _called_off),
)
