"""The page of one own request, from its making to its answer."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pypdf

from mezhved.cabinet.models import AuditEntry, Role
from mezhved.gateway.models import Attachment, Direction, Exchange, ExchangeState, Message, MessageKind, Step
from mezhved.gateway.outbox import (
    RejectionDraft,
    RequestDraft,
    ResponseDraft,
    StatusDraft,
    take_rejection,
    take_request,
    take_response,
    take_status,
)
from mezhved.infotypes.rendering.stamp import number
from tests.support.gateways import NUMBER, WORDS, present_pki
from tests.support.kept_messages import attach, came

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.cabinets import CabinetUnderTest


def ask(cabinet: CabinetUnderTest, department: str = "north") -> Exchange:
    """Take a request of that department's official."""
    tested = cabinet.under_test
    account = cabinet.member(Role.OFFICIAL, department)
    draft = RequestDraft(
        tested.consumer,
        tested.plain,
        NUMBER,
        author=account.name,
        account=account.user,
        department=cabinet.department(department),
    )
    return take_request(tested.gateway, draft).exchange


def incoming(cabinet: CabinetUnderTest) -> Exchange:
    """Send what is due and return the request as the provider has it."""
    cabinet.under_test.send()
    cabinet.under_test.take_requests()
    return Exchange.objects.filter(direction=Direction.IN).latest("pk")


def answer(cabinet: CabinetUnderTest) -> None:
    """Have the provider answer the last request."""
    take_response(cabinet.under_test.gateway, ResponseDraft(incoming(cabinet), WORDS))
    cabinet.under_test.send()
    cabinet.under_test.take_responses()


def test_a_request_is_followed_from_its_making_to_its_answer(cabinet: CabinetUnderTest) -> None:
    exchange = ask(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    address = f"/requests/{exchange.uid}/"
    first = browser.get(address).content.decode()
    assert "Отправляется" in first
    assert "Отозвать" in first
    seen = re.search(r"status/\?seen=(\w+)", first)
    assert seen is not None
    status = f"{address}status/?seen={seen[1]}"
    assert browser.get(status).status_code == 204
    answer(cabinet)
    changed = browser.get(status).content.decode()
    assert "Ответ получен" in changed
    assert "Одна тысяча двести тридцать четыре" in changed
    assert 'hx-trigger="every' not in changed
    assert "hx-swap-oob" in changed
    whole = browser.get(address).content.decode()
    assert whole.count('class="done"') == 5
    assert "1234" in whole
    assert AuditEntry.objects.filter(exchange=exchange.uid, action="viewed").count() == 3


def test_refusals_and_statuses_are_told_with_what_to_do(cabinet: CabinetUnderTest) -> None:
    exchange = ask(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    gateway = cabinet.under_test.gateway
    arrived = incoming(cabinet)
    take_status(gateway, StatusDraft(arrived, 7, "Приостановлено до оплаты", (("УИН", "0"),)))
    cabinet.under_test.send()
    cabinet.under_test.take_responses()
    page = browser.get(f"/requests/{exchange.uid}/").content.decode()
    assert "Приостановлено до оплаты" in page
    assert page.count('class="done"') == 4
    reasons = (("NO_DATA", "Ничего не нашлось"), ("FAILURE", "Сбой базы"))
    take_rejection(gateway, RejectionDraft(arrived, reasons))
    cabinet.under_test.send()
    cabinet.under_test.take_responses()
    page = browser.get(f"/requests/{exchange.uid}/").content.decode()
    for said in (
        "Поставщик отказал",
        "Сведений нет",
        "Ничего не нашлось",
        "Ошибка у поставщика",
        "Сбой базы",
    ):
        assert said in page
    assert "Исправить и отправить заново" in page
    browser.post("/i18n/setlang/", {"language": "en", "next": "/"})
    english = browser.get(f"/requests/{exchange.uid}/")
    assert "There is no data" in english.content.decode()


def test_several_answers_are_numbered_and_the_last_is_on_top(lone_cabinet: CabinetUnderTest) -> None:
    first = came(lone_cabinet, lone_cabinet.under_test.plain, WORDS)
    second = came(lone_cabinet, lone_cabinet.under_test.plain, WORDS.replace(b"PlainR", b"LaterR"))
    Message.objects.filter(pk=second.pk).update(exchange=first.exchange)
    browser = lone_cabinet.browser(lone_cabinet.member(Role.OFFICIAL, "north"))
    page = browser.get(f"/requests/{first.exchange.uid}/").content.decode()
    assert "Ответов несколько: 2" in page
    assert page.index("Ответ № 2") < page.index("LaterResponse") < page.index("Ответ № 1")


def test_a_request_is_asked_again_with_its_content_and_files(lone_cabinet: CabinetUnderTest) -> None:
    message = came(
        lone_cabinet, lone_cabinet.under_test.plain, NUMBER, MessageKind.REQUEST, direction=Direction.OUT
    )
    attach(message, "scan.bin", b"scan", "application/octet-stream")
    lost = attach(message, "lost.bin", b"", "application/octet-stream")
    Attachment.objects.filter(pk=lost.pk).update(octets=None)
    browser = lone_cabinet.browser(lone_cabinet.member(Role.OFFICIAL, "north"))
    copied = browser.post(f"/requests/{message.exchange.uid}/copy/", follow=True)
    page = copied.content.decode()
    assert copied.redirect_chain[-1][0].startswith("/ask/drafts/")
    assert 'value="1234"' in page
    assert "scan.bin" in page
    assert "Приложите заново: lost.bin" in page


def test_a_request_is_called_off_while_smev_does_not_have_it(cabinet: CabinetUnderTest) -> None:
    exchange, sent = ask(cabinet), ask(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert browser.get(f"/requests/{exchange.uid}/cancel/").status_code == 405
    observer = cabinet.browser(cabinet.member(Role.OBSERVER, "north"))
    assert "Отозвать" not in observer.get(f"/requests/{exchange.uid}/").content.decode()
    assert observer.post(f"/requests/{exchange.uid}/cancel/").status_code == 403
    browser.post(f"/requests/{exchange.uid}/cancel/")
    exchange.refresh_from_db()
    assert exchange.state == ExchangeState.CANCELLED
    cabinet.under_test.send()
    page = browser.post(f"/requests/{sent.uid}/cancel/", follow=True).content.decode()
    assert "СМЭВ не отзывает отправленное" in page
    sent.refresh_from_db()
    assert sent.state == ExchangeState.WAITING


def test_signatures_are_told_in_plain_words_with_the_chain_and_evidence_is_given(
    cabinet: CabinetUnderTest, tmp_path: Path
) -> None:
    exchange = ask(cabinet)
    answer(cabinet)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    message = Message.objects.get(exchange=exchange, kind="answer")
    page = browser.get(f"/messages/{message.uid}/signatures/").content.decode()
    assert "подпись верна, сертификат действовал" in page
    certificate = present_pki().participants[1].certificate
    assert number(certificate.serial) in page
    root = present_pki().root.certificate.subject_name.get("CN")
    assert root is not None
    assert root in page
    whole = browser.get(f"/requests/{exchange.uid}/signatures/").content.decode()
    assert "квитанция СМЭВ о приёме" in whole
    assert "неверна" not in whole
    given = browser.get(f"/requests/{exchange.uid}/evidence/")
    assert given.headers["Content-Disposition"].startswith('attachment; filename="evidence-')
    (tmp_path / "e.zip").write_bytes(given.getvalue())
    assert zipfile.is_zipfile(tmp_path / "e.zip")
    paper = pypdf.PdfReader(io.BytesIO(browser.get(f"/messages/{message.uid}/pdf/").getvalue()))
    said = " ".join(" ".join(each.extract_text() for each in paper.pages).split())
    assert "Документ подписан электронной подписью" in said
    assert number(certificate.serial) in said.replace(" ", "")
    assert any(name.startswith("signed-message") for name in paper.attachments)
    step = Step.objects.get(message=message, kind="received")
    Step.objects.filter(pk=step.pk).update(
        octets=bytes(step.octets or b"").replace("Одна".encode(), "Двое".encode())
    )
    forged = browser.get(f"/messages/{message.uid}/signatures/").content.decode()
    assert "подпись неверна" in forged
    head = cabinet.browser(cabinet.member(Role.HEAD, "centre"))
    seen = head.get(f"/requests/{exchange.uid}/seen-by/").content.decode()
    assert "скачивание сведений" in seen
    assert browser.get(f"/requests/{exchange.uid}/seen-by/").status_code == 403


def test_an_incoming_request_has_a_page_of_its_own(cabinet: CabinetUnderTest) -> None:
    ask(cabinet)
    arrived = incoming(cabinet)
    Exchange.objects.filter(pk=arrived.pk).update(department=cabinet.department("north"))
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert browser.get(f"/requests/{arrived.uid}/").headers["Location"] == f"/incoming/{arrived.uid}/"
