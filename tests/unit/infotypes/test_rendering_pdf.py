"""A printed document is PDF/A-3 with the message and its signatures inside, and fetches nothing."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from mezhved.infotypes.rendering import (
    PdfFile,
    PdfOptions,
    SignatureStamp,
    TooLarge,
    pdf_problem,
    print_html,
    stamps_html,
    to_pdf,
    view,
)
from tests.support.pki import shared_pki

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module", autouse=True)
def _printer() -> None:
    """Pango is looked for when a test is run, not in every process that collects it."""
    if pdf_problem() is not None:
        pytest.skip("no Pango on this machine")


MADE = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
MESSAGE = (
    '<Ответ xmlns="urn:a"><Фамилия>Примеров</Фамилия><Дата>1980-01-31</Дата>'
    f"<Файл>{'QUJD' * 1000}</Файл></Ответ>"
).encode()
SIGNATURE = bytes(range(256))
STAMP = SignatureStamp(
    certificate="0A1B2C",
    owner="Примеров Пример Примерович",
    valid_from=datetime(2025, 12, 31, 22, tzinfo=UTC),
    valid_until=datetime(2027, 4, 1, tzinfo=UTC),
    organisation="Тестовый орган <b>",
    signed_at=MADE,
    note="Подпись должностного лица",
)
OPTIONS = PdfOptions(
    title="Ответ на запрос",
    made_at=MADE,
    files=(
        PdfFile("ответ.xml", MESSAGE),
        PdfFile("../../etc/ответ.xml", SIGNATURE, "signature"),
        PdfFile("C:\\x\\ответ.xml", b"3", "attachment"),
    ),
    stamps=(STAMP,),
    note="Сообщение 7bd1e2c0",
)


@pytest.fixture(scope="module")
def printed() -> bytes:
    return to_pdf(view(MESSAGE), OPTIONS)


@pytest.fixture
def reader(printed: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(printed))


def part(reader: PdfReader, name: str) -> Any:
    return reader.root_object[name].get_object()


def fonts_of(page: Any) -> Any:
    return page["/Resources"]["/Font"]


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_message_and_its_signatures_are_inside_to_the_octet(reader: PdfReader) -> None:
    found = {each.name: bytes(each.content) for each in reader.attachment_list}
    assert found["ответ.xml"] == MESSAGE
    assert found["ответ-2.xml"] == SIGNATURE
    assert found["ответ-3.xml"] == b"3"


def test_the_files_are_associated_with_the_document(reader: PdfReader) -> None:
    files = [each.get_object() for each in part(reader, "/AF")]
    assert [each["/AFRelationship"] for each in files] == ["/Source", "/Supplement", "/Data"]
    assert files[0]["/F"] == files[0]["/UF"] == "ответ.xml"


def test_it_says_that_it_is_pdf_a_3(reader: PdfReader) -> None:
    metadata = part(reader, "/Metadata").get_data().decode()
    assert 'part="3"' in metadata
    assert 'conformance="U"' in metadata
    assert "Ответ на запрос" in metadata
    assert "2026-11-22T07:30:00Z" in metadata
    assert part(reader, "/Lang") == "ru"
    assert part(reader, "/OutputIntents")
    assert reader.trailer["/ID"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Ответ на запрос"


def test_all_fonts_are_embedded_with_their_texts(reader: PdfReader) -> None:
    fonts = [
        inner.get_object()
        for page in reader.pages
        for font in fonts_of(page).values()
        for inner in font.get_object()["/DescendantFonts"]
    ]
    assert fonts
    for font in fonts:
        descriptor = font["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    assert all("/ToUnicode" in f.get_object() for f in fonts_of(reader.pages[0]).values())


def test_the_page_has_the_values_and_the_stamp(reader: PdfReader) -> None:
    text = text_of(reader)
    for each in (
        "Фамилия Примеров",
        "31.01.1980",
        "файл, 2,9 КБ",
        "Документ подписан электронной подписью",
        "Подпись должностного лица",
        "Сертификат 0A1B2C",
        "Владелец Примеров Пример Примерович",
        "Организация Тестовый орган <b>",
        "Действителен с 01.01.2026 по 01.04.2027",
        "Подписан 22.11.2026 10:30:00 (МСК)",
        "Сообщение 7bd1e2c0",
        "Страница 1 из 1",
    ):
        assert each in text
    assert "QUJDQUJD" not in text


def test_the_same_document_prints_the_same(printed: bytes) -> None:
    assert to_pdf(view(MESSAGE), OPTIONS) == printed


def test_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("тайна-7351", encoding="utf-8")
    file = secret.as_uri()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        body = (
            f'<p>да</p><img src="{address}a.png"><img src="{file}"><object data="{file}">'
            f'</object><link rel="stylesheet" href="{address}"><link rel="attachment" href="{file}">'
            f'<div style="background: url({address}b)">x</div>'
            f'<a rel="attachment" href="{file}">y</a><embed src="{file}">'
        )
        style = f'@import url("{address}c"); @font-face {{font-family: x; src: url("{file}")}}'
        octets = print_html(body, PdfOptions("т", MADE), style=style)
        with pytest.raises(BlockingIOError):
            server.accept()
    reader = PdfReader(io.BytesIO(octets))
    assert not list(reader.attachment_list)
    assert "тайна" not in text_of(reader)


def test_a_document_with_too_many_values_is_refused() -> None:
    with pytest.raises(TooLarge):
        to_pdf(view(b"<a>" + b"<b><c>1</c></b>" * 10_001 + b"</a>"), PdfOptions("т", MADE))


def test_the_stamp_takes_its_requisites_from_the_certificate() -> None:
    pki = shared_pki()
    person, body = pki.official.certificate, pki.consumer.certificate
    stamp = SignatureStamp.of(person)
    assert stamp.certificate == f"{person.serial:X}".rjust(len(f"{person.serial:X}") // 2 * 2, "0")
    assert int(stamp.certificate, 16) == person.serial
    assert stamp.owner == " ".join(
        filter(None, (person.subject_name.get("SN"), person.subject_name.get("GN")))
    )
    assert SignatureStamp.of(body).owner == body.subject_name.get("CN")
    assert stamp.owner in stamps_html((stamp,))
    assert stamps_html(()) == ""


def test_without_pango_the_error_names_the_packages(tmp_path: Path) -> None:
    """WeasyPrint that cannot load Pango raises OSError when it is imported."""
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n")
    program = (
        "from datetime import UTC, datetime\n"
        "from mezhved.infotypes.rendering import PdfOptions, PdfUnavailable, to_html, to_pdf, view\n"
        "shown = view(b'<a>1</a>')\n"
        "assert to_html(shown)\n"
        "try: to_pdf(shown, PdfOptions('t', datetime(2026, 1, 1, tzinfo=UTC)))\n"
        "except PdfUnavailable as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "MEZHVED_LANG": "en"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "libpango-1.0-0" in done.stdout
    assert "Pango are missing" in done.stdout
