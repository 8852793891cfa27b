"""EP-SP by the plug-in of the browser: from the form of a request to what its recipient sees signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from mezhved.gost import KeyAlgorithm
from tests.support.browsers import fill_request, mark, open_incoming
from tests.support.plugin import SCRIPT, Plugin, PluginKey, official_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mezhved.demo.gateways import Gateways
    from tests.support.browsers import Cabinets

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def script(agencies: Gateways) -> Iterator[Path]:
    """The agency's own copy of the plug-in's script, where the gateway looks for it."""
    path = agencies.agency.files / "cadesplugin_api.js"
    path.write_text(SCRIPT)
    yield path
    path.unlink()


@pytest.mark.usefixtures("script")
def test_an_official_signs_a_request_and_its_file_in_the_browser(
    cabinets: Cabinets, agencies: Gateways
) -> None:
    folder = agencies.agency.folder / "keys"
    held, stolen = official_of(folder), official_of(folder, KeyAlgorithm.GOST2012_512)
    plugin = Plugin([PluginKey(stolen, held=False), PluginKey(held)])
    official = cabinets.consumer()
    plugin.put_into(official.page.context)
    own = mark()
    fill_request(official, own)
    page = official.page
    page.locator("summary", has_text="Кто спрашивает").click()
    page.get_by_label("Подписать своей подписью").check()
    official.press("Применить")
    page.get_by_label("Добавить файлы").set_input_files(
        {"name": "скан.txt", "mimeType": "text/plain", "buffer": b"a page of paper"}
    )
    official.press("Приложить")
    expect(page.locator("#draft-files")).to_contain_text("скан.txt")
    official.press("Посмотреть перед отправкой")
    official.press("К подписанию")
    chosen = page.get_by_label("Ваш сертификат")
    expect(chosen.locator("option")).to_have_count(1)
    expect(chosen).to_contain_text("Примеров Пример Примерович")
    official.press("Подписать и отправить")
    page.wait_for_url("**/requests/*/")
    assert plugin.signed == 2
    inspector = cabinets.provider()
    open_incoming(inspector, own)
    inspector.page.get_by_role("link", name="Подписи").first.click()
    expect(inspector.page.locator("main")).to_contain_text("Примеров Пример Примерович")
