"""Exchanges that succeed, one to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.demo import business
from mezhved.demo.catalogue import FUND, OFFICIAL, SNILS, TOWN
from mezhved.demo.provider import EXTRACT_FILE
from mezhved.demo.scenarios.checking import V12, expect_sender_signature, fields
from mezhved.demo.stage import expect, wait_until
from mezhved.smev3.client import Attachment
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse

TWINS = 2

if TYPE_CHECKING:
    from mezhved.demo.stage import Stage
    from mezhved.smev3.client import RequestOptions


def request_and_answer(stage: Stage) -> None:
    """Ask for a SNILS; the request carries the official's signature too."""
    official = stage.pki.signers[OFFICIAL]
    sent = stage.send(TOWN.mnemonic, V12, business.snils_request(identifier="OFFICIAL"), official=official)
    name = official.certificate.subject_name.get("CN")
    stage.say(f"бизнес-данные подписал также {name} (ЭП-СП)", f"{name} signed the business data too (EP-SP)")
    received = stage.answer(stage.client(TOWN.mnemonic, V12), sent, TOWN.mnemonic)
    expect_sender_signature(received)
    snils = fields(received)["Snils"]
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
    state = fields(stage.answer(client, sent, TOWN.mnemonic))["State"]
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
    expect(fields(received)["Accepted"] == "true", "начисление не принято", "the charge is not taken")
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
    expect_sender_signature(received)
    expect(len(received.attachments) == 1, "вложение не пришло", "the file did not come")
    (file,) = received.attachments
    verdict = client.check_attachment(file)
    right = verdict is not None and verdict.digest_ok and verdict.signature_ok
    expect(file.octets == EXTRACT_FILE, "вложение изменилось", "the file changed")
    expect(bool(right), "PKCS#7 вложения неверна", "the file's PKCS#7 is false")
    stage.say(
        f"выписка о «{fields(received)['Name']}», файл {len(file.octets)} байт, PKCS#7 верна",
        f"the extract came with a file of {len(file.octets)} octets, its PKCS#7 is right",
    )


def twins(stage: Stage) -> None:
    """Ask for a SNILS by data that fit two people: an ordinary answer, by the type's test scenario."""
    client = stage.client(TOWN.mnemonic, V12)
    sent = stage.send(TOWN.mnemonic, V12, business.snils_request(business.TWIN_FAMILY))
    content = stage.answer(client, sent, TOWN.mnemonic).message.data.primary_content
    found = (
        [] if content is None else list(parse(content.octets).iterchildren(f"{{{SNILS.namespace}}}TwinData"))
    )
    expect(len(found) == TWINS, f"двойников в ответе: {len(found)}", f"twins in the answer: {len(found)}")
    stage.say(f"по запросу найдено лиц: {len(found)}", f"people who fit the request: {len(found)}")


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
