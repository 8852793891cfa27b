"""A ZIP is read within bounds, and one built to do harm is refused by name."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.infotypes.packages import PackageLimits, UnreadablePackage, UnsafePackage, load_package
from tests.support.examples import examples
from tests.support.packages import common_schema, request_schema, zipped, zipped_link

if TYPE_CHECKING:
    from pathlib import Path

SMALL = PackageLimits(octets=200_000, file_octets=100_000, files=50, nesting=3)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../main.xsd",
        "a/../../main.xsd",
        r"..\main.xsd",
        r"C:\Windows\main.xsd",
        "C:/main.xsd",
        "\\\\server\\share\\main.xsd",
        "a\nb.xsd",
        "a/" * 40 + "main.xsd",
        "x" * 2000 + ".xsd",
    ],
)
def test_a_path_that_leads_outside_is_refused(path: str) -> None:
    with pytest.raises(UnsafePackage):
        load_package(zipped({"main.xsd": b"", path: b"x"}))


def test_a_path_with_backslashes_and_dots_is_a_path_inside() -> None:
    package = load_package(zipped({r".\schema\\.\main.xsd": request_schema("", "xs:string").encode()}))

    assert list(package.files) == ["schema/main.xsd"]


def test_a_link_is_refused() -> None:
    with pytest.raises(UnsafePackage, match=r"link|ссылка"):
        load_package(zipped_link("main.xsd", "/etc/passwd"))


def test_a_locked_archive_is_refused() -> None:
    octets = bytearray(zipped({"main.xsd": b"<a/>"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        octets[octets.index(signature) + offset] |= 1

    with pytest.raises(UnsafePackage, match=r"password|паролем"):
        load_package(bytes(octets))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(UnsafePackage):
        load_package(zipped({"main.xsd": b"\0" * 10_000_000}), SMALL)


def test_many_files_that_are_small_alone_are_a_bomb_together() -> None:
    files = {f"{number}.xsd": b"\0" * 90_000 for number in range(5)}

    with pytest.raises(UnsafePackage):
        load_package(zipped(files), SMALL)


def test_the_size_that_an_archive_states_is_not_believed() -> None:
    octets = zipped({"main.xsd": b"\0" * 1_000_000})
    stated = struct.pack("<L", 1_000_000)
    assert octets.count(stated) == 2

    with pytest.raises(UnsafePackage):
        load_package(zipped({"inner.zip": octets}), SMALL)
    lying = load_package(octets.replace(stated, struct.pack("<L", 10)), SMALL)
    assert [each.severity for each in lying.problems if each.file == "main.xsd"] == ["error"]


def test_too_many_files_are_refused() -> None:
    with pytest.raises(UnsafePackage):
        load_package(zipped({f"{number}.txt": b"" for number in range(51)}), SMALL)


def test_entries_of_inner_archives_count_too() -> None:
    inner = zipped({f"{number}.txt": b"" for number in range(20)})

    with pytest.raises(UnsafePackage):
        load_package(zipped({f"{number}.zip": inner for number in range(3)}), SMALL)


def test_archives_inside_one_another_end() -> None:
    octets = zipped({"main.xsd": b""})
    for _ in range(3):
        octets = zipped({"inner.zip": octets})

    with pytest.raises(UnsafePackage):
        load_package(octets)


def test_a_damaged_inner_archive_is_a_problem_only() -> None:
    package = load_package(
        zipped(
            {
                "main.xsd": request_schema("", "xs:string").encode(),
                "Эталоны.zip": b"PK\x03\x04 damaged",
                "schemas.rar": b"Rar!",
            }
        )
    )

    assert len(package.roots) == 1
    assert [each.file for each in package.problems] == ["Эталоны.zip", "schemas.rar"]


def test_a_damaged_file_inside_is_a_problem_only() -> None:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("commons.xsd", common_schema())
        archive.writestr("main.xsd", request_schema())
    damaged = octets.getvalue().replace(b"xs:pattern", b"xs:pottern", 1)

    package = load_package(damaged)

    assert [each.file for each in package.problems if each.severity == "error"] == ["commons.xsd", "main.xsd"]
    assert list(package.files) == ["main.xsd"]


def test_two_files_of_one_path_are_told() -> None:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        archive.writestr("a/main.xsd", common_schema())
        archive.writestr(r"a\main.xsd", request_schema("", "xs:string"))

    package = load_package(octets.getvalue())

    assert len(package.roots) == 1
    assert [each.file for each in package.problems] == ["a/main.xsd"]


@pytest.mark.parametrize("octets", [b"", b"PK", b"<xs:schema/>", b"PK\x05\x06" + b"\0" * 17])
def test_what_is_no_archive_is_refused_with_a_cure(octets: bytes) -> None:
    with pytest.raises(UnreadablePackage) as refusal:
        load_package(octets)

    assert refusal.value.cure is not None


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePackage):
        load_package(tmp_path / "gone.zip")


@given(st.binary(max_size=300))
@examples(150)
def test_any_octets_are_a_package_or_are_refused(octets: bytes) -> None:
    good = zipped({"main.xsd": b"<a/>", "Эталоны/1.xml": b"<b/>"})
    position = sum(octets) % len(good)
    for hostile in (octets, good[:position] + octets + good[position + len(octets) :]):
        try:
            package = load_package(hostile, SMALL)
        except UnreadablePackage:
            continue
        assert all(not path.startswith("/") and ".." not in path.split("/") for path in package.files)


@given(st.text(max_size=400) | st.binary(max_size=400))
@examples(150)
def test_any_text_is_a_schema_or_a_problem(content: str | bytes) -> None:
    octets = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    package = load_package(zipped({"main.xsd": octets}), SMALL)

    assert any(each.severity == "error" for each in package.problems)


def test_an_entity_bomb_in_a_schema_is_a_problem_only() -> None:
    entities = "".join(
        f'<!ENTITY e{level} "{f"&e{level - 1};" * 20}">' if level else '<!ENTITY e0 "x">'
        for level in range(8)
    )
    bomb = f"<!DOCTYPE x [{entities}]>" + request_schema("", "xs:string").replace("Серия паспорта", "&e7;")

    package = load_package(zipped({"main.xsd": bomb.encode()}))

    assert package.roots == ()
    assert [each.file for each in package.problems if each.file] == ["main.xsd"]
