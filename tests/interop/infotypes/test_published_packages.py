"""Every package of schemas that is at hand loads, and its samples are valid or not as its origin says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import pytest

from mezhved.infotypes.checking import Checker
from mezhved.infotypes.checking.schematron import rules_of
from mezhved.infotypes.packages import load_package
from mezhved.smev3.xml import FILE_LIMITS
from tests.support.packages import zipped
from tests.support.smev3_reference import beside

if TYPE_CHECKING:
    from pathlib import Path


TODAY: Final = date(2026, 11, 22)
ROOT: Final = beside("vs")
FOLDERS: Final = sorted(each for each in ROOT.glob("*/*") if any(each.rglob("*.xsd")))
NOT_VALID: Final = {
    "egisso/package-10.05.I-1.0.7/samples/2/Request.xml": "/request/package/elements/localMSZ/FamSign",
    "fns/vipip-4.0.5/samples/response-1.xml": "/FNSVipIPResponse/СвИП/СвФЛ",
    "fns/vipul-4.0.5/samples/response-1.xml": "/FNSVipULResponse/СвЮЛ/СвНаимЮЛ",
    "pfr/snils-by-additionalData-1.0.1/samples/response-1.xml": "/SnilsByAdditionalDataResponse/FamilyName",
}
"""Samples that their publishers have made anonymous by cutting out what the schema demands."""
INCOMPLETE: Final = {"_quirks/cyrillic-namespace-uri-zdp": {"ТипыАФ_2018-12-07.xsd"}}
"""Files whose imports no file of their folder serves."""

pytestmark = pytest.mark.skipif(not FOLDERS, reason="no packages beside the repository")


def name(folder: Path) -> str:
    return folder.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_a_package_loads_and_its_samples_are_as_they_should_be(folder: Path) -> None:
    package = load_package(folder)

    errors = {each.file for each in package.problems if each.severity == "error"}
    assert errors == INCOMPLETE.get(name(folder), set())
    assert package.roots
    for bundle in package.bundles:
        if bundle.complete:
            assert bundle.lxml_schema() is not None
    assert package.schemas.xmlschema().maps.elements.keys() >= {each.clark for each in package.schemas.roots}
    assert package.schemas.faults == ()
    for sample in package.samples:
        declaring = package.bundle_of(sample.root)
        if declaring is None:
            continue
        report = Checker(declaring).check(sample.octets, today=TODAY, limits=FILE_LIMITS)
        expected = NOT_VALID.get(f"{name(folder)}/{sample.name}")
        assert [each.path for each in report.errors] == ([expected] if expected else [])
        assert not any(each.rule == "second-opinion" for each in report.findings)


def test_the_statement_in_a_cyrillic_namespace_is_judged_by_the_schemas_beside_it() -> None:
    package = load_package(ROOT / "_quirks" / "cyrillic-namespace-uri-zdp")
    octets = (ROOT / "pfr/cmv-zdp-1.0.1/samples/attachment-req-example.xml").read_bytes()

    findings = Checker(package.schemas).check(octets, today=TODAY).findings

    assert [(each.path, each.rule) for each in findings] == [
        ("/ЭДПФР/ЗДП/СведенияОДоставке/Адрес", "unexpected")
    ]


@pytest.mark.parametrize(
    "agency", ["zags/parent-4.0.6", "zags/rogd-4.0.5", "zags/fatal-4.0.6", "zags/brakz-4.0.2"]
)
def test_rules_between_fields_of_the_registry_of_acts_are_read(agency: str) -> None:
    (rule,) = rules_of(load_package(ROOT / agency).schemas)

    assert rule.context == "*[local-name()='АдрМО']"
    assert [each.code for each in rule.assertions] == ["0400300003"]


@pytest.mark.parametrize("folder", FOLDERS[:12], ids=name)
def test_the_same_files_as_nested_archives_are_the_same_package(folder: Path) -> None:
    files = {
        each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()
    }
    schemas = {path.rpartition("/")[2]: octets for path, octets in files.items() if path.endswith(".xsd")}
    others = {path: octets for path, octets in files.items() if not path.endswith(".xsd")}

    flat = load_package(zipped({"Схема.zip": zipped(schemas), "Эталоны.zip": zipped(others)}))

    plain = load_package(folder)
    assert {root for _, root in flat.roots} == {root for _, root in plain.roots}
    assert len(flat.samples) == len(plain.samples)
