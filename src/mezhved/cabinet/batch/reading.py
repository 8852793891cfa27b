"""Reading a filled workbook: hostile until proven otherwise, never calculated."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

import openpyxl

from mezhved.cabinet.batch.limits import (
    CELL_CHARACTERS,
    EMPTY_ROWS,
    FILE_OCTETS,
    FIRST_ROW,
    MOST_CELLS_WIDE,
    MOST_ROWS,
    SHEET,
    UNPACKED,
)
from mezhved.cabinet.wording import spoken
from mezhved.infotypes.packages.archives import read_zip
from mezhved.infotypes.packages.errors import UnreadablePackage
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

_XML: Final = (".xml", ".rels", ".vml")
_DOCTYPE: Final = re.compile(rb"<\s*!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MACROS: Final = re.compile(r"(?:^|/)(?:vbaproject\.bin|activex/|embeddings/|externallinks/)", re.IGNORECASE)
_EXACT: Final = 1e15
"""Whole numbers below it are exact in a double."""
_TAKE_TEMPLATE: Final = Text(
    ru="скачайте бланк этого вида сведений, заполните его и загрузите снова",
    en="download the blank table of this type, fill it and upload it again",
)


class UnusableWorkbook(MezhvedError):  # noqa: N818 - named by what it is
    """The file is no workbook of requests, is damaged, too large, or built to do harm."""


@dataclass(frozen=True, slots=True)
class CellValue:
    """What stands in a cell; `is_formula` where it would be calculated."""

    text: str
    is_formula: bool = False
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that is not empty: its number as Excel counts, its cells by column."""

    number: int
    cells: dict[int, CellValue]


@dataclass(frozen=True, slots=True)
class Table:
    """The head of a workbook: keys by column, and the headings as they stand in the file."""

    keys: dict[int, str]
    headings: dict[int, str]


def check_file(octets: bytes) -> None:
    """Raise `UnusableWorkbook` for what is no workbook, unpacks beyond the bounds, or holds a DOCTYPE."""
    if len(octets) > FILE_OCTETS:
        raise UnusableWorkbook(
            Text(
                ru=f"файл больше {FILE_OCTETS // 2**20} МБ",
                en=f"the file is larger than {FILE_OCTETS // 2**20} MB",
            ),
            cure=Text(ru="разделите его на несколько", en="divide it"),
        )
    if not octets.startswith(b"PK\x03\x04"):
        raise UnusableWorkbook(
            Text(ru="это не файл Excel (.xlsx)", en="this is no Excel file (.xlsx)"),
            cure=Text(
                ru="сохраните таблицу как «Книга Excel (.xlsx)»", en="save it as an Excel workbook (.xlsx)"
            ),
        )
    try:
        reading = read_zip(octets, UNPACKED)
    except UnreadablePackage as error:
        raise UnusableWorkbook(error.what, where=error.where, cure=_TAKE_TEMPLATE) from error
    for name, content in reading.files.items():
        if _MACROS.search(name):
            raise _unusable(
                "в файле макросы или связи с другими файлами", "the file has macros or links", name
            )
        if name.lower().endswith(_XML) and _declares(content):
            raise _unusable("файл устроен опасно (DOCTYPE)", "the file is built to do harm (DOCTYPE)", name)


def _declares(content: bytes) -> bool:
    """Tell whether XML declares a document type, in whatever encoding it is written."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        content = content.replace(b"\0", b"")
    return _DOCTYPE.search(content) is not None


def read_head(octets: bytes) -> Table:
    """Return the columns of a workbook that was checked; raise `UnusableWorkbook`."""
    with _sheet(octets) as sheet:
        rows = list(sheet.iter_rows(min_row=1, max_row=2, max_col=MOST_CELLS_WIDE))
        keys = {number: _value(each).text.strip() for number, each in enumerate(rows[0])} if rows else {}
        found = {number: key for number, key in keys.items() if key.startswith("/")}
        heads = {number: _value(each).text for number, each in enumerate(rows[1])} if len(rows) > 1 else {}
    if not found:
        raise _unusable(
            "в первой строке нет ключей столбцов", "the first row holds no keys of columns", spoken(SHEET)
        )
    return Table(found, {number: heads.get(number, "") for number in found})


def read_rows(octets: bytes) -> Iterator[SheetRow]:
    """Give the rows of a workbook that was checked; raise `UnusableWorkbook`, also for too many."""
    with _sheet(octets) as sheet:
        found = empty = 0
        rows = sheet.iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + MOST_ROWS * 2, max_col=MOST_CELLS_WIDE)
        for number, row in enumerate(rows, start=FIRST_ROW):
            cells = {column: each for column, each in enumerate(map(_value, row)) if each.text.strip()}
            if not cells:
                empty += 1
                if empty > EMPTY_ROWS:
                    return
                continue
            empty = 0
            found += 1
            if found > MOST_ROWS:
                raise UnusableWorkbook(
                    Text(
                        ru=f"в файле больше {MOST_ROWS} строк", en=f"the file has more than {MOST_ROWS} rows"
                    ),
                    cure=Text(ru="разделите его на несколько", en="divide it"),
                )
            yield SheetRow(number, cells)


@contextmanager
def _sheet(octets: bytes) -> Iterator[Any]:
    """Open the sheet of requests for reading: cells as they are written, no links, nothing calculated."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(octets), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # the library raises whatever a damaged file leads it to
        raise _unusable("файл Excel повреждён", "the Excel file is damaged") from error
    try:
        known = next((each for each in (SHEET.ru, SHEET.en) if each in book.sheetnames), None)
        yield book.worksheets[0] if known is None else book[known]
    except MezhvedError:
        raise
    except Exception as error:
        raise _unusable("файл Excel повреждён", "the Excel file is damaged") from error
    finally:
        book.close()


def _value(cell: Any) -> CellValue:
    value = cell.value
    if value is None:
        return CellValue("")
    if isinstance(value, bool):
        return CellValue("true" if value else "false")
    if isinstance(value, datetime | date | time):
        return CellValue(_moment(value))
    if isinstance(value, int | float):
        whole = not isinstance(value, float) or (value.is_integer() and abs(value) < _EXACT)
        return CellValue(str(int(value) if whole else value), is_number=True)
    formula = getattr(cell, "data_type", "") == "f" or not isinstance(value, str)
    return CellValue(str(value)[: CELL_CHARACTERS + 1], is_formula=formula)


def _moment(value: datetime | date | time) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M:%S}"
    if isinstance(value, datetime) and value.time() != time():
        return f"{value:%d.%m.%Y %H:%M:%S}"
    return f"{value:%d.%m.%Y}"


def _unusable(ru: str, en: str, where: str = "") -> UnusableWorkbook:
    return UnusableWorkbook(Text(ru=ru, en=en), where=where, cure=_TAKE_TEMPLATE)
