"""Archives in attachments are opened within bounds and shown."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
import xmlschema

from mezhved.infotypes.documents import QName
from mezhved.infotypes.packages import PackageLimits
from mezhved.infotypes.rendering import (
    ArchiveError,
    HtmlOptions,
    InnerKind,
    archive_html,
    is_archive,
    open_archive,
)
from tests.support.html_texts import read_page

REQUEST = '<Request xmlns="urn:r"><Имя>Пример</Имя></Request>'.encode()


def packed(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, octets in files.items():
            archive.writestr(name, octets)
    return target.getvalue()


EGRN = {
    "request.xml": REQUEST,
    "request.xml.sig": b"1",
    "app_1.xml": "<?xml version='1.0' encoding='windows-1251'?><а>да</а>".encode("cp1251"),
    "app_1.sig": b"2",
    "лишняя.sig": b"3",
    "скан.pdf": b"%PDF-1.7",
}


def test_the_files_of_an_archive_are_listed_with_their_signatures() -> None:
    found = open_archive(packed(EGRN))
    assert [(each.name, each.kind, each.signs) for each in found] == [
        ("request.xml", InnerKind.XML, ""),
        ("request.xml.sig", InnerKind.SIGNATURE, "request.xml"),
        ("app_1.xml", InnerKind.XML, ""),
        ("app_1.sig", InnerKind.SIGNATURE, "app_1.xml"),
        ("лишняя.sig", InnerKind.SIGNATURE, ""),
        ("скан.pdf", InnerKind.OTHER, ""),
    ]
    assert {each.name: each.octets for each in found} == EGRN


def test_an_archive_within_is_opened_once() -> None:
    third = packed({"c.xml": b"<c/>"})
    second = packed({"b.xml": REQUEST, "third.zip": third})
    (outer,) = open_archive(packed({"second.zip": second}))
    assert outer.kind is InnerKind.ARCHIVE
    assert [each.name for each in outer.inner] == ["b.xml", "third.zip"]
    assert outer.inner[1].inner == ()
    assert outer.inner[1].problem is not None
    assert outer.inner[1].octets == third


def test_documents_of_office_programs_are_files() -> None:
    document = packed({"[Content_Types].xml": b"<Types/>"})
    assert not is_archive(document, "Заявление.DOCX")
    assert is_archive(document, "Заявление.zip")
    assert not is_archive(b"%PDF-1.7", "x.zip")
    (found,) = open_archive(packed({"Заявление.docx": document}))
    assert found.kind is InnerKind.OTHER


@pytest.mark.parametrize("octets", [b"", b"PK\x03\x04", b"<a/>", packed(EGRN)[:200], b"\0" * 100])
def test_what_is_no_archive_is_an_error(octets: bytes) -> None:
    with pytest.raises(ArchiveError):
        open_archive(octets)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\x", "a/../../b", "a\nb"])
def test_names_that_lead_outside_are_refused(name: str) -> None:
    with pytest.raises(ArchiveError):
        open_archive(packed({name: b"1"}))


def test_entries_without_a_name_are_passed_over() -> None:
    octets = packed({"QQQ": b"1", "b.xml": b"<b/>"}).replace(b"QQQ", b"\0QQ")
    assert [each.name for each in open_archive(octets)] == ["b.xml"]


def test_bombs_are_not_unpacked() -> None:
    limits = PackageLimits(octets=2**20, file_octets=2**19, files=50, unpack_inner=False)
    zeros = packed({"a": b"\0" * 2**20})
    many = packed({f"{number}": b"" for number in range(60)})
    half = packed({"a": b"\0" * 2**18})
    with pytest.raises(ArchiveError):
        open_archive(zeros, limits)
    with pytest.raises(ArchiveError):
        open_archive(many, limits)
    nested = open_archive(packed({f"{n}.zip": half for n in range(8)}), limits)
    assert sum(len(x.octets) for each in nested for x in each.inner) <= 2**20
    assert nested[-1].problem is not None


def test_the_size_that_an_archive_states_is_not_believed() -> None:
    octets = bytearray(packed({"a.xml": b"\0" * 2**20}))
    place = octets.rindex(b"PK\x01\x02") + 24
    octets[place : place + 4] = struct.pack("<I", 10)
    limits = PackageLimits(octets=2**18, file_octets=2**18, unpack_inner=False)
    try:
        found = open_archive(bytes(octets), limits)
    except ArchiveError:
        return
    assert sum(len(each.octets) for each in found) <= 2**18


def test_a_locked_archive_is_refused() -> None:
    octets = bytearray(packed({"a.xml": b"<a/>"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        octets[octets.index(mark) + offset] |= 1
    with pytest.raises(ArchiveError, match="парол"):
        open_archive(bytes(octets))


def test_an_archive_is_shown_with_its_documents() -> None:
    schema = xmlschema.XMLSchema10(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:r">'
        '<xs:element name="Request"><xs:annotation><xs:documentation>Запрос сведений</xs:documentation>'
        "</xs:annotation></xs:element></xs:schema>"
    )
    asked: list[QName] = []

    def schema_of(root: QName) -> object:
        asked.append(root)
        return schema if root.namespace == "urn:r" else None

    hostile = {"<script>alert(1)</script>.xml": b"<a>", "inner.zip": packed({"x.xml": REQUEST})}
    html = archive_html(open_archive(packed(EGRN | hostile)), schema_of, HtmlOptions(language="ru"))
    content = read_page(html)
    for each in (
        "Запрос сведений",
        "Пример",
        "да",
        "подпись файла app_1.xml",
        "скан.pdf",
        "inner.zip",
        "x.xml",
    ):
        assert each in content.texts
    assert "script" not in content.tags
    assert QName("", "а") in asked
