"""Dictionaries are replaced whole, found by code and by words, and give the columns that schemas name."""

from __future__ import annotations

import tests.support.databases  # noqa: F401 - starts Django

# isort: split
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mezhved.cabinet import directories
from mezhved.cabinet.directories.dictionaries import load
from mezhved.cabinet.directories.tables import Table
from mezhved.cabinet.models import Directory, DirectoryEntry
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("gateway_database")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COUNTRIES = (
    ("643", "RU", "Российская Федерация"),
    ("398", "KZ", "Республика Казахстан"),
    ("112", "BY", "Республика Беларусь"),
    ("895", "AB", "Республика Абхазия 64%_"),
)


def countries(rows: tuple[tuple[str, ...], ...] = COUNTRIES) -> Table:
    return Table(("Цифровой код", "Буквенный код", "Наименование"), [list(each) for each in rows])


def codes(text: str) -> list[str]:
    return [each.code for each in directories.find("оксм", text)]


def test_an_entry_is_found_by_its_code_and_by_any_words_of_its_name() -> None:
    load("ОКСМ", countries(), NOW)
    assert codes("64") == ["643", "895"]
    assert set(codes("респ")) == {"112", "398", "895"}
    assert codes("КАЗАХ респ") == ["398"]
    assert codes("российская федерация") == ["643"]
    assert codes("%") == codes("_") == ["895"]
    assert codes("нет такой") == []
    assert len(codes("")) == 4
    assert directories.find("неизвестный", "а") == []


def test_a_field_gets_the_column_that_its_schema_names() -> None:
    load("ОКСМ", countries(), NOW)
    entry = directories.entry("ОКСМ", "643")
    assert entry is not None
    assert entry.name == "Российская Федерация"
    assert entry.column("Буквенный код") == "RU"
    assert entry.column("Цифровой  код") == "643"
    assert entry.column("Код") == "643"
    assert entry.column("Полное наименование") == "Российская Федерация"
    assert directories.entry("ОКСМ", "644") is None
    assert directories.known("о к с м")
    assert not directories.known("ОКТМО")


def test_a_new_load_replaces_the_old_one_and_a_broken_one_does_not() -> None:
    load("ОКСМ", countries(), NOW)

    def broken() -> Iterator[list[str]]:
        yield ["001", "XX", "Новая"]
        raise MezhvedError(Text(ru="оборвалось", en="broken off"))

    with pytest.raises(MezhvedError):
        load("ОКСМ", Table(("Код", "Б", "Наименование"), broken()), NOW)
    assert codes("643") == ["643"]
    assert codes("новая") == []
    load("ОКСМ", countries((("643", "RU", "Россия"),)), NOW, source="new.csv")
    assert [each.name for each in directories.find("ОКСМ", "")] == ["Россия"]
    assert DirectoryEntry.objects.count() == 1
    assert Directory.objects.get().source == "new.csv"


def test_columns_may_be_named_and_have_to_be_there() -> None:
    load("Б", countries(), NOW, code_column="буквенный код")
    assert [each.code for each in directories.find("Б", "kz")] == ["KZ"]
    with pytest.raises(MezhvedError) as refused:
        load("Б", countries(), NOW, name_column="Столица")
    assert "Буквенный код" in str(refused.value.cure)
    for rows in ((), (("", "", ""),)):
        with pytest.raises(MezhvedError):
            load("Пустой", countries(rows), NOW)
    assert not directories.known("Пустой")
