"""Notices in the page and by mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.cabinet.models import Notice, NoticePreference, Role
from mezhved.cabinet.notices.mailing import send_daily, send_now
from mezhved.cabinet.notices.telling import keep_wish, notify
from mezhved.gateway.models import Mail
from mezhved.gateway.provider.mailing import send_letters
from mezhved.gateway.watching.summing import MOSCOW
from mezhved.texts import Text
from tests.support.figures import tree
from tests.support.smtp import smtp_server

if TYPE_CHECKING:
    from mezhved.cabinet.models import Account
    from mezhved.gateway.assembly import Gateway
    from tests.support.cabinets import CabinetUnderTest


@pytest.fixture
def cabinet(lone_cabinet: CabinetUnderTest) -> CabinetUnderTest:
    """Nothing here is sent: no bus is needed."""
    return lone_cabinet


def say(account: Account, number: int = 1, kind: str = "question") -> None:
    notify(account, Text(ru=f"Вопрос {number}", en=f"Question {number}"), "/incoming/", kind=kind)


def mailing(cabinet: CabinetUnderTest, port: int) -> Gateway:
    gateway = cabinet.under_test.gateway
    settings = replace(
        gateway.settings,
        mail_host="127.0.0.1",
        mail_port=port,
        mail_from="gateway@example.test",
        public_address="https://cabinet.example.test/",
    )
    return replace(gateway, settings=settings)


def test_the_bell_counts_what_is_unread(cabinet: CabinetUnderTest) -> None:
    account, other = cabinet.member(Role.OFFICIAL, "north"), cabinet.member(Role.OFFICIAL, "south")
    browser = cabinet.browser(account)
    for number in range(3):
        say(account, number)
    say(other)
    bell = tree(browser.get("/")).xpath("//*[@id='notice-count']")[0]
    assert bell.get("hx-get") == "/notices/bell/"
    assert "3" in bell.text_content()
    shown = tree(browser.get("/notices/"))
    buttons = shown.xpath("//ul[contains(@class, 'notice-list')]//button")
    assert [each.text_content() for each in buttons] == ["Вопрос 2", "Вопрос 1", "Вопрос 0"]
    opened = browser.post(buttons[0].getparent().get("action"))
    assert opened.headers["Location"] == "/incoming/"
    assert "2" in browser.get("/notices/bell/").content.decode()
    assert browser.post("/notices/read/").status_code == 302
    assert browser.get("/notices/bell/").content.strip() == b""
    assert Notice.objects.filter(account=other, read_at=None).count() == 1


def test_notices_are_ones_own(cabinet: CabinetUnderTest) -> None:
    account, other = cabinet.member(Role.OFFICIAL, "north"), cabinet.member(Role.OFFICIAL, "south")
    say(account)
    row, browser = Notice.objects.get(), cabinet.browser(other)
    assert browser.post(f"/notices/{row.pk}/open/").status_code == 404
    assert browser.get(f"/notices/{row.pk}/open/").status_code == 405
    assert "Вопрос" not in browser.get("/notices/").content.decode()
    assert cabinet.visitor().get("/notices/bell/", headers={"HX-Request": "true"}).status_code == 204
    assert Notice.objects.get().read_at is None


def test_long_lists_go_on(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    for number in range(55):
        say(account, number)
    browser = cabinet.browser(account)
    first = tree(browser.get("/notices/"))
    more = first.xpath("//p[@class='pages']/a/@href")[0]
    second = tree(browser.get(f"/notices/{more}"))
    assert [len(each.xpath("//ul[contains(@class, 'notice-list')]/li")) for each in (first, second)] == [
        50,
        5,
    ]


def test_settings_are_kept(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    browser = cabinet.browser(account)
    said = {"page-answer": "on", "mail-answer": "daily", "mail-term": "'; --"}
    assert browser.post("/notices/settings/", said).status_code == 302
    kept = {each.kind: (each.in_page, each.by_mail) for each in NoticePreference.objects.all()}
    assert kept["answer"] == (True, "daily")
    assert kept["term"] == (False, "never")
    shown = tree(browser.get("/notices/settings/"))
    assert shown.xpath("//input[@name='page-answer']/@checked")
    assert shown.xpath("//select[@name='mail-answer']/option[@selected]/@value") == ["daily"]


def test_a_letter_at_once_has_a_line_and_a_link(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    with smtp_server() as server:
        gateway = mailing(cabinet, server.port)
        say(account)
        assert send_now(gateway) == 1
        assert send_now(gateway) == 0
        assert send_letters(gateway) == 1
        letter = server.letters[0]
    assert letter.recipients == [account.user.email]
    assert letter.message["Subject"] == "Вопрос 1"
    body = letter.message.get_body(("plain",))
    assert body is not None
    assert "https://cabinet.example.test/incoming/" in body.get_content()


def test_no_text_adds_a_header_or_markup(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    evil = "Тема\r\nBcc: thief@example.test\u2028X: y\x00<script>alert(1)</script>"
    with smtp_server() as server:
        gateway = mailing(cabinet, server.port)
        notify(account, Text(ru=evil, en=evil), "/", kind="question")
        account.user.email = "a@example.test\nBcc: thief@example.test"
        account.user.save()
        send_now(gateway)
        assert not Mail.objects.exists()  # such an address is written to by nobody
        account.user.email = "one@example.test"
        account.user.save()
        Notice.objects.update(mail="now")
        send_now(gateway)
        send_letters(gateway)
        letter = server.letters[0]
    assert letter.recipients == ["one@example.test"]
    assert letter.message["Bcc"] is None
    assert letter.message["X"] is None
    marked = letter.message.get_body(("html",))
    assert marked is not None
    assert "<script" not in marked.get_content()


def test_the_letter_of_the_day_goes_once_with_all(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    keep_wish(account, "question", in_page=True, by_mail="daily")
    clock = cabinet.under_test.clock
    now = clock().astimezone(MOSCOW)
    clock.offset += now.replace(hour=12, minute=0) - now
    with smtp_server() as server:
        gateway = mailing(cabinet, server.port)
        send_daily(gateway)
        for number in range(3):
            notify(account, Text(ru=f"Вопрос {number}", en="Q"), "/", kind="question", at=clock())
        assert not send_daily(gateway)
        clock.advance(hours=19)
        assert not send_daily(gateway)  # seven in the morning
        clock.advance(hours=2)
        assert send_daily(gateway)
        assert not send_daily(gateway)
        while send_letters(gateway):
            pass
        (letter,) = server.letters
    assert letter.message["Subject"] == "Уведомления за день: 3"
    body = letter.message.get_body(("plain",))
    assert body is not None
    assert body.get_content().count("Вопрос") == 3
    clock.advance(days=1)
    assert send_daily(gateway)
    assert Mail.objects.count() == 1


def test_nothing_is_written_to_who_may_not_enter(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    say(account)
    account.user.is_active = False
    account.user.save()
    gateway = mailing(cabinet, 9)
    assert send_now(gateway) == 1
    assert not Mail.objects.exists()
    assert gateway.clock() > Notice.objects.get().at - timedelta(seconds=1)
