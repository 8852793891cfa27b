"""The whole way of a request in a real browser: a form, the bus, the provider's form, the answer's PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.support.browsers import answer_request, mark, open_incoming, send_request

if TYPE_CHECKING:
    from tests.support.browsers import Cabinets

pytestmark = pytest.mark.xdist_group("browser")


def test_an_official_asks_another_answers_and_the_answer_is_a_pdf(cabinets: Cabinets) -> None:
    official = cabinets.consumer()
    own = mark()
    address = send_request(official, own)
    inspector = cabinets.provider()
    open_incoming(inspector, own)
    expect(inspector.page.locator("main")).to_contain_text("000001")
    answer_request(inspector, own)
    expect(inspector.page.locator("main")).to_contain_text("990000001006")
    inspector.press("Отправить ответ")
    inspector.page.wait_for_url("**/incoming/*/")
    # The page was open all the while: it learns of the answer by itself.
    assert official.path == address
    expect(official.page.locator("main")).to_contain_text("990000001006")
    with official.page.expect_download() as waiting:
        official.page.get_by_role("link", name="PDF").last.click()
    text = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(waiting.value.path().read_bytes())).pages
    )
    assert "990000001006" in text
    official.open("/requests/")
    expect(official.page.locator("main table")).to_contain_text("ИНН физического лица")
