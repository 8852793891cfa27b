"""What an official typed outlives the end of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.browsers import fill_request, mark

if TYPE_CHECKING:
    from tests.support.browsers import Cabinets

pytestmark = pytest.mark.xdist_group("browser")


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in_again(cabinets: Cabinets) -> None:
    official = cabinets.consumer()
    own = mark()
    fill_request(official, own)
    expect(official.page.locator("#form-saved")).to_contain_text("Сохранено")
    elsewhere = cabinets.consumer()
    elsewhere.open("/account/")
    elsewhere.press("Завершить все, кроме этого")
    expect(elsewhere.page.locator("#messages")).to_contain_text("Завершено")
    official.fill("Отчество", "Примерович")
    official.page.locator("h1").click()
    told = official.page.locator("#messages")
    expect(told).to_contain_text("Сеанс закончился")
    with official.page.context.expect_page() as opened:
        told.get_by_role("link").click()
    door = opened.value
    door.locator("#name").fill("primerova")
    door.locator("#password").fill(official.gateway.password_of("primerova"))
    door.locator("main form button.primary").click()
    expect(door.locator("nav.main")).to_be_visible()
    door.close()
    official.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(told).not_to_contain_text("Сеанс закончился")
    official.press("Посмотреть перед отправкой")
    expect(official.page.locator("main")).to_contain_text("Примерович")
