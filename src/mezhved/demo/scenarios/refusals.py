"""What SMEV refuses, at once and afterwards."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mezhved.demo import business
from mezhved.demo.catalogue import CHARGE, FUND, SERVICE, TOWN
from mezhved.demo.pki import STRANGER
from mezhved.demo.scenarios.checking import V12, system_answer
from mezhved.demo.stage import expect, fail
from mezhved.gost import sign_cms
from mezhved.smev3.client import Attachment
from mezhved.smev3.faults import FaultKind, SmevFaultError
from mezhved.smev3.ids import MessageIds
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.demo.stage import Stage

LIFE = timedelta(seconds=3)
_TWO_DAYS = 2 * 86_400 * 10**9


def bad_business_data(stage: Stage) -> None:
    """Leave out the date of birth: SMEV takes the request and refuses it later."""
    sent = stage.send(TOWN.mnemonic, V12, business.broken_snils_request())
    status = system_answer(stage, sent, TOWN.mnemonic, "requestIsRejectedBySmev", "SMEV-403")
    stage.say(
        f"данные не по схеме, асинхронный отказ СМЭВ: {status.status_details}",
        f"the data break the schema, SMEV refuses: {status.status_details}",
    )


def access_denied(stage: Stage) -> None:
    """Ask for a SNILS without the right to."""
    sent = stage.send(SERVICE.mnemonic, V12, business.snils_request())
    status = system_answer(stage, sent, SERVICE.mnemonic, "requestIsRejectedBySmev", "SMEV-504")
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
        status = system_answer(stage, sent, TOWN.mnemonic, "cancelled", "SMEV-500")
    finally:
        provider.open_desk(CHARGE)
    expect(provider.handled[sent] == 0, "просроченный запрос выдан", "the expired request was handed out")
    stage.say(
        f"срок вышел в очереди, запрос отменён: {status.status_details}",
        f"it expired in the queue and is cancelled: {status.status_details}",
    )


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


def false_attachment(stage: Stage) -> None:
    """Send a file with the signature of another file."""
    signer = stage.pki.signers[TOWN.mnemonic]
    signature = sign_cms(b"another file", signer, stage.cryptography, at=datetime.now(UTC))
    scan = Attachment("application_1", "text/plain", "Заявление (тестовое)".encode(), signature)
    sent = stage.send(TOWN.mnemonic, V12, business.extract_request(), attachments=[scan])
    status = system_answer(stage, sent, TOWN.mnemonic, "requestIsRejectedBySmev", "SMEV-100")
    stage.say(
        f"подпись вложения от другого файла, асинхронный отказ СМЭВ: {status.status_details}",
        f"the attachment's signature is another file's, SMEV refuses: {status.status_details}",
    )
