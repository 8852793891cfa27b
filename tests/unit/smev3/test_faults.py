"""Faults: the table, the wire form, reading what other servers send."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import click
import pytest
from lxml import etree

from mezhved.cli.main import cli
from mezhved.smev3 import faults, soap
from mezhved.smev3.faults import Fault, FaultKind, Form, Retry, SignatureCode
from mezhved.smev3.versions import Version
from tests.support.smev3_reference import beside

OFFICIAL = beside("smev3")
HEAD = "fed0:PRODUCTION_AREA:FED0_CORE1 : TR:SYNC:"
WHEN = datetime(2014, 12, 3, 9, 21, tzinfo=UTC)
NAMESPACE = "urn://test-organ/root/001-01/1.0.0"

EVERY_CASE: dict[str, Fault] = {
    fault.row: fault
    for fault in (
        faults.no_signature(),
        faults.signature_invalid(),
        faults.incorrect_signature_target(),
        faults.certificate_not_found(),
        faults.poor_envelope(),
        faults.certificate_expired(WHEN),
        faults.certificate_not_yet_valid(WHEN),
        faults.attachment_signature_invalid("zapros.jpg"),
        faults.certificate_revoked(),
        faults.revocation_data_stale(),
        faults.attachment_size_exceeded(5_242_880, 6_000_000),
        faults.attachment_without_header("otvet"),
        faults.attachment_counts_differ(2, 1),
        faults.attachments_without_headers(2),
        faults.attachment_fields_missing(),
        faults.file_attachments_incorrect("cfbd94c8-7d53-11ed-9ce8-3388bad5aac4"),
        faults.quota_exceeded(10, 20),
        faults.invalid_message_id(),
        faults.message_already_sent("cfbd94c8-7d53-11ed-9ce8-3388bad5aac4"),
        faults.stale_message_id(),
        faults.unknown_business_type(NAMESPACE, "Request"),
        faults.wrong_direction(NAMESPACE, "Request", "sendResponse", "REQUEST"),
        faults.unknown_type_for_queue("CN=Тест"),
        faults.block_missing(),
        faults.invalid_envelope(),
        faults.invalid_timestamp("2026-11-22T06:00:00"),
        faults.invalid_business_data(
            "cfbd94c8-7d53-11ed-9ce8-3388bad5aac4", ["cvc-complex-type.2.4.b: <doc>"]
        ),
        faults.end_of_life(),
        faults.target_not_found("cfbd94c8-7d53-11ed-9ce8-3388bad5aac4"),
        faults.recipient_not_found(NAMESPACE, "Request"),
        faults.several_recipients(NAMESPACE, "Request"),
        faults.sender_not_registered(),
        faults.access_denied(),
        faults.smev_failure(),
        faults.destination_overflow("broker", "queue"),
        faults.transaction_code_invalid(),
        faults.personal_access_denied(),
        faults.incorrect_response_content_type(),
        faults.request_not_found(),
    )
}

OFFICIAL_TEXTS = [
    (faults.no_signature(), "Отсутствует ЭП-ОВ", 100, "SPS:1"),
    (
        faults.certificate_expired(WHEN),
        "Срок действия сертификата ЭП-ОВ истёк. Сертификат действителен до 2014-12-03 12:21",
        100,
        "SPS:4",
    ),
    (
        faults.certificate_revoked(),
        "\u0043ертификат отозван. Код ответа в ГУЦ:14",
        100,
        "GUTC:1",
    ),
    (
        faults.attachment_signature_invalid("zapros.jpg"),
        "Проверка подписи на вложении zapros.jpg: Дайджест не прошел проверку!",
        100,
        "SPS:7",
    ),
    (faults.attachment_without_header("otvet"), 'Вложение [Id="otvet"] не имеет заголовка.', 201, "PP:4"),
    (
        faults.attachment_counts_differ(3, 2),
        "Количество вложений - 3, количество заголовков - 2",
        201,
        "PP:4",
    ),
    (faults.stale_message_id(), "Timestamp идентификатора сообщения слишком давний.", 302, "UNQ:2"),
    (
        faults.wrong_direction("urn://a", "Root", "sendResponse", "REQUEST"),
        (
            "Попытка послать сообщение {urn://a}Root через метод sendResponse, "
            "в то время как этот тип сообщений зарегистрирован как REQUEST"
        ),
        401,
        "RTR:7",
    ),
    (
        faults.block_missing(),
        "Сообщение содержит не все вложенные элементы. Блок MessagePrimaryContent отсутствует либо пуст.",
        403,
        "PP:55",
    ),
    (
        faults.target_not_found("b1e5c6a2-7d53-11ed-9ce8-3388bad5aac4"),
        "Сообщение b1e5c6a2-7d53-11ed-9ce8-3388bad5aac4 не найдено среди неподтверждённых.",
        501,
        "DAS:4",
    ),
    (faults.smev_failure(), "Ошибка СМЭВ. Обратитесь в службу технической поддержки.", 60, "RTR:10"),
]


@pytest.mark.parametrize(("fault", "text", "number", "module"), OFFICIAL_TEXTS)
def test_a_fault_tells_the_official_text(fault: Fault, text: str, number: int, module: str) -> None:
    assert (fault.text, fault.number, fault.module) == (text, number, module)
    assert fault.description == f"SMEV-{number}:{text}"


def test_the_description_of_a_missing_recipient_differs_from_the_faultstring() -> None:
    fault = faults.recipient_not_found("urn://a", "Root")
    assert fault.text.endswith("Полное имя корневого элемента: {urn://a}Root")
    assert fault.description == "SMEV-502:Не найден получатель по виду сведений"


def test_every_line_of_the_table_has_a_case_with_cause_and_cure_in_both_languages() -> None:
    assert set(EVERY_CASE) == set(faults.TABLE)
    for row in faults.TABLE.values():
        assert row.synchronous or row.asynchronous, row.name
        assert row.operations, row.name
        texts = [row.meaning, *(text for each in row.reasons for text in (each.cause, each.cure))]
        assert row.reasons, row.name
        assert all(re.search("[А-Яа-я]", each.ru) for each in texts), row.name
        assert all(each.en and not re.search("[А-Яа-я]", each.en) for each in texts), row.name
        assert len({each.ru for each in texts}) == len({each.en for each in texts}), row.name


COMMAND = re.compile(r"mezhved ([a-z0-9]+(?: [a-z]+)*)")


def test_every_command_that_is_advised_exists() -> None:
    advised = {
        found
        for row in faults.TABLE.values()
        for text in (row.meaning, *(each.cure for each in row.reasons))
        for found in COMMAND.findall(text.en)
    }
    assert advised
    for words in advised:
        command: click.Command = cli
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            inner = command.get_command(click.Context(command), word)
            assert inner is not None, words
            command = inner


def _body(fault: Fault, version: Version) -> bytes:
    return faults.fault_body(fault, version, HEAD + fault.module)


def test_the_table_knows_every_number_of_the_official_list() -> None:
    numbers = {row.number for row in faults.TABLE.values() if row.number}
    assert numbers == {60, 100, 200, 201, 202, 300, 301, 302, 401, 402, 403, 500, 501, 502, 503, 504, 600}


def test_a_void_fault_is_written_as_the_real_server_writes_it() -> None:
    body = _body(faults.stale_message_id(), Version.V1_2).decode()
    base = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types"
    text = "Timestamp идентификатора сообщения слишком давний."
    assert body == (
        f"<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{text}</faultstring><detail>"
        f'<ns3:StaleMessageId xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:ns3="{base}/faults/1.2" xmlns:ns2="{base}/1.2" xmlns="{base}/basic/1.2" '
        f'xsi:type="SmevFault"><Code>fed0:PRODUCTION_AREA:FED0_CORE1 : TR:SYNC:UNQ:2</Code>'
        f"<Description>SMEV-302:{text}</Description></ns3:StaleMessageId></detail></soap:Fault>"
    )


def test_a_typed_fault_carries_no_type_and_its_children_in_the_faults_namespace() -> None:
    body = _body(faults.no_signature(), Version.V1_1).decode()
    assert "xsi" not in body
    assert "<ns3:SignatureVerificationFault>NoSignatureFound</ns3:SignatureVerificationFault>" in body


def test_end_of_life_is_typed_in_1_3_only() -> None:
    kind = FaultKind.END_OF_LIFE_REACHED
    assert [kind.form(version) for version in Version] == [Form.VOID, Form.VOID, Form.PLAIN]
    assert b"xsi:type" in _body(faults.end_of_life(), Version.V1_2)
    assert b"xsi:type" not in _body(faults.end_of_life(), Version.V1_3)


def test_personal_access_denied_becomes_access_denied_before_1_3() -> None:
    assert b"<ns3:AccessDenied " in _body(faults.personal_access_denied(), Version.V1_2)
    assert b"<ns3:PersonalAccessDenied " in _body(faults.personal_access_denied(), Version.V1_3)


def _detail(fault: Fault, version: Version) -> etree._Element:
    root = etree.fromstring(soap.envelope(_body(fault, version)))
    (detail,) = root.iter("detail")
    return detail[0]


# The real server sends InvalidContent without the ValidationError that the schema asks for.
KNOWN_TO_BREAK_THE_SCHEMA = {"block_missing", "invalid_envelope", "invalid_timestamp"}


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official schemas are not on this machine")
@pytest.mark.parametrize("version", list(Version), ids=lambda version: version.value)
def test_every_detail_element_is_valid_by_the_official_schema(version: Version) -> None:
    number = version.value
    schema = etree.XMLSchema(etree.parse(OFFICIAL / number / f"smev-message-exchange-faults-{number}.xsd"))
    broken = {name for name, fault in EVERY_CASE.items() if not schema.validate(_detail(fault, version))}
    assert broken == KNOWN_TO_BREAK_THE_SCHEMA


@pytest.mark.parametrize("version", list(Version), ids=lambda version: version.value)
@pytest.mark.parametrize("name", sorted(EVERY_CASE))
def test_what_was_written_is_read_again(name: str, version: Version) -> None:
    fault = EVERY_CASE[name]
    root = etree.fromstring(soap.envelope(_body(fault, version)))
    element = soap.parse_envelope(root)
    assert soap.is_fault(element)
    read = faults.read_fault(element)
    if fault.kind is not FaultKind.PERSONAL_ACCESS_DENIED:
        assert read.kind is fault.kind
    assert (read.text, read.description, read.module) == (fault.text, fault.description, fault.module)
    assert (read.children, read.version, read.soap_code) == (fault.children, version, "soap:Server")
    assert read.code == HEAD + fault.module


def test_a_fault_does_not_repeat_a_name_without_end() -> None:
    fault = faults.wrong_direction("urn:" + "x" * 1_000_000, "y" * 1_000_000, "sendRequest", "RESPONSE")
    assert len(_body(fault, Version.V1_1)) < 10_000
    assert len(_body(faults.target_not_found("0" * 1_000_000), Version.V1_1)) < 10_000


def test_signs_that_xml_cannot_carry_do_not_break_the_fault() -> None:
    fault = faults.unknown_type_for_queue("CN=<Тест> & \x00\ud800")
    root = etree.fromstring(soap.envelope(_body(fault, Version.V1_1)))
    text = next(root.iter("faultstring")).text or ""
    assert "CN=<Тест> & \ufffd\ufffd" in text


GATEWAY = """<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Header/>
<SOAP-ENV:Body><SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode>
<faultstring xml:lang="ru">Сообщение не найдено</faultstring><detail>
<ns9:TargetMessageIsNotFound xmlns:ns9="urn://x-artefacts-smev-gov-ru/services/message-exchange/types/faults/1.1"/>
</detail></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"""


def test_an_empty_detail_element_of_a_gateway_is_recognised_by_its_name() -> None:
    fault = faults.read_fault(soap.parse_envelope(etree.fromstring(GATEWAY.encode())))
    assert fault.kind is FaultKind.TARGET_MESSAGE_IS_NOT_FOUND
    assert (fault.number, fault.version) == (501, Version.V1_1)
    assert (fault.text, fault.soap_code) == ("Сообщение не найдено", "SOAP-ENV:Client")


def test_a_detail_element_of_another_namespace_is_no_fault_of_smev() -> None:
    other = GATEWAY.replace("types/faults/1.1", "types/1.1")
    fault = faults.read_fault(soap.parse_envelope(etree.fromstring(other.encode())))
    assert (fault.kind, fault.retry) == (None, None)


def test_a_fault_of_a_version_yet_unknown_is_recognised() -> None:
    other = GATEWAY.replace("faults/1.1", "faults/1.4")
    fault = faults.read_fault(soap.parse_envelope(etree.fromstring(other.encode())))
    assert (fault.kind, fault.version) == (FaultKind.TARGET_MESSAGE_IS_NOT_FOUND, None)


def test_a_soap_fault_without_detail_keeps_its_text() -> None:
    fault = faults.read_fault(
        etree.fromstring(
            b'<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>s:Server</faultcode>'
            b"<faultstring>busy</faultstring></s:Fault>"
        )
    )
    assert (fault.kind, fault.number, fault.text) == (None, None, "busy")


def test_the_client_repeats_corrects_or_stops_as_the_wsdl_says() -> None:
    assert faults.smev_failure().retry is Retry.REPEAT
    assert faults.destination_overflow("a", "b").retry is Retry.REPEAT
    assert faults.message_already_sent("x").retry is Retry.DONE
    assert faults.stale_message_id().retry is Retry.CORRECT


@pytest.mark.parametrize("name", sorted(EVERY_CASE))
def test_a_fault_read_from_the_wire_is_explained_by_its_own_line(name: str) -> None:
    body = _body(EVERY_CASE[name], Version.V1_3)
    read = faults.read_fault(soap.parse_envelope(etree.fromstring(soap.envelope(body))))
    row = faults.explain(read)
    assert row is not None
    assert row.name == name


def test_the_error_carries_the_fault_and_its_words() -> None:
    fault = faults.no_signature()
    error = faults.SmevFaultError(fault)
    assert error.fault is fault
    assert "SMEV-100:Отсутствует ЭП-ОВ" in str(error)
    assert fault.signature_code is SignatureCode.NO_SIGNATURE
