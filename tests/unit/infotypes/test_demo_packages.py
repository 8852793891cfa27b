"""The demonstration's own types are packages as agencies publish them: every part of each works."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from xmlschema.validators import XsdAttribute, XsdElement

from mezhved.demo.packages import PACKAGES, package_files, package_zip
from mezhved.infotypes.documents import canonical, read_document
from mezhved.infotypes.packages import Package, load_package
from mezhved.infotypes.rendering import to_html, view
from mezhved.infotypes.scenarios import Scenario, answer, control_examples
from mezhved.infotypes.stylesheets import StylesheetRunner
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPECTED = {
    "snils": ["data", "data", "NO_DATA"],
    "inn": ["data", "NO_DATA"],
    "passport": ["data", "data", "status 1", "NO_DATA"],
    "extract": ["data", "data", "NO_DATA"],
    "charge": ["data", "data", "data"],
}


@pytest.fixture(scope="module")
def runner() -> Iterator[StylesheetRunner]:
    with StylesheetRunner(processes=1) as made:
        yield made


@cache
def package(name: str) -> Package:
    return load_package(package_zip(name))


def requests(name: str) -> list[bytes]:
    files = package_files(name)
    return [files[path] for path in sorted(files) if re.fullmatch(r"etalons/\d+/Request\.xml", path)]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_loads_without_problems(name: str) -> None:
    loaded = package(name)
    assert loaded.problems == ()
    (bundle,) = loaded.bundles
    assert bundle.complete
    assert sorted(bundle.kind(root) or "" for root in bundle.roots) == ["request", "response"]
    assert len(loaded.manuals) >= 1
    assert loaded.samples


@pytest.mark.parametrize("name", PACKAGES)
def test_etalons_hold_to_the_schema(name: str) -> None:
    loaded = package(name)
    for sample in loaded.samples:
        bundle = loaded.bundle_of(sample.root)
        assert bundle is not None
        schema = bundle.lxml_schema()
        assert schema.validate(parse(sample.octets)), (sample.name, schema.error_log)
        assert list(bundle.xmlschema().iter_errors(sample.octets.decode())) == []


@pytest.mark.parametrize("name", PACKAGES)
def test_every_field_says_in_russian_what_it_is(name: str) -> None:
    fields: list[Any] = [
        each
        for each in package(name).schemas.xmlschema().maps.iter_components()
        if isinstance(each, (XsdElement, XsdAttribute))
        and (each.schema.target_namespace or "").startswith("urn://mezhved.example/")
    ]
    assert len(fields) >= 6
    for each in fields:
        assert each.annotation is not None, each.name
        assert str(each.annotation), each.name


@pytest.mark.parametrize("name", PACKAGES)
def test_every_scenario_answers_its_etalon(name: str, runner: StylesheetRunner) -> None:
    loaded = package(name)
    scenarios = Scenario.all_of(loaded)
    files = package_files(name)
    told, used = [], set()
    for example in control_examples(requests(name), scenarios, runner):
        found = example.answer
        used.add(found.scenario)
        if found.content is not None:
            told.append("data")
            schema = loaded.schemas.lxml_schema()
            assert schema.validate(parse(found.content)), schema.error_log
            etalon = files[f"etalons/{example.number}/Response.xml"]
            assert plain(found.content) == plain(etalon)
        else:
            assert f"etalons/{example.number}/Response.xml" not in files
            codes = [each.code for each in found.rejections]
            told.extend(codes or [f"status {found.status and found.status.code}"])
    assert told == EXPECTED[name]
    assert used == {each.name for each in scenarios}


def test_twins_are_an_ordinary_answer(runner: StylesheetRunner) -> None:
    found = answer(requests("snils")[1], Scenario.all_of(package("snils")), runner)
    assert found is not None
    assert found.content is not None
    shown = to_html(view(found.content, package("snils").schemas.xmlschema()))
    assert shown.count("СНИЛС") >= 1
    for each in ("99000000254", "99000000355", "Место рождения", "село Образцово"):
        assert each in shown


def test_commons_of_two_packages_are_the_same_file() -> None:
    for path, names in (
        ("schema/commons/person-1.0.0.xsd", ("snils", "inn")),
        ("schema/commons/organisation-1.0.0.xsd", ("extract", "charge")),
    ):
        first, second = (package_files(name)[path] for name in names)
        assert first == second


def test_the_zip_is_the_same_every_time() -> None:
    assert package_zip("inn") == package_zip("inn")
    with pytest.raises(KeyError):
        package_files("../schemas")


def plain(octets: bytes) -> bytes:
    """Return the document without blanks between elements and without the time of its making."""
    text = re.sub(r' Formed="[^"]*"', "", octets.decode())
    return canonical(read_document(re.sub(r">\s+<", "><", text).encode()))
