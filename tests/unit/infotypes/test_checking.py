"""What is wrong with a document is told in plain words, at the field's path."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from mezhved.infotypes import InvalidSchemaSet
from mezhved.infotypes.checking import Checker
from mezhved.infotypes.packages import load_package
from mezhved.smev3.xml import MalformedXml
from tests.support.packages import TYPE, XS, zipped
from tests.support.work import growth

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.infotypes.checking import CheckReport, Finding

TODAY = date(2026, 11, 22)


def simple(name: str, facets: str, base: str = "xs:string") -> str:
    restriction = f'<xs:restriction base="{base}">{facets}</xs:restriction>'
    return f'<xs:simpleType name="{name}">{restriction}</xs:simpleType>'


def note(text: str) -> str:
    return f"<xs:annotation><xs:documentation>{text}</xs:documentation></xs:annotation>"


SCHEMA = f"""<xs:schema {XS} xmlns:t="{TYPE}" targetNamespace="{TYPE}" elementFormDefault="qualified">
{simple("Пол", '<xs:enumeration value="М"/><xs:enumeration value="Ж"/>')}
{simple("ИННФЛТип", '<xs:pattern value="[0-9]{12}"/>')}
{simple("Код", '<xs:pattern value="[A-Z]{2}-[0-9]{3}"/><xs:maxLength value="6"/>')}
{simple("Доля", '<xs:fractionDigits value="2"/><xs:maxInclusive value="1"/>', "xs:decimal")}
{simple("Слово", '<xs:minLength value="2"/><xs:maxLength value="4"/>')}
<xs:complexType name="Лицо"><xs:sequence>
  <xs:element name="Фамилия" type="t:Слово">{note("Фамилия лица")}</xs:element>
  <xs:element name="ДатаРожд" type="xs:date">{note("Дата рождения")}</xs:element>
  <xs:element name="Пол" type="t:Пол" minOccurs="0"/>
  <xs:choice><xs:element name="Адрес" type="xs:string"/>
  <xs:element name="Телефон" type="xs:string"/></xs:choice>
</xs:sequence>
<xs:attribute name="ИННФЛ" type="t:ИННФЛТип" use="required">{note("ИНН физического лица")}</xs:attribute>
<xs:attribute name="Вид" type="xs:string" fixed="1"/>
</xs:complexType>
<xs:element name="Запрос"><xs:complexType><xs:sequence>
  <xs:element name="Лицо" type="t:Лицо" maxOccurs="3"/>
  <xs:element name="Код" type="t:Код" minOccurs="0"/>
  <xs:element name="Доля" type="t:Доля" minOccurs="0"/>
  <xs:element name="Пусто" type="xs:int" nillable="true" minOccurs="0"/>
  <xs:element name="СНИЛС" type="xs:string" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""

GOOD = (
    '<Лицо ИННФЛ="500100732259"><Фамилия>Зима</Фамилия><ДатаРожд>1990-01-31</ДатаРожд>'
    "<Пол>Ж</Пол><Адрес>Тверь</Адрес></Лицо>"
)
_PACKAGE = load_package(zipped({"main.xsd": SCHEMA.encode()}))


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(_PACKAGE.schemas)


def check(checker: Checker, inside: str) -> CheckReport:
    return checker.check(f'<Запрос xmlns="{TYPE}">{inside}</Запрос>'.encode(), today=TODAY)


def only(report: CheckReport) -> Finding:
    (finding,) = report.findings
    return finding


def test_a_good_document_has_no_findings(checker: Checker) -> None:
    report = check(checker, GOOD + "<Код>AB-123</Код><Доля>0.25</Доля><СНИЛС>11223344595</СНИЛС>")

    assert report.valid
    assert report.findings == ()
    assert report.root.local == "Запрос"


@pytest.mark.parametrize(
    ("change", "path", "rule", "words"),
    [
        (('ИННФЛ="500100732259"', 'ИННФЛ="5001"'), "/Запрос/Лицо/@ИННФЛ", "pattern", "000000000000"),
        (('ИННФЛ="500100732259"', ""), "/Запрос/Лицо/@ИННФЛ", "required", "обязательное поле"),
        (("<Лицо ", '<Лицо Лишний="1" '), "/Запрос/Лицо/@Лишний", "unexpected", "не предусматривает"),
        (("<Лицо ", '<Лицо Вид="2" '), "/Запрос/Лицо/@Вид", "fixed", "задано схемой"),
        (("Зима", "З"), "/Запрос/Лицо/Фамилия", "length", "не короче 2"),
        (("Зима", "Зимушка"), "/Запрос/Лицо/Фамилия", "length", "не длиннее 4"),
        (("1990-01-31", "31.01.1990"), "/Запрос/Лицо/ДатаРожд", "value", "2026-12-31"),
        (("Ж<", "F<"), "/Запрос/Лицо/Пол", "enumeration", "М, Ж"),
        (("<Фамилия>Зима</Фамилия>", ""), "/Запрос/Лицо/Фамилия", "required", "обязательное поле"),
        (("<Адрес>Тверь</Адрес>", ""), "/Запрос/Лицо", "required", "Адрес, Телефон"),
        (("<Пол>Ж</Пол>", "<Пал>Ж</Пал>"), "/Запрос/Лицо/Пал", "unexpected", "имелось в виду Пол"),
        (("<Пол>Ж", '<Пол xmlns="urn://o">Ж'), "/Запрос/Лицо/Пол", "unexpected", f"нужно {TYPE}"),
        (("</Адрес>", "</Адрес><Пол>Ж</Пол>"), "/Запрос/Лицо/Пол[2]", "unexpected", "не на своём месте"),
        (("<Адрес>", "слова<Адрес>"), "/Запрос/Лицо", "text", "не может быть текста"),
        (("</Лицо>", "</Лицо><Код>ab-1</Код>"), "/Запрос/Код", "pattern", "aa-000"),
        (("</Лицо>", "</Лицо><Доля>0.255</Доля>"), "/Запрос/Доля", "digits", "после точки не больше 2"),
        (("</Лицо>", "</Лицо><Доля>7</Доля>"), "/Запрос/Доля", "range", "не больше 1"),
        (("</Лицо>", "</Лицо><Пусто/>"), "/Запрос/Пусто", "value", "не может быть пустым"),
    ],
)
def test_each_kind_of_error_is_told(
    checker: Checker, change: tuple[str, str], path: str, rule: str, words: str
) -> None:
    assert change[0] in GOOD
    report = check(checker, GOOD.replace(*change, 1))

    assert not report.valid
    finding = only(report)
    assert (finding.path, finding.rule) == (path, rule)
    assert words in finding.text.ru
    assert finding.text.en


def test_the_field_is_called_as_the_schema_calls_it(checker: Checker) -> None:
    assert only(check(checker, GOOD.replace("Зима", "З"))).label.ru == "Фамилия лица"
    assert only(check(checker, GOOD.replace(' ИННФЛ="500100732259"', ""))).label.ru == "ИНН физического лица"


def test_repeated_elements_are_told_apart(checker: Checker) -> None:
    report = check(checker, GOOD + GOOD.replace("Зима", "З") + GOOD)

    assert only(report).path == "/Запрос/Лицо[2]/Фамилия"


def test_nothing_found_quotes_the_document(checker: Checker) -> None:
    secret = "Тайна" * 3
    inside = GOOD.replace("Зима", secret).replace("500100732259", secret).replace("Ж", secret)
    report = check(checker, inside + f"<Код>{secret}</Код><СНИЛС>{secret}</СНИЛС><Доля>{secret}</Доля>")

    assert len(report.findings) >= 5
    assert secret not in " ".join(f"{each!r} {each.text.ru} {each.text.en}" for each in report.findings)


def test_a_number_whose_check_digit_does_not_match_is_a_warning(checker: Checker) -> None:
    report = check(checker, GOOD.replace("500100732259", "500100732250") + "<СНИЛС>11223344596</СНИЛС>")

    assert report.valid
    assert [(each.path, each.rule, each.severity) for each in report.findings] == [
        ("/Запрос/Лицо/@ИННФЛ", "inn_person", "warning"),
        ("/Запрос/СНИЛС", "snils", "warning"),
    ]


def test_a_document_of_another_type_is_told_by_its_root(checker: Checker) -> None:
    report = checker.check(b'<a xmlns="urn://other"/>', today=TODAY)

    assert (only(report).rule, only(report).path) == ("root", "/a")
    assert "urn://other" in only(report).text.ru


def test_a_document_in_the_namespace_of_another_version_is_told_which_is_known(checker: Checker) -> None:
    report = checker.check(f'<Запрос xmlns="{TYPE}9"/>'.encode(), today=TODAY)

    assert f"знают в {TYPE}" in only(report).text.ru


def test_the_work_to_tell_wrong_numbers_grows_with_their_number_alone() -> None:
    element = '<xs:element name="СНИЛС" type="xs:string" maxOccurs="unbounded"/>'
    body = f"<xs:complexType><xs:sequence>{element}</xs:sequence></xs:complexType>"
    checker = checker_of(f'<xs:element name="a">{body}</xs:element>')
    checker.check(f'<t:a xmlns:t="{TYPE}"><СНИЛС>1</СНИЛС></t:a>'.encode(), today=TODAY)

    def checking(count: int) -> Callable[[], CheckReport]:
        octets = f'<t:a xmlns:t="{TYPE}">{"<СНИЛС>1</СНИЛС>" * count}</t:a>'.encode()
        return lambda: checker.check(octets, today=TODAY)

    assert 100 <= len(checking(2000)().findings) <= 1000
    assert growth(checking(500), checking(2000)) < 5


def test_what_is_no_xml_is_refused(checker: Checker) -> None:
    with pytest.raises(MalformedXml):
        checker.check(b"<a>", today=TODAY)
    with pytest.raises(MalformedXml):
        checker.check(b"<!DOCTYPE a><a/>", today=TODAY)


def checker_of(body: str) -> Checker:
    schema = f'<xs:schema {XS} xmlns:t="{TYPE}" targetNamespace="{TYPE}">{body}</xs:schema>'
    return Checker(load_package(zipped({"main.xsd": schema.encode()})).schemas)


def test_where_libxml2_cannot_compile_xmlschema_decides() -> None:
    twice = '<xs:element name="b" type="xs:int" maxOccurs="2"/>'
    checker = checker_of(
        f'<xs:element name="a"><xs:complexType><xs:all>{twice}</xs:all></xs:complexType></xs:element>'
    )
    with pytest.raises(InvalidSchemaSet):
        checker.bundle.lxml_schema()

    good = checker.check(f'<t:a xmlns:t="{TYPE}"><b>1</b><b>2</b></t:a>'.encode(), today=TODAY)
    bad = checker.check(f'<t:a xmlns:t="{TYPE}"><b>1</b><b>x</b></t:a>'.encode(), today=TODAY)

    assert good.findings == ()
    assert (only(bad).path, only(bad).text.ru) == ("/a/b[2]", "нужно целое число")


ASSERTED = (
    '<xs:element name="a"><xs:complexType><xs:attribute name="from" type="xs:int"/>'
    '<xs:attribute name="to" type="xs:int"/><xs:assert test="@from le @to"/></xs:complexType></xs:element>'
)


def test_schemas_of_xsd_1_1_are_judged_by_xmlschema() -> None:
    checker = checker_of(ASSERTED)

    good = checker.check(f'<t:a xmlns:t="{TYPE}" from="1" to="2"/>'.encode(), today=TODAY)
    bad = checker.check(f'<t:a xmlns:t="{TYPE}" from="3" to="2"/>'.encode(), today=TODAY)

    assert good.findings == ()
    assert (only(bad).rule, only(bad).severity) == ("assertion", "error")


def test_what_libxml2_alone_refuses_is_refused_and_told() -> None:
    early = simple("День", '<xs:minInclusive value="1900-01-01"/>', "xs:date")
    checker = checker_of(f'{early}<xs:element name="a" type="t:День"/>')

    report = checker.check(f'<t:a xmlns:t="{TYPE}">1900-01-01Z</t:a>'.encode(), today=TODAY)

    assert not report.valid
    assert [(each.rule, each.severity) for each in report.findings] == [
        ("range", "error"),
        ("second-opinion", "note"),
    ]


def test_what_xmlschema_alone_refuses_is_accepted_with_a_warning() -> None:
    checker = checker_of('<xs:element name="a" type="xs:IDREF"/>')

    report = checker.check(f'<t:a xmlns:t="{TYPE}">x</t:a>'.encode(), today=TODAY)

    assert report.valid
    assert (only(report).rule, only(report).severity) == ("second-opinion", "warning")
