"""Rules between fields that a schema carries in `appinfo`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from mezhved.infotypes.checking import Checker
from mezhved.infotypes.packages import load_package
from tests.support.packages import TYPE, XS, zipped

if TYPE_CHECKING:
    from mezhved.infotypes.checking import Finding

TODAY = date(2026, 11, 22)
SCH = (
    'xmlns:sch="http://purl.oclc.org/dsdl/schematron" '
    'xmlns:usch="http://www.unisoftware.ru/schematron-extensions"'
)


def pattern(test: str, context: str = "Адрес", told: str = "", kind: str = "assert") -> str:
    value = '<usch:value-of select="Регион"/>'
    error = told or f'<usch:error code="0400300003">Нет района при регионе "{value}"</usch:error>'
    quoted = test.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return (
        f'<sch:pattern name="п"><sch:rule context="{context}">'
        f'<sch:{kind} test="{quoted}">{error}</sch:{kind}></sch:rule></sch:pattern>'
    )


def checker_of(*patterns: str, place: str = "element") -> Checker:
    rules = f"<xs:annotation><xs:appinfo>{''.join(patterns)}</xs:appinfo></xs:annotation>"
    at_top, at_element = (rules, "") if place == "schema" else ("", rules)
    address = (
        '<xs:element name="Адрес" maxOccurs="9"><xs:complexType><xs:sequence>'
        '<xs:element name="Регион" type="xs:string"/>'
        '<xs:element name="Район" type="xs:string" minOccurs="0"/>'
        '</xs:sequence><xs:attribute name="Дата" type="xs:string"/></xs:complexType></xs:element>'
    )
    body = f"<xs:complexType><xs:sequence>{address}</xs:sequence></xs:complexType>"
    schema = (
        f'<xs:schema {XS} {SCH} xmlns:t="{TYPE}" targetNamespace="{TYPE}" '
        f'elementFormDefault="qualified">{at_top}'
        f'<xs:element name="Запрос">{at_element}{body}</xs:element>'
        f'<xs:element name="Ответ">{body}</xs:element></xs:schema>'
    )
    return Checker(load_package(zipped({"main.xsd": schema.encode()})).schemas)


def findings(checker: Checker, *addresses: str, root: str = "Запрос") -> tuple[Finding, ...]:
    inside = "".join(f"<Адрес{each}</Адрес>" for each in addresses)
    return checker.check(f'<{root} xmlns="{TYPE}">{inside}</{root}>'.encode(), today=TODAY).findings


MOSCOW = "><Регион>77</Регион>"
BAIKONUR = "><Регион>99</Регион>"
FULL = "><Регион>77</Регион><Район>Тверской</Район>"
OFFICIAL = (
    "usch:iif(*[local-name()='Регион']!=99, count(*[local-name()='Район'])!=0, "
    "count(*[local-name()='Район'])!=0 or count(*[local-name()='Район'])=0)"
)


@pytest.mark.parametrize(
    "context", ["*[local-name()='Адрес']", "Адрес", "Запрос/Адрес", "//Адрес", "t:Адрес"]
)
def test_a_conditional_rule_fails_where_its_condition_demands(context: str) -> None:
    checker = checker_of(pattern(OFFICIAL, context))

    (finding,) = findings(checker, FULL, MOSCOW, BAIKONUR)

    assert (finding.path, finding.rule, finding.code) == ("/Запрос/Адрес[2]", "schematron", "0400300003")
    assert finding.severity == "error"
    assert finding.text.ru == 'Нет района при регионе "[Регион]"'


def test_names_without_prefixes_mean_any_namespace_and_prefixed_ones_their_own() -> None:
    assert findings(checker_of(pattern("usch:iif(Регион!=99, Район, true())")), MOSCOW)
    assert not findings(checker_of(pattern("usch:iif(Регион!=99, Район, true())")), FULL)
    assert findings(checker_of(pattern("count(t:Район)=1", "Адрес")), MOSCOW)
    assert not findings(checker_of(pattern("count(t:Район)=1", "t:Адрес")), FULL)


@pytest.mark.parametrize(
    ("test", "date", "holds"),
    [
        ("usch:compareDate(@Дата, '22.11.2026')", "2026-11-22", True),
        ("usch:compareDate(@Дата, '22.11.2026')", "2026-11-23", False),
        ("usch:checkDateCurrent(@Дата)", "22.11.2026", True),
        ("usch:checkDateCurrent(@Дата)", "2026-11-23", False),
        ("usch:getDateCurrent() = @Дата", "22.11.2026", True),
        ("usch:checkINN(@Дата)", "1111111117", True),
        ("usch:checkINN(@Дата)", "1111111111", False),
        ("usch:checkINNFL(@Дата)", "1111111117", False),
        ("usch:iif(@Дата='1' and not(Район), false(), string-length(@Дата)<3)", "2", True),
    ],
)
def test_functions_of_the_tax_service_s_program_are_known(test: str, date: str, *, holds: bool) -> None:
    checker = checker_of(pattern(test))

    assert (findings(checker, f' Дата="{date}"{FULL}') == ()) is holds


@pytest.mark.parametrize("test", ["usch:getFileName() = @Дата", "usch:checkNSI('ОКСМ', 'Код', Регион)"])
def test_what_cannot_be_answered_here_is_passed_over(test: str) -> None:
    assert findings(checker_of(pattern(test)), FULL) == ()


@pytest.mark.parametrize("test", ["usch:noSuch(1)", "((", "$unknown", "unbound:name = 1"])
def test_a_rule_that_does_not_work_is_a_note(test: str) -> None:
    report = findings(checker_of(pattern(test)), FULL)

    assert {each.severity for each in report} == {"note"}


def test_a_report_is_made_when_its_test_holds() -> None:
    told = "Район указан"
    checker = checker_of(pattern("Район", kind="report", told=told))

    assert [each.text.ru for each in findings(checker, MOSCOW, FULL)] == [told]


def test_of_one_pattern_the_first_rule_that_fits_counts() -> None:
    first = pattern("true()", "Адрес[Регион=77]")
    second = pattern("false()", told="второе").removeprefix('<sch:pattern name="п">')
    checker = checker_of(first.removesuffix("</sch:pattern>") + second)

    assert [each.path for each in findings(checker, MOSCOW, BAIKONUR)] == ["/Запрос/Адрес[2]"]


def test_rules_of_an_element_hold_inside_it_only_and_those_of_the_schema_everywhere() -> None:
    assert findings(checker_of(pattern("Район")), MOSCOW, root="Ответ") == ()
    assert len(findings(checker_of(pattern("Район"), place="schema"), MOSCOW, root="Ответ")) == 1


def test_a_value_is_given_a_name_by_let() -> None:
    rule = pattern("$n = 1").replace("<sch:assert", '<sch:let name="n" value="count(Район)"/><sch:assert')

    assert findings(checker_of(rule), FULL) == ()
    assert len(findings(checker_of(rule), MOSCOW)) == 1
