"""Types are added to a folder, found there, and go whole."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from mezhved.infotypes import InvalidSchemaSet
from mezhved.infotypes.catalogue import Catalogue, CatalogueError
from mezhved.infotypes.packages import UnreadablePackage, UnsafePackage
from tests.support.packages import TYPE, common_schema, request, request_schema, zipped

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FILES = {
    "Схема/main.xsd": request_schema().encode(),
    "Схема/commons.xsd": common_schema().encode(),
    "Эталоны/1/Request.xml": request().encode(),
}


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "types")


def test_a_type_added_is_there_with_all_its_files(catalogue: Catalogue) -> None:
    known = catalogue.add(zipped(FILES), now=NOW)

    assert catalogue.types() == (known,) == (catalogue.get(known.name),)
    assert (known.name, known.version, known.added) == ("test-passport-check-1.0.0", "1.0.0", NOW)
    assert known.roots == (f"{{{TYPE}}}Запрос",)
    package = catalogue.package(known.name)
    assert {path: each.octets for path, each in package.files.items()} == FILES
    assert package.problems == ()


def test_the_digest_is_that_of_the_files_however_they_came(catalogue: Catalogue, tmp_path: Path) -> None:
    for path, octets in FILES.items():
        (tmp_path / "src" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / path).write_bytes(octets)

    one = catalogue.add(zipped(FILES), now=NOW, name="one")
    two = catalogue.add(tmp_path / "src", now=NOW, name="two")
    three = catalogue.add(zipped(FILES | {"a.txt": b""}), now=NOW, name="three")

    assert one.digest == two.digest != three.digest
    assert [each.name for each in catalogue.types()] == ["one", "three", "two"]


def test_a_name_is_taken_once_and_may_be_replaced(catalogue: Catalogue) -> None:
    catalogue.add(zipped(FILES), now=NOW, name="check")
    with pytest.raises(CatalogueError) as refusal:
        catalogue.add(zipped(FILES), now=NOW, name="check")
    assert refusal.value.where == "check"

    newer = zipped(FILES | {"РП.docx": b"manual"})
    catalogue.add(newer, now=NOW, name="check", replace=True)

    assert "РП.docx" in catalogue.package("check").files
    assert sorted(each.name for each in catalogue.folder.iterdir()) == ["check"]


def test_a_type_removed_is_gone(catalogue: Catalogue) -> None:
    known = catalogue.add(zipped(FILES), now=NOW)
    catalogue.remove(known.name)

    assert catalogue.types() == ()
    assert list(catalogue.folder.iterdir()) == []
    for call in (catalogue.get, catalogue.package, catalogue.remove):
        with pytest.raises(CatalogueError):
            call(known.name)


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc", "a\0b", ".hidden", "x" * 200, "a\n"])
def test_a_name_that_is_no_folder_of_the_catalogue_is_refused(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(CatalogueError):
        catalogue.add(zipped(FILES), now=NOW, name=name)
    with pytest.raises(CatalogueError):
        catalogue.package(name)
    assert catalogue.types() == ()


def test_what_cannot_be_used_is_not_taken_in(catalogue: Catalogue) -> None:
    for octets, error in (
        (b"no zip", UnreadablePackage),
        (zipped({"../main.xsd": b""}), UnsafePackage),
        (zipped({"1.xml": b"<a/>"}), CatalogueError),
        (zipped({"main.xsd": common_schema().encode()}), CatalogueError),
        (zipped({"main.xsd": request_schema(head="", series="c:Нет").encode()}), InvalidSchemaSet),
    ):
        with pytest.raises(error):
            catalogue.add(octets, now=NOW)
    assert catalogue.types() == ()


def test_foreign_folders_are_passed_over(catalogue: Catalogue) -> None:
    catalogue.add(zipped(FILES), now=NOW, name="check")
    (catalogue.folder / "notes").mkdir()
    (catalogue.folder / "broken").mkdir()
    (catalogue.folder / "broken" / "about.json").write_text('{"name": 1}')
    (catalogue.folder / "moved").mkdir()
    (catalogue.folder / "moved" / "about.json").write_bytes(
        (catalogue.folder / "check" / "about.json").read_bytes()
    )

    assert [each.name for each in catalogue.types()] == ["check"]
