"""A request is asked by the keyboard alone, and without any script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.browsers import found, mark, open_incoming, person

if TYPE_CHECKING:
    from tests.support.browsers import Cabinets, Visitor

pytestmark = pytest.mark.xdist_group("browser")

MOST_STEPS = 80


def reach(visitor: Visitor, words: str) -> None:
    """Go by Tab to what is called so."""
    name = (
        "() => { const at = document.activeElement; const label = at.labels && at.labels[0];"
        " return (label ? label.textContent : at.textContent || '').replace(/\\s+/g, ' ').trim(); }"
    )
    for _ in range(MOST_STEPS):
        if visitor.page.evaluate(name).startswith(words):
            return
        visitor.page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {words}")


def test_a_request_is_asked_by_the_keyboard_alone(cabinets: Cabinets) -> None:
    visitor = cabinets.visitor(cabinets.gateways.agency)
    keys = visitor.open("/sign-in/").keyboard
    keys.type("primerova")
    keys.press("Tab")
    keys.type(visitor.gateway.password_of("primerova"))
    keys.press("Enter")
    expect(visitor.page.locator("nav.main")).to_be_visible()
    for words in ("Новый запрос", "ИНН физического лица", "Заполнить запрос"):
        reach(visitor, words)
        with visitor.page.expect_navigation():
            keys.press("Enter")
    for label, text in person(mark()):
        reach(visitor, label)
        keys.type(text)
        keys.press("Tab")
    for words in ("Посмотреть перед отправкой", "Подписать и отправить"):
        reach(visitor, words)
        with visitor.page.expect_navigation():
            keys.press("Enter")
    assert visitor.path.startswith("/requests/")


def test_the_skip_link_leads_to_the_content(cabinets: Cabinets) -> None:
    visitor = cabinets.consumer()
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(".skip")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#content")).to_be_focused()


def test_the_main_way_works_without_scripts(cabinets: Cabinets) -> None:
    official = cabinets.consumer(scripts=False)
    page = official.open("/ask/")
    page.get_by_role("link", name="ИНН физического лица по паспортным данным").first.click()
    official.press("Заполнить запрос")
    own = mark()
    for label, text in person(own):
        official.fill(label, text)
    official.press("Посмотреть перед отправкой")
    expect(page.locator("main")).to_contain_text("000001")
    official.press("Подписать и отправить")
    assert official.path.startswith("/requests/")
    address = official.path
    inspector = cabinets.provider("nachalov", scripts=False)
    open_incoming(inspector, own)
    inspector.press("Взять в работу")
    inspector.press("Ответить")
    for label, text in found(own):
        inspector.fill(label, text)
    inspector.press("Посмотреть перед отправкой")
    inspector.press("Отправить ответ")
    assert re.fullmatch(r"/incoming/[0-9a-f-]+/", inspector.path)
    assert address != inspector.path
