"""The exchanges of the demonstration; each checks all that came of it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mezhved.demo import business
from mezhved.demo.catalogue import CHARGE, FUND, OFFICIAL, SERVICE, SNILS, TOWN
from mezhved.demo.pki import STRANGER
from mezhved.demo.provider import EXTRACT_FILE
from mezhved.demo.stage import expect, fail, wait_until
from mezhved.smev3.client import Attachment
from mezhved.smev3.faults import FaultKind, SmevFaultError
from mezhved.smev3.ids import MessageIds
from mezhved.smev3.versions import Version
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.demo.stage import Stage
    from mezhved.smev3.client import Received, RequestOptions
    from mezhved.smev3.messages import AsyncProcessingStatus, Response

V12 = Version.V1_2
LIFE = timedelta(seconds=3)
_TWO_DAYS = 2 * 86_400 * 10**9


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of exchange: the folder of its messages, its title, what to do."""

    name: str
    title: Text
    run: Callable[[Stage], None]


def request_and_answer(stage: Stage) -> None:
    """Ask for a SNILS; the request carries the official's signature too."""
    official = stage.pki.signers[OFFICIAL]
    sent = stage.send(TOWN.mnemonic, V12, business.snils_request(identifier="OFFICIAL"), official=official)
    name = official.certificate.subject_name.get("CN")
    stage.say(f"бизнес-данные подписал также {name} (ЭП-СП)", f"{name} signed the business data too (EP-SP)")
    received = stage.answer(stage.client(TOWN.mnemonic, V12), sent, TOWN.mnemonic)
    _expect_sender_signature(received)
    snils = _fields(received)["Snils"]
    expect(snils == business.KNOWN_SNILS, f"СНИЛС {snils}", f"SNILS {snils}")
    stage.say(f"СНИЛС: {snils}", f"SNILS: {snils}")


def refusal(stage: Stage) -> None:
    """Ask for somebody whom the fund does not know."""
    content = business.snils_request(business.UNKNOWN_FAMILY)
    sent = stage.send(TOWN.mnemonic, V12, content)
    received = stage.answer(stage.client(TOWN.mnemonic, V12), sent, TOWN.mnemonic)
    told = [(each.code, each.description) for each in received.message.data.rejections]
    expect(
        told == [("NO_DATA", "Сведения о лице не найдены")],
        f"вместо отказа: {told}",
        f"not a refusal: {told}",
    )
    stage.say(f"отказ поставщика: {told[0][0]}, «{told[0][1]}»", f"the provider refuses: {told[0][0]}")


def interim_status(stage: Stage) -> None:
    """Ask about a passport; the service first says that it works on it."""
    sent = stage.send(TOWN.mnemonic, V12, business.passport_request())
    client = stage.client(TOWN.mnemonic, V12)
    first = stage.answer(client, sent, TOWN.mnemonic).message.data.status
    expect(first is not None and first.code == 1, f"вместо статуса: {first}", f"not a status: {first}")
    stage.say(
        f"промежуточный статус: {first and first.description}", f"interim status: {first and first.code}"
    )
    state = _fields(stage.answer(client, sent, TOWN.mnemonic))["State"]
    expect(state == business.VALID, f"паспорт: {state}", f"passport: {state}")
    stage.say("паспорт действителен", "the passport is valid")


def across_versions(stage: Stage) -> None:
    """Send by 1.1 what the provider takes by 1.3."""
    sent = stage.send(TOWN.mnemonic, Version.V1_1, business.charge_request())
    received = stage.answer(stage.client(TOWN.mnemonic, Version.V1_1), sent, TOWN.mnemonic)
    expect(received.message.version is Version.V1_1, "ответ не в 1.1", "the answer is not in 1.1")
    expect(
        received.sender_signature is None,
        "ЭП-ОВ поставщика пережила смену версии",
        "the provider's signature outlived the change of version",
    )
    expect(_fields(received)["Accepted"] == "true", "начисление не принято", "the charge is not taken")
    stage.say(
        "запрос ушёл по 1.1 и пришёл по 1.3, ответ — наоборот; начисление принято",
        "the request left by 1.1 and came by 1.3, the answer the other way; the charge is taken",
    )


def attachments(stage: Stage) -> None:
    """Send a file and get one (MTOM)."""
    scan = Attachment("application_1", "text/plain", "Заявление (тестовое)".encode())
    sent = stage.send(TOWN.mnemonic, V12, business.extract_request(), attachments=[scan])
    client = stage.client(TOWN.mnemonic, V12)
    received = stage.answer(client, sent, TOWN.mnemonic)
    _expect_sender_signature(received)
    expect(len(received.attachments) == 1, "вложение не пришло", "the file did not come")
    (file,) = received.attachments
    verdict = client.check_attachment(file)
    right = verdict is not None and verdict.digest_ok and verdict.signature_ok
    expect(file.octets == EXTRACT_FILE, "вложение изменилось", "the file changed")
    expect(bool(right), "PKCS#7 вложения неверна", "the file's PKCS#7 is false")
    stage.say(
        f"выписка о «{_fields(received)['Name']}», файл {len(file.octets)} байт, PKCS#7 верна",
        f"the extract came with a file of {len(file.octets)} octets, its PKCS#7 is right",
    )


def bad_business_data(stage: Stage) -> None:
    """Leave out the date of birth: SMEV takes the request and refuses it later."""
    sent = stage.send(TOWN.mnemonic, V12, business.broken_snils_request())
    status = _system_answer(stage, sent, TOWN.mnemonic, "requestIsRejectedBySmev", "SMEV-403")
    stage.say(
        f"данные не по схеме, асинхронный отказ СМЭВ: {status.status_details}",
        f"the data break the schema, SMEV refuses: {status.status_details}",
    )


def access_denied(stage: Stage) -> None:
    """Ask for a SNILS without the right to."""
    sent = stage.send(SERVICE.mnemonic, V12, business.snils_request())
    status = _system_answer(stage, sent, SERVICE.mnemonic, "requestIsRejectedBySmev", "SMEV-504")
    stage.say(
        f"прав нет, асинхронный отказ СМЭВ: {status.status_details}",
        f"no right, SMEV refuses: {status.status_details}",
    )


def end_of_life(stage: Stage) -> None:
    """Let a request wait longer than it lives."""
    provider = stage.providers[FUND.mnemonic]
    provider.close_desk(CHARGE)
    try:
        eol = datetime.now(UTC) + LIFE
        sent = stage.send(TOWN.mnemonic, V12, business.charge_request(), eol=eol)
        stage.say(
            "поставщик не берёт запросы этого вида; ждём, пока срок годности (EOL) выйдет",
            "the provider takes no requests of this type; waiting for the end of life (EOL)",
        )
        status = _system_answer(stage, sent, TOWN.mnemonic, "cancelled", "SMEV-500")
    finally:
        provider.open_desk(CHARGE)
    expect(provider.handled[sent] == 0, "просроченный запрос выдан", "the expired request was handed out")
    stage.say(
        f"срок вышел в очереди, запрос отменён: {status.status_details}",
        f"it expired in the queue and is cancelled: {status.status_details}",
    )


def duplicate(stage: Stage) -> None:
    """Send the very same call twice, as after a broken connection."""
    client = stage.client(TOWN.mnemonic, V12)
    options: RequestOptions = {} if stage.node_id is None else {"node_id": stage.node_id}
    outgoing = client.prepare_request(business.snils_request(), **options)
    first, second = client.send(outgoing), client.send(outgoing)
    expect(not first.already_sent, "первый вызов — повтор", "the first call counts as a repetition")
    expect(second.already_sent, "повтор принят за новое", "the repetition was taken for a new message")
    stage.say(
        f"{TOWN.mnemonic} → шина: запрос {outgoing.message_id} дважды; второй раз — MessageIsAlreadySent",
        f"{TOWN.mnemonic} -> bus: request {outgoing.message_id} twice; then MessageIsAlreadySent",
    )
    stage.answer(client, outgoing.message_id, TOWN.mnemonic)
    count = stage.providers[FUND.mnemonic].handled[outgoing.message_id]
    expect(count == 1, f"поставщик получил запрос раз: {count}", f"times the provider got it: {count}")
    stage.say("поставщик получил его один раз", "the provider got it once")


def statistics(stage: Stage) -> None:
    """Count what waits while a desk is closed; look into the status queue."""
    provider = stage.providers[FUND.mnemonic]
    fund = stage.client(FUND.mnemonic, V12)
    provider.close_desk(SNILS)
    try:
        sent = stage.send(TOWN.mnemonic, V12, business.snils_request())
        wait_until(
            lambda: any(each.pending for each in fund.queue_statistics()),
            "очередь пуста",
            "the queue is empty",
        )
        for each in fund.queue_statistics():
            stage.say(
                f"в очереди «{each.queue_name}» ждёт {each.pending}",
                f"{each.pending} wait in the queue {each.queue_name}",
            )
    finally:
        provider.open_desk(SNILS)
    stage.answer(stage.client(TOWN.mnemonic, V12), sent, TOWN.mnemonic)
    notice = stage.client(TOWN.mnemonic, V12).get_status()
    expect(notice is None, "в очереди статусов что-то есть", "the status queue holds something")


def faults(stage: Stage) -> None:
    """Make the mistakes that SMEV refuses at once."""
    client = stage.client(TOWN.mnemonic, V12)
    stranger = stage.client(STRANGER, V12)
    content = business.snils_request()
    yesterday = MessageIds(lambda: time.time_ns() - _TWO_DAYS, os.urandom).new()
    foreign = business.document("urn://mezhved.example/nobody/1.0.0", "NobodyRequest", {"What": "?"})
    mistakes: tuple[tuple[Text, FaultKind, Callable[[], object]], ...] = (
        (
            Text(ru="система не зарегистрирована", en="an unregistered system"),
            FaultKind.SENDER_IS_NOT_REGISTERED,
            lambda: stranger.send_request(content),
        ),
        (
            Text(ru="вид сведений неизвестен", en="an unknown type"),
            FaultKind.BUSINESS_DATA_TYPE_IS_NOT_SUPPORTED,
            lambda: client.send_request(foreign),
        ),
        (
            Text(ru="MessageID двухдневной давности", en="a MessageID two days old"),
            FaultKind.STALE_MESSAGE_ID,
            lambda: client.send_request(content, message_id=yesterday),
        ),
        (
            Text(ru="срок годности вышел до отправки", en="end of life before sending"),
            FaultKind.END_OF_LIFE_REACHED,
            lambda: client.send_request(content, eol=datetime.now(UTC) - LIFE),
        ),
        (
            Text(ru="подтверждение чужого сообщения", en="Ack of a message never handed out"),
            FaultKind.TARGET_MESSAGE_IS_NOT_FOUND,
            lambda: client.ack(yesterday),
        ),
        (
            Text(ru="опрос очереди неизвестного вида", en="a poll for an unknown type"),
            FaultKind.UNKNOWN_MESSAGE_TYPE,
            lambda: client.get_request(("urn://mezhved.example/nobody/1.0.0", "NobodyRequest")),
        ),
    )
    for what, kind, call in mistakes:
        try:
            call()
        except SmevFaultError as error:
            expect(error.fault.kind is kind, f"{what}: {error}", f"{what}: {error}")
            described = error.fault.description
            stage.say(f"{what.ru}: {kind.value}, {described}", f"{what.en}: {kind.value}, {described}")
        else:
            fail(f"{what.ru}: отказа нет", f"{what.en}: no fault")


def _system_answer(stage: Stage, sent: str, who: str, category: str, number: str) -> AsyncProcessingStatus:
    received = stage.answer(stage.client(who, V12), sent, who)
    status = received.message.data.async_status
    described = (status and status.fault and status.fault.description) or ""
    if status is None or status.status_category != category or not described.startswith(f"{number}:"):
        fail(f"ждали {category} {number}, пришло {status}", f"expected {category} {number}, got {status}")
    _expect_sender_signature(received)
    return status


def _expect_sender_signature(received: Received[Response]) -> None:
    signature = received.sender_signature
    expect(
        signature is not None and signature.valid,
        "ЭП-ОВ отправителя ответа неверна",
        "the signature of the answer's sender is false",
    )


def _fields(received: Received[Response]) -> dict[str, str]:
    content = received.message.data.primary_content
    expect(content is not None, f"не ответ: {received.message.data}", f"no answer: {received.message.data}")
    return business.fields_of(content.octets) if content else {}


SCENARIOS = (
    Scenario(
        "01-answer",
        Text(
            ru="Запрос и ответ, с подписью должностного лица", en="Request and answer, an official signs too"
        ),
        request_and_answer,
    ),
    Scenario("02-refusal", Text(ru="Отказ поставщика", en="The provider refuses"), refusal),
    Scenario(
        "03-interim-status",
        Text(ru="Промежуточный статус, затем ответ", en="An interim status, then the answer"),
        interim_status,
    ),
    Scenario(
        "04-versions",
        Text(ru="Потребитель на 1.1, поставщик на 1.3", en="The consumer speaks 1.1, the provider 1.3"),
        across_versions,
    ),
    Scenario(
        "05-attachments", Text(ru="Вложения (MTOM) в обе стороны", en="Files (MTOM) both ways"), attachments
    ),
    Scenario(
        "06-bad-data",
        Text(ru="Бизнес-данные не по схеме", en="Business data that break the schema"),
        bad_business_data,
    ),
    Scenario(
        "07-access-denied", Text(ru="Нет права на вид сведений", en="No right on the type"), access_denied
    ),
    Scenario("08-end-of-life", Text(ru="Срок годности вышел", en="End of life reached"), end_of_life),
    Scenario("09-duplicate", Text(ru="Одно сообщение дважды", en="One message twice"), duplicate),
    Scenario("10-statistics", Text(ru="Что ждёт в очередях", en="What waits in the queues"), statistics),
    Scenario("11-faults", Text(ru="Отказы сразу (SOAP Fault)", en="Refusals at once (SOAP faults)"), faults),
)
REPEATED = tuple(
    each for each in SCENARIOS if each.run in {request_and_answer, refusal, interim_status, attachments}
)
