"""Tables go to Excel and CSV as text; nothing in them is a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.infotypes.rendering import Grid, disarmed, grids, to_csv, to_xlsx, view
from tests.support.examples import examples

MADE = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
FORMULAS = [
    '=HYPERLINK("http://evil.example","x")',
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1,1)",
    "\t=1+1",
    "  =1+1",
    "\ufeff=1+1",
    "＝1+1",
    "http://evil.example",
    "mailto:a@b.example",
    "{=1+1}",
    "internal:Sheet1!A1",
]


def opened(octets: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(octets))


@pytest.mark.parametrize("text", FORMULAS)
def test_texts_are_texts_in_a_workbook(text: str) -> None:
    octets = to_xlsx([Grid("Лист", (text, "б"), [(text, 5), ("x", None)])], MADE)
    cell = opened(octets)["Лист"]["A2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    with zipfile.ZipFile(io.BytesIO(octets)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


@pytest.mark.parametrize("text", FORMULAS)
def test_texts_are_texts_in_csv(text: str) -> None:
    octets = to_csv(Grid("Лист", (text,), [(text,), (-5,)]))
    assert octets.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"))
    for row in rows[:2]:
        assert not row[0].lstrip().startswith(("=", "+", "-", "@", "＝"))
        assert row[0].removeprefix("'") == text
    assert rows[2] == ["-5"]


def test_numbers_as_texts_stay_as_they_are() -> None:
    for text in ("-5", "+7,5", "112-233-445 95", "00123", "8 (800) 1", "1.5"):
        assert disarmed(text) == text
    assert disarmed("+7(999)1234567") == "'+7(999)1234567"


def test_a_document_is_its_values_and_its_tables() -> None:
    octets = (
        "<Ответ><Дата>1980-01-31</Дата><Запись><Номер>001</Номер><Имя>А</Имя></Запись>"
        "<Запись><Номер>002</Номер><Имя>=1+1</Имя></Запись><!-- сверено --></Ответ>"
    ).encode()
    book = opened(to_xlsx(grids(view(octets)), MADE, title="Ответ"))
    assert book.sheetnames == ["Сведения", "1 Запись"]
    values = [[cell.value for cell in row] for row in book["Сведения"].iter_rows()]
    assert values == [
        ["Раздел", "Поле", "Значение", "В XML"],
        ["Ответ", "Дата", "31.01.1980", "1980-01-31"],
        ["Ответ", "Запись", "таблица на листе «1 Запись»", None],
        ["Ответ", "Примечание", "сверено", None],
    ]
    table = [[cell.value for cell in row] for row in book["1 Запись"].iter_rows()]
    assert table == [["Номер", "Имя"], ["001", "А"], ["002", "=1+1"]]


def test_long_texts_go_on_in_further_cells() -> None:
    long = "".join(chr(0x430 + i % 32) for i in range(70_000))
    book = opened(to_xlsx([Grid("Л", ("а", "б"), [(long, "конец")])], MADE))
    row = [cell.value for cell in book["Л"][2]]
    assert row[0] + row[2] + row[3] == long
    assert row[1] == "конец"


def test_names_of_sheets_are_such_as_excel_takes() -> None:
    names = ["A/B", "a:b", "", "x" * 40, "x" * 40, "'кавычки'", "History", "A B"]
    book = opened(to_xlsx([Grid(each, ("к",), []) for each in names], MADE))
    assert len(book.sheetnames) == len(names)
    assert all(len(each) <= 31 for each in book.sheetnames)


def test_the_same_tables_give_the_same_octets() -> None:
    tables = [Grid("Л", ("а",), [("б",)])]
    assert to_xlsx(tables, MADE) == to_xlsx(tables, MADE)


@examples(40)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=5))
def test_any_texts_can_be_written(texts: list[str]) -> None:
    table = Grid("Л", tuple(texts), [texts])
    opened(to_xlsx([table], MADE))
    (_, row) = list(csv.reader(io.StringIO(to_csv(table).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert not any(each.lstrip(" \xa0\ufeff\u200b").startswith(("=", "@", "\t")) for each in row)
