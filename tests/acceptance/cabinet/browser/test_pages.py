"""Every page that a menu leads to is for all: WCAG 2.1 AA in both languages, a phone's width, no errors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from tests.support.browsers import PHONE, WIDE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.browsers import Cabinets, Visitor

pytestmark = pytest.mark.xdist_group("browser")

RULES: Final = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
MENUS: Final = "nav.main a, .who a, .tabs a, main nav a"
LINKS: Final = f"{MENUS}, main a.button, main .tiles a, main .card li a, main table tbody tr:first-child a"
NO_PAGE: Final = re.compile(
    r"/(?:file\.|static/|api/|ws\b|i18n/)|/(?:pdf|xml|excel|original|evidence)/?$|download"
)
MOST: Final = 60
ENGLISH: Final = 8
"""Pages of each person that are looked over in English too: of the same templates, with other words."""
PEOPLE: Final = (
    ("agency", "primerova"),
    ("agency", "nastroykin"),
    ("agency", "ohranov"),
    ("agency", "nablyudova"),
    ("chamber", "nachalov"),
)


def shape(address: str) -> str:
    """What a page is, whatever it is about."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "*", urlsplit(address).path)


def complaints(page: Page) -> list[str]:
    """What axe says of the page."""
    result = Axe().run(page, options=RULES).response
    return [
        f"{page.url} {each['id']}: {each['help']}: {node['html'][:160]} {json.dumps(node['target'])}"
        for each in result["violations"]
        for node in each["nodes"][:3]
    ]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways on a phone."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return [f"{page.url}: {width} px wide on a phone"] if width > PHONE["width"] else []


def look_over(visitor: Visitor, seen: set[str]) -> tuple[list[str], list[str]]:
    """Go over the pages that menus and tabs lead to, one of each kind: their paths and what is wrong.

    `seen` are kinds of pages that were looked over in somebody else's browser.
    """
    ahead = ["/"]
    paths: list[str] = []
    wrong: list[str] = []
    while ahead and len(paths) < MOST:
        path = ahead.pop(0)
        try:
            page = visitor.open(path)
        except Error as error:
            if "Download is starting" in error.message:
                continue
            raise
        paths.append(path)
        wrong += complaints(page) + too_wide(page)
        for link in page.eval_on_selector_all(LINKS, "all => all.map(each => each.href)"):
            path = urlsplit(link).path
            own = link.startswith(visitor.gateway.address) and not NO_PAGE.search(path)
            if own and shape(path) not in seen:
                seen.add(shape(path))
                ahead.append(path)
    return paths, wrong


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Kinds of pages that were looked over."""
    return {"/"}


@pytest.mark.parametrize(("agency", "username"), PEOPLE)
def test_every_page_is_for_all(cabinets: Cabinets, seen: set[str], agency: str, username: str) -> None:
    visitor = cabinets.visitor(getattr(cabinets.gateways, agency)).sign_in(username)
    paths, wrong = look_over(visitor, seen)
    visitor.page.get_by_role("button", name="English").or_(
        visitor.page.get_by_role("link", name="English")
    ).first.click()
    visitor.page.wait_for_selector("html[lang=en]")
    for path in paths[:ENGLISH]:
        wrong += complaints(visitor.open(path))
    assert wrong == []


def test_the_door_is_for_all(cabinets: Cabinets) -> None:
    visitor = cabinets.visitor(cabinets.gateways.agency)
    page = visitor.open("/sign-in/")
    assert complaints(page) + too_wide(page) == []
