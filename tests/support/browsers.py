"""A real browser before the cabinets of two agencies, whose gateways exchange over a bus.

The browser is Debian's chromium, led by Playwright. Where there is none the tests are skipped; in CI, where
it has to be, they fail.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from mezhved.demo.filling import fill_cabinets
from mezhved.demo.narrator import Narrator
from mezhved.demo.run import DemoOptions, open_desks, prepare_stage
from tests.support.ports import free_demo_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request

    from mezhved.demo.gateways import DemoGateway, Gateways

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
WAIT_MILLISECONDS = 30_000
WIDE = {"width": 1200, "height": 800}
PHONE = {"width": 375, "height": 720}
_CALLED_FOR = (403, 404, 405, 409, 422)
"""Answers that a page may get by a test's own will: the browser tells of each in its console."""


def chromium_path() -> str:
    """Where the browser is; skips the test where there is none."""
    found = os.environ.get("MEZHVED_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        reason = "no chromium here: apt-get install chromium (tests/acceptance/cabinet/browser need it)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextlib.contextmanager
def browser_running() -> Iterator[Browser]:
    """Run the browser."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        expect.set_options(timeout=WAIT_MILLISECONDS)
        yield browser
        browser.close()


@contextlib.contextmanager
def agencies_serving(folder: Path, migrated: Path) -> Iterator[Gateways]:
    """Run the demonstration's bus and its two gateways with their cabinets, made of a migrated database."""
    narrator = Narrator(lambda _line: None, lambda: datetime.now(UTC))
    stage = prepare_stage(DemoOptions(folder, free_demo_port(), once=True, migrated=migrated), narrator)
    with stage.bus.serving(), stage.gateways.serving():
        stage.recorder.begin("browser")
        open_desks(stage)
        try:
            fill_cabinets(stage.gateways)
            yield stage.gateways
        finally:
            for each in stage.providers.values():
                each.stop()


@dataclass
class Visitor:
    """Somebody before a cabinet, in a browser of their own. `faults` is what went wrong in it."""

    gateway: DemoGateway
    page: Page
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page of the cabinet."""
        self.page.goto(f"{self.gateway.address}{path}")
        return self.page

    def sign_in(self, username: str) -> Visitor:
        """Sign in through the door."""
        page = self.open("/sign-in/")
        page.locator("#name").fill(username)
        page.locator("#password").fill(self.gateway.password_of(username))
        page.locator("main form button.primary").click()
        expect(page.locator("nav.main")).to_be_visible()
        return self

    def press(self, name: str) -> None:
        """Press the button, or follow the link that looks like one."""
        button = self.page.get_by_role("button", name=name, exact=True)
        self.page.get_by_role("link", name=name, exact=True).or_(button).first.click()

    def fill(self, label: str, text: str) -> None:
        """Fill a field of the data in, as quickly as nobody types."""
        labelled = self.page.get_by_label(re.compile(f"^{re.escape(label)}"))
        labelled.and_(self.page.locator('[name^="/"]')).first.fill(text)

    @property
    def path(self) -> str:
        """Of the page that is open."""
        return urlsplit(self.page.url).path

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(f"status of {each} " in message.text for each in _CALLED_FOR):
            self.faults.append(f"{self.page.url}: {message.text}")

    def _failed(self, request: Request) -> None:
        # What a page asked for when it was left is given up by the browser itself.
        if request.failure and "ERR_ABORTED" not in request.failure:
            self.faults.append(f"{request.url}: {request.failure}")

    def watch(self) -> Visitor:
        """Keep what the console, scripts and requests tell of errors."""
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("requestfailed", self._failed)
        return self


@dataclass
class Cabinets:
    """Both agencies before one browser."""

    browser: Browser
    gateways: Gateways
    contexts: list[BrowserContext] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self, gateway: DemoGateway, *, scripts: bool = True, phone: bool = False) -> Visitor:
        """Somebody new."""
        context = self.browser.new_context(
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            java_script_enabled=scripts,
            viewport=PHONE if phone else WIDE,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        context.set_default_timeout(WAIT_MILLISECONDS)
        self.contexts.append(context)
        made = Visitor(gateway, context.new_page()).watch()
        self.visitors.append(made)
        return made

    def consumer(self, username: str = "primerova", **options: bool) -> Visitor:
        """Somebody of the agency that asks, signed in."""
        return self.visitor(self.gateways.agency, **options).sign_in(username)

    def provider(self, username: str = "uchetova", **options: bool) -> Visitor:
        """Somebody of the agency that answers, signed in."""
        return self.visitor(self.gateways.chamber, **options).sign_in(username)

    def leave(self) -> list[str]:
        """Close all that was opened; return what went wrong in it."""
        faults = [each for visitor in self.visitors for each in visitor.faults]
        for each in self.contexts:
            each.close()
        self.contexts.clear()
        self.visitors.clear()
        return faults


def mark() -> str:
    """An identifier by which a test knows its own request."""
    return f"test-{uuid.uuid4().hex[:12]}"


def person(mark: str) -> tuple[tuple[str, str], ...]:
    """What is filled into the request for an INN, by labels in their order."""
    return (
        ("Идентификатор запроса у потребителя", mark),
        ("Фамилия", "Примеров"),
        ("Имя", "Пример"),
        ("Дата рождения", "31.01.1980"),
        ("Серия", "9900"),
        ("Номер", "000001"),
        ("Дата выдачи", "20.05.2015"),
    )


def found(mark: str) -> tuple[tuple[str, str], ...]:
    """What is filled into its answer."""
    return (
        ("Идентификатор запроса, на который дан ответ", mark),
        ("ИНН физического лица: двенадцать цифр", "990000001006"),
    )


def fill_request(visitor: Visitor, mark: str) -> None:
    """Choose the type of the INN and fill its form in, up to the look before sending."""
    visitor.open("/ask/")
    visitor.page.get_by_role("link", name="ИНН физического лица по паспортным данным").first.click()
    visitor.press("Заполнить запрос")
    for label, text in person(mark):
        visitor.fill(label, text)


def send_request(visitor: Visitor, mark: str) -> str:
    """Ask for an INN; return the path of the request's page."""
    fill_request(visitor, mark)
    visitor.press("Посмотреть перед отправкой")
    visitor.press("Подписать и отправить")
    visitor.page.wait_for_url("**/requests/*/")
    return visitor.path


def open_incoming(visitor: Visitor, mark: str) -> None:
    """Wait until the request has come, and open it."""
    page = visitor.page
    for _ in range(60):
        visitor.open("/incoming/?executor=nobody&open=1")
        links = page.eval_on_selector_all("main table tbody a", "all => all.map(each => each.pathname)")
        for path in dict.fromkeys(links):
            if mark in visitor.open(path).locator("main").inner_text():
                return
        page.wait_for_timeout(300)
    pytest.fail(f"the request {mark} did not come")


def open_answered(visitor: Visitor) -> None:
    """Open the page of a request that has its answer."""
    visitor.open("/requests/?state=answered")
    visitor.page.locator("main table tbody a").first.click()
    visitor.page.wait_for_url("**/requests/*/")


def answer_request(visitor: Visitor, mark: str) -> None:
    """Take the request whose page is open, and fill its answer in."""
    visitor.press("Взять в работу")
    visitor.press("Ответить")
    for label, text in found(mark):
        visitor.fill(label, text)
    visitor.press("Посмотреть перед отправкой")
