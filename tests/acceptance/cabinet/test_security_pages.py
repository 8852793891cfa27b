"""What pages carry and refuse: headers on every answer, sizes, hosts, fixed sessions, where they lead to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import clear_url_caches, path
from django.utils import translation

from mezhved.cabinet import urls
from mezhved.cabinet.accounts.sessions import KEY
from mezhved.cabinet.middleware import STRANGERS_BODY
from mezhved.cabinet.models import AuditEntry, Role, Session
from mezhved.configuration import GatewaySettings
from mezhved.site.settings import django_settings
from tests.support.cabinets import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from tests.support.cabinets import CabinetUnderTest

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "/%09/evil.example",
    "/\n/evil.example/",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/@evil.example",
    "/no-such-page/",
    "/api/v1/exchanges",
    " /incoming/",
    "/incoming/\\..\\..//evil.example",
    "/" + "a" * 5000,
)


def test_signing_in_leads_nowhere_but_to_pages_of_ours(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    for target in ELSEWHERE:
        visitor = lone_cabinet.visitor()
        shown = visitor.get("/sign-in/", {"next": target}).content.decode()
        assert 'name="next" value="/"' in shown, target
        entered = visitor.post(
            "/sign-in/", {"name": account.user.username, "password": PASSWORD, "next": target}
        )
        assert entered.headers["Location"] == "/", target


def test_signing_in_leads_to_the_page_that_was_asked_for(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    visitor = lone_cabinet.visitor()
    door = visitor.get("/account/?a=1&b=%D1%8F").headers["Location"]
    assert 'name="next" value="/account/?a=1&amp;b=%D1%8F"' in visitor.get(door).content.decode()
    led = visitor.post(
        "/sign-in/", {"name": account.user.username, "password": PASSWORD, "next": "/account/?a=1"}
    )
    assert led.headers["Location"] == "/account/?a=1"
    assert lone_cabinet.visitor().post("/account/language/").headers["Location"] == "/sign-in/"


def test_choosing_a_language_leads_nowhere_else(lone_cabinet: CabinetUnderTest) -> None:
    for target in ELSEWHERE[:5]:
        answer = lone_cabinet.visitor().post("/i18n/setlang/", {"language": "en", "next": target})
        assert answer.headers["Location"] == "/", target


def test_a_cookie_from_before_signing_in_opens_nothing(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    thief, victim = lone_cabinet.visitor(), lone_cabinet.visitor()
    session = thief.session
    session["planted"] = "yes"
    session.save()
    victim.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    victim.post("/sign-in/", {"name": account.user.username, "password": PASSWORD})
    assert victim.get("/account/").status_code == 200
    assert victim.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key
    thief.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    assert thief.get("/account/").status_code == 302
    assert "planted" not in victim.session


def test_signing_in_as_another_ends_the_first_session(lone_cabinet: CabinetUnderTest) -> None:
    person = lone_cabinet.visitor()
    for department in ("north", "south"):
        account = lone_cabinet.member(Role.OFFICIAL, department)
        person.post("/sign-in/", {"name": account.user.username, "password": PASSWORD})
    assert [each.account_id for each in Session.objects.all()] == [account.pk]


def test_who_signed_out_is_out_whatever_the_browser_kept(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    person = lone_cabinet.visitor()
    person.post("/sign-in/", {"name": account.user.username, "password": PASSWORD})
    kept = person.cookies[settings.SESSION_COOKIE_NAME].value
    assert person.post("/sign-out/").headers["Location"] == "/sign-in/"
    person.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert person.get("/account/").status_code == 302
    assert person.get("/sign-out/").status_code == 405


def test_a_session_of_django_alone_opens_nothing(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    lone_cabinet.browser(account)
    browser = lone_cabinet.visitor()
    browser.force_login(account.user)
    assert browser.get("/account/").status_code == 302
    other = lone_cabinet.browser(lone_cabinet.member(Role.OFFICIAL, "south"))
    session = browser.session
    session[KEY] = other.session[KEY]
    session.save()
    assert browser.get("/account/").status_code == 302, "another's session"


def test_cookies_are_kept_from_scripts_and_from_other_roles(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    person = lone_cabinet.visitor()
    person.get("/sign-in/")
    person.post("/sign-in/", {"name": account.user.username, "password": PASSWORD})
    assert {name.partition("_")[0] for name in person.cookies} == {"mezhved"}
    for cookie in person.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
        assert "gateway_7575" in cookie.key


class Pages:
    """Answers of every kind, by status."""

    def __init__(self, cabinet: CabinetUnderTest) -> None:
        account = cabinet.member(Role.OFFICIAL, "north")
        inside = cabinet.browser(account)
        inside.raise_request_exception = False
        checking = cabinet.visitor(strict_forms=True)
        self.answers: dict[str, Any] = {
            "200 door": cabinet.visitor().get("/sign-in/"),
            "200": inside.get("/account/"),
            "302": cabinet.visitor().get("/account/"),
            "400 host": cabinet.visitor().get("/sign-in/", headers={"host": "evil.example"}),
            "400 fields": inside.post("/account/language/", {f"f{number}": "" for number in range(10_001)}),
            "403": inside.get("/run/accounts/"),
            "403 form": checking.post("/sign-in/"),
            "404 inside": inside.get("/no-such-page/"),
            "404": cabinet.visitor().get("/no-such-page/"),
            "405": inside.get("/account/language/"),
            "413": cabinet.visitor().post("/sign-in/", {"name": "x" * (STRANGERS_BODY + 1)}),
            "500": inside.get("/breaks/"),
        }


def broken(_request: Any) -> HttpResponse:
    msg = "Пробный Иван Иванович, СНИЛС 112-233-445 95"
    raise ValueError(msg)


@pytest.fixture
def pages(lone_cabinet: CabinetUnderTest, capsys: pytest.CaptureFixture[str]) -> Iterator[Pages]:
    table: list[Any] = urls.urlpatterns
    table.append(path("breaks/", broken))
    clear_url_caches()
    try:
        yield Pages(lone_cabinet)
    finally:
        table.pop()
        clear_url_caches()


def test_every_answer_carries_what_guards_it(pages: Pages) -> None:
    for name, answer in pages.answers.items():
        assert str(answer.status_code) == name[:3], name
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert answer.headers["Cache-Control"] == "no-store", name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert answer.headers["Referrer-Policy"] == "same-origin", name
        assert "camera=()" in answer.headers["Permissions-Policy"], name


def test_errors_are_pages_that_tell_nothing_of_the_inside(
    pages: Pages, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = {
        "400 host": "Запрос не понят",
        "400 fields": "Запрос не понят",
        "403 form": "Форма устарела",
        "404": "Такой страницы нет",
        "404 inside": "Такой страницы нет",
        "413": "Файл слишком большой",
        "500": "Что-то пошло не так",
    }
    for name, head in heads.items():
        text = pages.answers[name].content.decode()
        assert head in text, name
        assert "Traceback" not in text
        assert "СНИЛС" not in text
    logged = "".join(capsys.readouterr())
    assert "page_failed" in logged
    assert "error_type=ValueError" in logged
    assert "СНИЛС" not in logged


def test_errors_speak_english_to_who_chose_it(lone_cabinet: CabinetUnderTest) -> None:
    visitor = lone_cabinet.visitor()
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "There is no such page" in visitor.get("/no-such-page/").content.decode()
    assert "The request is not understood" in visitor.get("/", headers={"host": "x"}).content.decode()
    assert translation.get_language().startswith("ru")


def test_no_page_of_the_door_runs_what_stands_in_it(lone_cabinet: CabinetUnderTest) -> None:
    for address in ("/sign-in/", "/no-such-page/"):
        text = lone_cabinet.visitor().get(address).content.decode()
        assert "<style" not in text
        assert " style=" not in text
        assert "javascript:" not in text
        assert text.count("<script") == text.count("<script src=")


def test_a_large_body_is_refused_before_it_is_read(lone_cabinet: CabinetUnderTest) -> None:
    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("somebody reads it")

        readline = read

    stranger = lone_cabinet.visitor()
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    small = replace(
        lone_cabinet.under_test.gateway,
        settings=replace(lone_cabinet.under_test.gateway.settings, max_body_octets=200_000),
    )
    official = lone_cabinet.visitor(small)
    official.post("/sign-in/", {"name": account.user.username, "password": PASSWORD})
    for browser, length in ((stranger, STRANGERS_BODY + 1), (official, 200_001)):
        said: dict[str, Any] = {"CONTENT_LENGTH": str(length), "wsgi.input": Unread()}
        kind = "multipart/form-data; boundary=x"
        refused = browser.generic("POST", "/account/language/", content_type=kind, **said)
        assert refused.status_code == 413


def test_addresses_come_from_own_proxies_only(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    behind = replace(
        lone_cabinet.under_test.gateway,
        settings=replace(lone_cabinet.under_test.gateway.settings, admin_proxies=("10.0.0.1",)),
    )

    def enter(remote: str, forwarded: str) -> tuple[str, str]:
        person = lone_cabinet.visitor(behind)
        person.defaults |= {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}
        person.post("/sign-in/", {"name": account.user.username, "password": PASSWORD})
        entry = AuditEntry.objects.order_by("-pk")[0]
        return entry.address, Session.objects.order_by("-pk")[0].address

    assert enter("10.0.0.1", "203.0.113.9, 198.51.100.7") == ("198.51.100.7", "198.51.100.7")
    assert enter("192.0.2.5", "198.51.100.7") == ("192.0.2.5", "192.0.2.5")
    assert enter("10.0.0.1", "<script>alert(1)</script>") == ("10.0.0.1", "10.0.0.1")


def test_what_a_browser_says_of_itself_is_shown_as_text(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    person = lone_cabinet.visitor()
    person.defaults["HTTP_USER_AGENT"] = "<script>alert(1)</script>" * 100
    person.post("/sign-in/", {"name": account.user.username, "password": PASSWORD})
    assert "<script>alert" not in person.get("/account/").content.decode()
    assert len(Session.objects.get().browser) == 300


def test_browsers_are_told_to_come_over_tls_only(lone_cabinet: CabinetUnderTest) -> None:
    told = django_settings(GatewaySettings(production=True, secret_key="k" * 32, hsts_days=30))
    assert told["SECURE_HSTS_SECONDS"] == 30 * 86_400
    assert django_settings(GatewaySettings())["SECURE_HSTS_SECONDS"] == 0
    with override_settings(SECURE_HSTS_SECONDS=told["SECURE_HSTS_SECONDS"]):
        visitor = lone_cabinet.visitor()
        behind_a_proxy = visitor.get("/sign-in/", headers={"X-Forwarded-Proto": "https"})
        plain = visitor.get("/sign-in/")
    assert behind_a_proxy.headers["Strict-Transport-Security"] == "max-age=2592000"
    assert "Strict-Transport-Security" not in plain.headers
