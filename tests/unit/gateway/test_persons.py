"""Whom business data are about is told by names of elements and by check digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.gateway.watching.persons import MOST, Mention, meant_by, mentions


def found(inner: str) -> set[tuple[str, str]]:
    return set(mentions(f"<r xmlns='urn:x'>{inner}</r>".encode()))


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<Snils>112-233-445 95</Snils>", {("snils", "11223344595")}),
        ("<p СНИЛС='11223344595'/>", {("snils", "11223344595")}),
        ("<SNILSType>000-666-666 99</SNILSType>", {("snils", "00066666699")}),
        ("<any>11223344595</any>", {("snils", "11223344595")}),
        ("<any>11223344596</any>", set()),
        ("<any>00000011100</any>", set()),
        ("<ИННФЛ>123456789047</ИННФЛ>", {("inn", "123456789047")}),
        ("<p ИННЮЛ='1111111117' ОГРН='1027700132195'/>", {("inn", "1111111117"), ("ogrn", "1027700132195")}),
        ("<number>123456789047</number>", {("inn", "123456789047")}),
        ("<number>123456789048</number>", set()),
        ("<d Series='44 05' Number='123456'/>", {("document", "4405123456")}),
        ("<d><Серия>IV-АБ</Серия><Номер>123456</Номер></d>", {("document", "IVАБ123456")}),
        ("<d><Series>4405</Series></d>", set()),
        ("<УдЛичн СерНомДок='44 05 123456'/>", {("document", "4405123456")}),
        (
            "<p><FamilyName>Выдуманов-Пробный</FamilyName><FirstName>Пётр</FirstName></p>",
            {("name", "выдуманов-пробный"), ("name", "выдуманов-пробный петр")},
        ),
        (
            "<ФИО Фамилия='Тестова' Имя='Алёна' Отчество='Петровна'/>",
            {("name", "тестова"), ("name", "тестова алена"), ("name", "тестова алена петровна")},
        ),
        ("<p><Name>Организация</Name></p>", set()),
    ],
)
def test_mentions(inner: str, expected: set[tuple[str, str]]) -> None:
    assert found(inner) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("112-233-445 95", {Mention("snils", "11223344595")}),
        ("123456789047", {Mention("inn", "123456789047")}),
        ("44 05 123456", {Mention("inn", "4405123456"), Mention("document", "4405123456")}),
        ("IV-АБ № 123456", {Mention("document", "IVАБ123456")}),
        ("  ВЫДУМАНОВ-пробный   Пётр ", {Mention("name", "выдуманов-пробный петр")}),
        ("!!!", set()),
        ("", set()),
    ],
)
def test_what_is_searched_for(text: str, expected: set[Mention]) -> None:
    assert set(meant_by(text)) == expected


def test_a_register_of_thousands_is_bounded() -> None:
    many = "".join(f"<p><Snils>{number:011d}</Snils></p>" for number in range(2 * MOST))
    assert len(found(many)) == MOST


@given(st.binary(max_size=300))
def test_whatever_octets_are_read(octets: bytes) -> None:
    mentions(octets)


@given(st.text(max_size=60))
def test_whatever_is_searched(text: str) -> None:
    for each in meant_by(text):
        assert each.value
