"""Tables of dictionaries are read whatever agency wrote them; hostile ones are refused within bounds."""

from __future__ import annotations

import tests.support.databases  # noqa: F401 - starts Django

# isort: split

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from mezhved.cabinet.directories.folding import key_of, words
from mezhved.cabinet.directories.tables import LARGEST_FILE, UnreadableTable, read_table
from mezhved.texts import MezhvedError

CODE, NAME = (f"0a0a0a0a-0000-0000-0000-00000000000{end}" for end in "ab")


def _record(number: int, name: str) -> str:
    cells = ((CODE, f"{number:02}"), (NAME, name))
    values = (
        f'<e:attribute-value attribute-ref="{ref}"><e:string>{text}</e:string></e:attribute-value>'
        for ref, text in cells
    )
    return f'<e:record uid="{number}">{"".join(values)}</e:record>'


ESNSI = f"""<?xml version="1.0" encoding="UTF-8"?>
<e:document xmlns:e="urn://x-artefacts-smev-gov-ru/esnsi/smev-integration/read/2.0.1">
  <e:simple-classifier uid="0a0a0a0a-0000-0000-0000-000000000001" name="Пробный справочник" version="3">
    <e:string-attribute uid="{CODE}" name="Код"/><e:string-attribute uid="{NAME}" name="Наименование"/>
    {_record(1, "Первое")}{_record(2, "Второе")}
  </e:simple-classifier>
</e:document>"""


def read(octets: bytes, name: str = "table") -> tuple[tuple[str, ...], list[list[str]]]:
    table = read_table(io.BytesIO(octets), name)
    return table.columns, list(table.rows)


def workbook(rows: list[list[object]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return made.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_in_any_encoding_and_with_any_delimiter(encoding: str, delimiter: str) -> None:
    lines = ["Код|Наименование", "643|Россия", '895|"Абхазия, Республика; так"']
    text = "\r\n".join(line.replace("|", delimiter) for line in lines)
    columns, rows = read(text.encode(encoding))
    assert columns == ("Код", "Наименование")
    assert rows == [["643", "Россия"], ["895", "Абхазия, Республика; так"]]


def test_a_workbook_keeps_whole_numbers_whole_and_leading_noughts() -> None:
    columns, rows = read(
        workbook([["Код", "Наименование"], [643, "Россия"], ["007", "Пробная"], [None, "x"]])
    )
    assert columns == ("Код", "Наименование")
    assert rows == [["643", "Россия"], ["007", "Пробная"], ["", "x"]]


def test_an_export_of_esnsi_has_its_own_titles() -> None:
    columns, rows = read(ESNSI.encode())
    assert columns[-2:] == ("Код", "Наименование")
    assert [row[-2:] for row in rows] == [["01", "Первое"], ["02", "Второе"]]


def test_an_export_of_esnsi_is_read_as_its_service_gives_it() -> None:
    """Packed, the records apart from the classifier, its attributes of several kinds."""
    given = f"""<?xml version="1.0" encoding="UTF-8"?>
<document xmlns="urn://x-artefacts-smev-gov-ru/esnsi/smev-integration/read/2.0.1">
  <simple-classifier uid="0a0a0a0a-0000-0000-0000-000000000001" name="Статусы" code="TEST_STATUS" version="7"
      key-attribute-ref="{CODE}">
    <integer-attribute uid="{CODE}" name="Код"/><text-attribute uid="{NAME}" name="Наименование"/>
  </simple-classifier>
  <data>
    <record uid="1"><attribute-value attribute-ref="{CODE}"><integer>3</integer></attribute-value>
      <attribute-value attribute-ref="{NAME}"><text>Исполнено</text></attribute-value></record>
    <record uid="2"><attribute-value attribute-ref="{CODE}"><integer>4</integer></attribute-value>
      <attribute-value attribute-ref="{NAME}"><text>Отказ</text></attribute-value></record>
  </data>
</document>"""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("TEST_STATUS/TEST_STATUS_7.xml", given)
    columns, rows = read(made.getvalue())
    assert columns[-2:] == ("Код", "Наименование")
    assert [row[-2:] for row in rows] == [["3", "Исполнено"], ["4", "Отказ"]]
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("second.xml", given)
    with pytest.raises(UnreadableTable):
        read(made.getvalue())


def test_records_of_any_xml_become_rows() -> None:
    attributes = '<list><item code="1" name="Один"/><item code="2" name="Два"/></list>'
    assert read(attributes.encode()) == (("code", "name"), [["1", "Один"], ["2", "Два"]])
    elements = "<l><i><код>1</код><имя>Один</имя></i><i><код>2</код></i></l>"
    assert read(elements.encode()) == (("код", "имя"), [["1", "Один"], ["2", ""]])


def test_what_is_no_table_is_refused_with_a_cure() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><a><i x="1" y="2">&b;</i></a>'
    deep = "<a>" * 100 + "</a>" * 100
    for octets in (b"", b"\x00\x01\x02", b"PK\x03\x04broken", bomb.encode(), deep.encode(), b"<a><b></a>"):
        with pytest.raises(UnreadableTable) as refused:
            read(octets)
        assert refused.value.cure is not None


def test_a_file_beyond_the_bounds_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(UnreadableTable):
        read(b"a;b\n" + b"1;2\n" * (LARGEST_FILE // 4 + 1))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
        archive.infolist()[0].file_size = 2**31
    with pytest.raises(UnreadableTable):
        read(made.getvalue())


def test_a_workbook_with_a_dtd_is_refused() -> None:
    source = zipfile.ZipFile(io.BytesIO(workbook([["Код", "Имя"], ["1", "а"]])))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for each in source.namelist():
            octets = source.read(each)
            if each.endswith("sheet1.xml"):
                octets = octets.replace(b"?>", b'?><!DOCTYPE w [<!ENTITY a "a">]>', 1)
            archive.writestr(each, octets)
    with pytest.raises(UnreadableTable):
        read(made.getvalue())


@given(st.binary(max_size=400) | st.text(alphabet='<>/a="&; ,\n\t', max_size=200).map(str.encode))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    try:
        columns, rows = read(octets)
    except MezhvedError:
        return
    assert all(len(row) == len(columns) for row in rows)


def test_names_are_folded() -> None:
    assert key_of("ОКВЭД 2") == key_of("оквэд2") == "оквэд2"
    assert words("ул. Королёва, д.9/4") == ["ул", "королева", "д", "9/4"]
