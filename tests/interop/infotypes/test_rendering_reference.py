"""Every sample message of the state's information types is shown, and nothing of it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.infotypes.documents import read_document
from mezhved.infotypes.packages import load_package
from mezhved.infotypes.rendering import HtmlOptions, to_page, view
from tests.support.html_texts import normal, read_page
from tests.support.smev3_reference import beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mezhved.infotypes.documents import Element

ROOT = beside("vs")
FOLDERS = sorted({each.parent for each in ROOT.glob("*/*/*") if any(each.parent.rglob("*.xml"))})


def texts(root: Element) -> Iterator[str]:
    for element in root.iter():
        yield from (each.value for each in element.attributes)
        yield from (each for each in element.children if isinstance(each, str))


@pytest.mark.skipif(not FOLDERS, reason="no reference material beside the repository")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_samples_are_shown_whole(folder: Path) -> None:
    package = load_package(folder)
    assert package.samples
    for sample in package.samples:
        bundle = package.bundle_of(sample.root)
        schema = bundle.xmlschema() if bundle else None
        root = read_document(sample.octets).root
        page = read_page(to_page(view(sample.octets, schema), HtmlOptions(heading=1)))
        lost = [each for each in texts(root) if normal(each) not in page.texts]
        assert lost == [], sample.name
        assert not page.tags & {"script", "img", "a", "iframe"}
