"""Exports of the register of addresses are loaded piece by piece and found as one types, on both engines."""

from __future__ import annotations

import tests.support.databases  # noqa: F401 - starts Django

# isort: split
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mezhved.cabinet.directories import address, find_addresses
from mezhved.cabinet.directories.gar import Loaded, UnreadableExport, load_addresses, open_export
from mezhved.cabinet.models import AddressLoad, AddressObject, AddressWord
from tests.support.gar import Register, guid, invented_town
from tests.support.smev3_reference import beside

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("gateway_database")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def load(register: Register, folder: Path, *regions: int, inner: bool = False) -> list[Loaded]:
    path = folder / f"gar_{register.day}.zip"
    path.write_bytes(register.export())
    with open_export(path) as export:
        return list(load_addresses(export, regions, lambda: NOW, inner=inner))


def told(text: str) -> list[str]:
    return [each.text for each in find_addresses(text)]


def test_an_address_is_found_by_beginnings_of_its_words(tmp_path: Path) -> None:
    (loaded,) = load(invented_town(), tmp_path, 98)
    assert (loaded.files, loaded.streets, loaded.houses) == (6, 5, 5)
    house = "Пробный край, г Тестовск, ул Ленина, д. 5, к. 2"
    for text in ("ленина 5 тест", "тестовск ленина 5", "ЛЕНИНА 5 2", "ул. Ленина, д. 5 к 2", "край лени 5"):
        assert told(text)[0] == house, text
    (found,) = find_addresses("ленина 5 тест")
    assert found.guid == guid(100)
    assert (found.oktmo, found.postcode, found.region, found.level) == ("98701000111", "698005", "98", 10)
    assert address(guid(100)) == found
    assert told("королев")[0].endswith("пр-кт Академика Королёва")
    assert told("КОРОЛЁВА") == told("королева")


def test_a_number_may_belong_to_a_street_or_be_a_house(tmp_path: Path) -> None:
    load(invented_town(), tmp_path)
    assert told("8 марта")[0].endswith("ул 8 Марта")
    assert told("8 марта 4") == ["Пробный край, г Тестовск, ул 8 Марта, д. 4"]
    assert told("ленина 1")[0].endswith("д. 10")


def test_flats_and_rooms_are_loaded_where_they_are_asked_for(tmp_path: Path) -> None:
    town = invented_town()
    for key, number, kind in ((1000, "12", 2), (1001, "123", 2), (1002, "1", 3)):
        town.flat(key, number, kind=kind)
        town.inside(key, 100)
    town.room(2000, "3")
    town.inside(2000, 1000)
    load(town, tmp_path)
    assert told("ленина 5 к 2 кв 12") == []
    load(town, tmp_path, inner=True)
    flat = "Пробный край, г Тестовск, ул Ленина, д. 5, к. 2, кв. 12"
    assert told("ленина 5 к 2 кв 12")[:2] == [flat, f"{flat}3"]
    assert told("ленина 5 2 1")[0].endswith("д. 5, к. 2, офис 1")
    assert told("ленина 5 2")[0].endswith("д. 5, к. 2")
    found = address(guid(2000))
    assert found is not None
    assert found.text == f"{flat}, ком. 3"
    assert (found.oktmo, found.postcode, found.level) == ("98701000111", "698005", 12)


def test_what_is_no_more_is_not_found(tmp_path: Path) -> None:
    load(invented_town(), tmp_path)
    assert told("снесенный") == []
    assert told("старая") == []
    assert address(guid(5)) is None
    assert told("") == told("а") == told("%") == []


def test_a_house_without_an_index_has_that_of_its_street(tmp_path: Path) -> None:
    load(invented_town(), tmp_path)
    assert {each.postcode for each in find_addresses("ленина 10")} == {"698001"}


def test_a_delta_changes_renames_and_takes_away(tmp_path: Path) -> None:
    load(invented_town(), tmp_path)
    delta = Register(day="20260201")
    delta.place(3, 8, "ул", "Ленина", actual=0, active=0)
    delta.place(3, 8, "ул", "Мирная")
    delta.house(101, "4", active=0)
    delta.house(300, "7")
    delta.inside(300, 6)
    delta.parameter("HOUSES_PARAMS", 100, 5, "698777")
    (loaded,) = load(delta, tmp_path)
    assert loaded.houses == 5
    assert told("ленина 5") == []
    assert find_addresses("мирная 5")[0].postcode == "698777"
    assert told("мирная 5") == ["Пробный край, г Тестовск, ул Мирная, д. 5, к. 2"]
    assert told("8 марта 4") == []
    assert told("королева 7") == ["Пробный край, г Тестовск, пр-кт Академика Королёва, д. 7"]
    gone = Register(day="20260301")
    gone.house(300, "7")
    gone.files["DEL_HOUSES"] = gone.files.pop("HOUSES")
    load(gone, tmp_path)
    assert told("королева 7") == []


def test_a_file_is_loaded_once(tmp_path: Path) -> None:
    load(invented_town(), tmp_path)
    words = AddressWord.objects.count()
    (again,) = load(invented_town(), tmp_path)
    assert (again.files, again.passed, again.records) == (0, 6, 0)
    assert AddressWord.objects.count() == words


def test_a_load_that_was_broken_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "gar.zip"
    path.write_bytes(invented_town(houses=60).export())
    seen: list[tuple[str, int]] = []

    class Killed(Exception):  # noqa: N818 - not an error of the program
        pass

    def kill(name: str, records: int) -> None:
        seen.append((name, records))
        if "_HOUSES_2" in name and records == 30:
            raise Killed

    with open_export(path) as export, pytest.raises(Killed):
        list(load_addresses(export, {98}, lambda: NOW, kill, batch=10))
    assert AddressLoad.objects.get(file__contains="_HOUSES_2").records == 30
    assert AddressObject.objects.filter(level=10).count() == 30
    with open_export(path) as export:
        (loaded,) = load_addresses(export, {98}, lambda: NOW)
    assert loaded.houses == 62
    assert (
        loaded.records
        == sum(
            len(records)
            for subject, records in invented_town(houses=60).files.items()
            if subject != "ADDR_OBJ"
        )
        - 30
    )


def test_a_folder_is_loaded_as_a_zip_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "gar.zip", "w") as archive:
        for path, octets in invented_town().named().items():
            archive.writestr(path, octets)
    with zipfile.ZipFile(tmp_path / "gar.zip") as archive:
        archive.extractall(tmp_path / "out")
    for folder in (tmp_path / "out", tmp_path / "out" / "98"):
        AddressLoad.objects.all().delete()
        with open_export(folder) as export:
            assert next(iter(load_addresses(export, (), lambda: NOW))).houses == 5


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    (tmp_path / "some.txt").write_text("no")
    for path in (tmp_path, tmp_path / "some.txt"):
        with pytest.raises(UnreadableExport), open_export(path):
            pass
    with pytest.raises(UnreadableExport):
        load(invented_town(), tmp_path, 77)
    for octets in (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><A><R OBJECTID="&b;"/></A>',
        b"<A><R a=",
    ):
        hostile = tmp_path / "98"
        hostile.mkdir(exist_ok=True)
        (hostile / f"AS_HOUSES_20260101_{guid(1)}.XML").write_bytes(octets)
        with open_export(hostile) as export, pytest.raises(UnreadableExport):
            list(load_addresses(export, (), lambda: NOW))


def test_records_that_make_no_sense_are_passed_over(tmp_path: Path) -> None:
    made = invented_town()
    for key in ("", "-1", "1" * 40, "٣"):
        made.add("HOUSES", OBJECTID=key, OBJECTGUID=guid(1), HOUSENUM="1", ISACTUAL=1, ISACTIVE=1)
        made.inside(2, 2)  # in a circle: such a place has no way to the top
        made.add("ADM_HIERARCHY", OBJECTID=key, PARENTOBJID=key, ISACTIVE=1)
        made.parameter("HOUSES_PARAMS", 100, 5, "п" * 99)
    made.place(9, 99, "ул", "Ненастоящая")
    load(made, tmp_path)
    assert told("ненастоящая") == []


def test_the_registers_own_sample_is_found(tmp_path: Path) -> None:
    sample = beside("vs") / "_gar" / "sample-region99" / "gar_xml.zip"
    if not sample.exists():
        pytest.skip("no sample of the register beside the repository")
    with open_export(sample) as export:
        (loaded,) = load_addresses(export, {99}, lambda: NOW)
    assert (loaded.streets, loaded.houses) == (48, 602)
    (found,) = find_addresses("ленина 5 байк")
    assert found.text == "г Байконур, ул Ленина, д. 5"
    assert (found.oktmo, found.postcode) == ("55000000", "468321")
    assert told("8 марта 4 байконур") == ["г Байконур, ул 8 Марта, д. 4"]
