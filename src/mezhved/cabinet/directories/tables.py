"""Tables as people send them: CSV, XLSX and XML, one of them packed too, read row by row within bounds."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from mezhved.cabinet.directories.records import UnreadableRecords, read_records
from mezhved.infotypes.encodings import read_text
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST_FILE: Final = 64 * 2**20
_LARGEST_UNPACKED: Final = 512 * 2**20
_MOST_ROWS: Final = 1_000_000
_MOST_COLUMNS: Final = 60
_LONGEST_CELL: Final = 4000
_SAMPLE: Final = 8192
_ZIP: Final = b"PK\x03\x04"
_OF_WORKBOOKS: Final = "[Content_Types].xml"
_TABLES: Final = (".xml", ".csv", ".txt")


class UnreadableTable(MezhvedError):  # noqa: N818 - named by what it is
    """The file is no table, or goes beyond the bounds."""


@dataclass(frozen=True, slots=True)
class Table:
    """Titles of columns and the rows below them, each as long as the titles; rows are given once."""

    columns: tuple[str, ...]
    rows: Iterable[list[str]]


def read_table(file: BinaryIO, name: str) -> Table:
    """Read a table by what its octets are, not by what its name says. Raises `UnreadableTable`.

    Rows may raise it too, when they are reached.
    """
    octets = file.read(LARGEST_FILE + 1)
    if len(octets) > LARGEST_FILE:
        raise _refused(
            f"файл больше {LARGEST_FILE // 2**20} МиБ",
            f"the file is larger than {LARGEST_FILE // 2**20} MiB",
            name,
        )
    if octets.startswith(_ZIP):
        inside = _unpacked(octets, name)
        if inside is None:
            return _titled(_sheet_rows(octets, name), name)
        octets = inside
    start = octets[:_SAMPLE].lstrip(codecs.BOM_UTF8 + b" \t\r\n")
    if start.startswith(b"<"):
        return _xml_table(octets, name)
    if b"\x00" in octets[:_SAMPLE] and not octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _refused("это не CSV, XLSX или XML", "this is neither CSV nor XLSX nor XML", name)
    return _titled(_csv_rows(octets, name), name)


def _unpacked(octets: bytes, name: str) -> bytes | None:
    """Return the one table of an archive, None for a workbook: ESNSI gives its XML out in a ZIP."""
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            files = [each for each in archive.infolist() if not each.is_dir()]
            if any(each.filename == _OF_WORKBOOKS for each in files):
                return None
            tables = [each for each in files if each.filename.lower().endswith(_TABLES)]
            if len(tables) != 1:
                raise _refused(
                    f"в архиве таблиц: {len(tables)}, нужна одна",
                    f"the archive has {len(tables)} tables, one is needed",
                    name,
                )
            # Reading stops at the size that is declared, so that a file cannot be larger than it says.
            if tables[0].file_size > _LARGEST_UNPACKED:
                raise _refused("таблица в архиве слишком велика", "the table inside is too large", name)
            return archive.read(tables[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise _refused(
            "архив повреждён или закрыт паролем", "the archive is damaged or locked", name
        ) from error


def _refused(ru: str, en: str, where: str) -> UnreadableTable:
    return UnreadableTable(
        Text(ru=ru, en=en),
        where=where,
        cure=Text(
            ru="сохраните таблицу как CSV в UTF-8: первая строка — названия столбцов",
            en="save the table as CSV in UTF-8, titles of the columns in the first row",
        ),
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # A database keeps no zero octets.
    return " ".join(str(value).replace("\x00", "").split())[:_LONGEST_CELL]


def _titled(rows: Iterator[list[str]], name: str) -> Table:
    """Take the first row that has anything for the titles."""
    for row in rows:
        titles = [*row]
        while titles and not titles[-1]:
            titles.pop()
        if titles:
            if len(titles) > _MOST_COLUMNS:
                raise _refused(f"столбцов больше {_MOST_COLUMNS}", f"more than {_MOST_COLUMNS} columns", name)
            columns = tuple(title or str(number) for number, title in enumerate(titles, 1))
            return Table(columns, _bounded(rows, len(columns), name))
    raise _refused("таблица пуста", "the table is empty", name)


def _bounded(rows: Iterable[list[str]], width: int, name: str) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        if number >= _MOST_ROWS:
            raise _refused(f"строк больше {_MOST_ROWS}", f"more than {_MOST_ROWS} rows", name)
        yield (row + [""] * width)[:width]


def _csv_rows(octets: bytes, name: str) -> Iterator[list[str]]:
    text, _ = read_text(octets)
    head = text[:_SAMPLE].split("\n", 1)[0]
    delimiter = max((";", ",", "\t", "|"), key=head.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if row:
                yield [_cell(each) for each in row]
    except csv.Error as error:
        raise _refused(f"CSV не читается: {error}", f"the CSV does not read: {error}", name) from error


def _sheet_rows(octets: bytes, name: str) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import

    try:
        _inspect_book(octets, name)
        book = load_workbook(io.BytesIO(octets), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # A sheet may claim a million columns for two cells: its own word on its size is not asked for.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=_MOST_COLUMNS + 1, values_only=True):
            yield [_cell(each) for each in row]
        book.close()
    except UnreadableTable:
        raise
    except Exception as error:
        # openpyxl raises whatever its inside meets: KeyError, IndexError, ValueError, ParseError...
        raise _refused(
            "книга Excel не читается", f"the workbook does not read ({type(error).__name__})", name
        ) from error


def _inspect_book(octets: bytes, name: str) -> None:
    """Refuse a book that unpacks beyond bounds or declares entities. Raises `UnreadableTable`."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        # Reading stops at the size that is declared, so that a part cannot be larger than it says.
        if sum(each.file_size for each in archive.infolist()) > _LARGEST_UNPACKED:
            raise _refused("книга слишком велика", "the workbook is too large", name)
        for info in archive.infolist():
            with archive.open(info) as part:
                first = part.read(_SAMPLE)
            if b"<!DOCTYPE" in first or b"<!ENTITY" in first:
                raise _refused("в книге есть DTD", "the workbook has a DTD", name)


def _xml_table(octets: bytes, name: str) -> Table:
    try:
        columns, rows = read_records(octets, _MOST_ROWS, _MOST_COLUMNS)
    except UnreadableRecords as error:
        raise _refused(error.what.ru, error.what.en, name) from error
    return Table(
        tuple(title[:300] for title in columns.values()),
        _bounded(([_cell(row.get(each)) for each in columns] for row in rows), len(columns), name),
    )
