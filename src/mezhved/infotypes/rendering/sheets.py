"""Tables for Excel and CSV: what is text stays text, whatever it begins with.

A spreadsheet takes `=…`, `+…`, `-…`, `@…` in a CSV for a formula, and a formula may call out. In XLSX cells
are written with their type; in CSV such texts get an apostrophe before them (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import xlsxwriter

from mezhved.infotypes.rendering.model import Branch, Leaf, Remark, Table, ValueKind
from mezhved.texts import Language, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

Cell: TypeAlias = "str | int | float | None"

CELL_CHARACTERS: Final = 32_767
"""What one cell of a workbook holds; a longer text goes on after the last column."""
SHEET_ROWS: Final = 1_048_576
SHEET_NAME: Final = 31

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]+)?", re.ASCII)
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f']")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SECTION: Final = Text(ru="Раздел", en="Section")
_FIELD: Final = Text(ru="Поле", en="Field")
_VALUE: Final = Text(ru="Значение", en="Value")
_CODE: Final = Text(ru="В XML", en="In the XML")
_DATA: Final = Text(ru="Сведения", en="Data")
_SHEET: Final = Text(ru="таблица на листе", en="a table on the sheet")
_REMARK: Final = Text(ru="Примечание", en="Remark")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table to be written: a name, headings, rows of texts and numbers."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def grids(shown: Branch, language: Language = "ru") -> tuple[Grid, ...]:
    """Return a document as tables: all its values by section first, then each table that it has.

    A value that is shown otherwise than it is written (a date, a code) has both columns; of a file only the
    size is told.
    """
    rows: list[tuple[Cell, ...]] = []
    tables: list[Grid] = []
    _Gathering(language, rows, tables).branch(shown, ())
    heads = tuple(_in(each, language) for each in (_SECTION, _FIELD, _VALUE, _CODE))
    return (Grid(_in(_DATA, language), heads, rows), *tables)


def to_xlsx(tables: Iterable[Grid], made_at: datetime, *, title: str = "") -> bytes:
    """Return a workbook with a sheet for each table; the same tables give the same octets."""
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bg_color": "#EEF2F8", "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        taken: set[str] = set()
        for table in tables:
            _write_sheet(book.add_worksheet(_sheet_name(table.name, taken)), table, head, text)
    return target.getvalue()


def to_csv(table: Grid) -> bytes:
    """Return the table as Excel in Russia opens it: UTF-8 with a mark, semicolons, formulas disarmed."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow([disarmed(each) for each in table.columns])
    for row in table.rows:
        writer.writerow([disarmed(each) if isinstance(each, str) else each for each in row])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def disarmed(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; numbers are left as they are."""
    bare = text.lstrip(" \xa0\ufeff\u200b")
    if bare.startswith(_STARTS) and _NUMBER.fullmatch(text) is None:
        return f"'{text}"
    return text


class _Gathering:
    """Walks a document and gathers rows."""

    def __init__(self, language: Language, rows: list[tuple[Cell, ...]], tables: list[Grid]) -> None:
        self._language = language
        self._rows = rows
        self._tables = tables

    def branch(self, branch: Branch, above: tuple[str, ...]) -> None:
        own = _in(branch.label, self._language)
        path = (*above, f"{own} {branch.number}" if branch.number else own)
        section = " / ".join(path)
        for part in branch.parts:
            if isinstance(part, Leaf):
                self._rows.append((section, _in(part.label, self._language), *self._both(part)))
            elif isinstance(part, Branch):
                self.branch(part, path)
            elif isinstance(part, Remark):
                self._rows.append((section, _in(_REMARK, self._language), part.text.strip(), ""))
            else:
                self._table(part, section)

    def _table(self, table: Table, section: str) -> None:
        label = _in(table.label, self._language)
        name = f"{len(self._tables) + 1} {label}"
        said = f"{_in(_SHEET, self._language)} «{name[:SHEET_NAME]}»"
        self._rows.append((section, label, said, ""))
        columns = tuple(_in(each.label, self._language) for each in table.columns)
        rows = [[self._shown(cell) for cell in row] for row in table.rows]
        self._tables.append(Grid(name, columns, rows))

    def _both(self, value: Leaf) -> tuple[str, str]:
        raw = value.raw.strip()
        shown = _in(value.shown, self._language)
        return shown, "" if shown == raw or value.kind is ValueKind.BINARY else raw

    def _shown(self, value: Leaf | None) -> str:
        if value is None:
            return ""
        shown, raw = self._both(value)
        return f"{shown} ({raw})" if raw and value.kind is ValueKind.CHOICE else shown


def _write_sheet(sheet: Any, table: Grid, head: Any, text: Any) -> None:
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, _plain(name)[:CELL_CHARACTERS], head)
        sheet.set_column(column, column, 40 if len(table.columns) <= 5 else 22)  # noqa: PLR2004
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(table.rows, start=1):
        if number >= SHEET_ROWS:
            break
        rest: list[str] = []
        for column, cell in enumerate(row):
            if cell == "":
                continue
            if isinstance(cell, str):
                first, *more = _pieces(_plain(cell))
                sheet.write_string(number, column, first, text)
                rest.extend(more)
            elif cell is not None:
                sheet.write_number(number, column, cell)
        for column, piece in enumerate(rest, start=len(row)):
            sheet.write_string(number, column, piece, text)
    if table.rows:
        sheet.autofilter(0, 0, min(len(table.rows), SHEET_ROWS - 1), max(len(table.columns) - 1, 0))


def _plain(text: str) -> str:
    return _CONTROL.sub("", text)


def _pieces(text: str) -> Iterator[str]:
    yield text[:CELL_CHARACTERS]
    for start in range(CELL_CHARACTERS, len(text), CELL_CHARACTERS):
        yield text[start : start + CELL_CHARACTERS]


def _sheet_name(name: str, taken: set[str]) -> str:
    base = _FORBIDDEN.sub(" ", name).strip()[:SHEET_NAME].strip() or "1"
    found, number = base, 1
    while found.casefold() in taken or found.casefold() == "history":
        number += 1
        found = f"{base[: SHEET_NAME - len(str(number)) - 1]} {number}"
    taken.add(found.casefold())
    return found


def _in(text: Text, language: Language) -> str:
    return text.ru if language == "ru" else text.en
