"""The forms of the state's packages lose nothing: opened and posted back unchanged, the XML is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.cabinet.forms.content import written
from mezhved.infotypes.documents import infoset, read_document
from mezhved.infotypes.errors import InvalidSchemaSet
from mezhved.infotypes.forms import form_model
from mezhved.infotypes.values import read_value
from tests.support.filled_forms import FormPage, begun, type_of_package
from tests.support.vs_packages import VS_ABSENT, VS_FOLDERS, vs_name, vs_package

if TYPE_CHECKING:
    from pathlib import Path

    from lxml import html

    from mezhved.infotypes.packages import Package, Sample
    from tests.support.cabinets import CabinetUnderTest

_LARGEST = 60_000
"""Octets of a sample that a test of seconds opens branch by branch."""


def _sample(package: Package) -> Sample | None:
    """Return the first sample that the model has a place for, whole."""
    for each in package.samples:
        bundle = package.bundle_of(each.root)
        if bundle is None or len(each.octets) > _LARGEST:
            continue
        try:
            model = form_model(bundle.xmlschema(), each.root)
        except InvalidSchemaSet:
            continue
        value = read_value(each.octets, model)
        if not value.problems and not bundle_errors(package, each):
            return each
    return None


def bundle_errors(package: Package, sample: Sample) -> bool:
    """Tell whether a sample breaks its schema: a form fills in what is missing."""
    bundle = package.bundle_of(sample.root)
    return bundle is None or any(
        True for _ in bundle.xmlschema().iter_errors(sample.octets.decode("utf-8", "replace"))
    )


NAMED = (
    "10.06.S-1.0.7",
    "inn-singular",
    "zadorg",
    "incoming-2019",
    "initiative-distribution",
    "zags/pername",
)
"""Packages between them with every construct that samples of the state's have."""
SAMPLED = [each for each in VS_FOLDERS if any(name in each.as_posix() for name in NAMED)]


@pytest.mark.skipif(not VS_FOLDERS, reason=VS_ABSENT)
@pytest.mark.parametrize("folder", SAMPLED, ids=vs_name)
def test_a_sample_comes_back_as_it_was_and_one_change_changes_one_value(
    folder: Path, cabinet: CabinetUnderTest
) -> None:
    package = vs_package(folder)
    sample = _sample(package)
    if sample is None:
        pytest.skip("the package has no sound sample of this size")
    page = begun(cabinet, type_of_package(package, sample.root, "VS00001"), sample.octets)
    page.unfold()
    assert page.save().status_code == 302
    whole = written(page.visit, page.stored())
    assert infoset(read_document(whole).root) == infoset(read_document(sample.octets).root)
    name, text = _a_text(page.form())
    assert page.type(name, text).status_code == 200
    changed = written(page.visit, page.stored())
    assert _differences(whole, changed) == 1


def _a_text(form: html.HtmlElement) -> tuple[str, str]:
    """Return the last filled field of the form and another text for it."""
    found = form.xpath(".//input[@type='text'][starts-with(@name, '/')][@value != '']")
    return found[-1].get("name"), found[-1].get("value") + "9"


def _differences(one: bytes, other: bytes) -> int:
    """Count the texts and attributes in which two documents differ."""
    before, after = list(_texts(one)), list(_texts(other))
    assert len(before) == len(after)
    return sum(a != b for a, b in zip(before, after, strict=True))


def _texts(octets: bytes) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for element in read_document(octets).root.iter():
        found.extend((f"{element.name}@{each.name}", each.value) for each in element.attributes)
        found.append((str(element.name), "" if element.elements else element.text))
    return found


def test_a_page_is_what_is_posted(cabinet: CabinetUnderTest) -> None:
    page: FormPage = begun(cabinet, cabinet.under_test.plain)
    before = page.stored().version
    page.save({"/Number": "1234"})
    assert page.stored().version == before + 1
    page.save()
    assert page.stored().version == before + 1
    assert page.fields()["/Number"] == "1234"
