"""The pictures of the main pages; `make screenshots` writes them to docs/screenshots."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.support.browsers import fill_request, mark, open_answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.browsers import Cabinets, Visitor

pytestmark = pytest.mark.xdist_group("browser")
LARGEST = 150 * 1024
TARGET = "MEZHVED_SCREENSHOTS"


def picture(visitor: Visitor) -> bytes:
    """The visible part of the page, with few colours: small enough to lie in a repository."""
    raw = visitor.page.screenshot(caret="initial", animations="allow")
    made = io.BytesIO()
    Image.open(io.BytesIO(raw)).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(
        made, "PNG", optimize=True
    )
    return made.getvalue()


def form(cabinets: Cabinets) -> Visitor:
    official = cabinets.consumer()
    fill_request(official, mark())
    official.page.locator("h1").scroll_into_view_if_needed()
    return official


def answer(cabinets: Cabinets) -> Visitor:
    official = cabinets.consumer()
    open_answered(official)
    return official


def incoming(cabinets: Cabinets) -> Visitor:
    head = cabinets.provider("nachalov")
    head.open("/incoming/?all=1")
    return head


def dashboard(cabinets: Cabinets) -> Visitor:
    observer = cabinets.consumer("nablyudova")
    observer.open("/see/?direction=out").locator("main .tiles").first.evaluate(
        "tiles => window.scrollTo(0, tiles.getBoundingClientRect().top - 60)"
    )
    return observer


def administration(cabinets: Cabinets) -> Visitor:
    administrator = cabinets.consumer("nastroykin")
    administrator.open("/run/")
    return administrator


@pytest.mark.parametrize("page", [form, answer, incoming, dashboard, administration])
def test_a_picture_of_a_main_page_is_small(
    cabinets: Cabinets, page: Callable[[Cabinets], Visitor], tmp_path: Path
) -> None:
    made = picture(page(cabinets))
    assert len(made) < LARGEST
    folder = Path(os.environ.get(TARGET, tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{page.__name__}.png").write_bytes(made)
