"""`mezhved type answer`, `examples`, `print`: scenarios at work, documents for people."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from mezhved.cli.types import types
from mezhved.demo.packages import package_files, package_zip
from mezhved.infotypes.rendering import pdf_problem

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "snils.zip").write_bytes(package_zip("snils"))
    (tmp_path / "extract.zip").write_bytes(package_zip("extract"))
    files = package_files("snils")
    for number in (1, 3):
        (tmp_path / f"request-{number}.xml").write_bytes(files[f"etalons/{number}/Request.xml"])
    (tmp_path / "extract.xml").write_bytes(package_files("extract")["etalons/1/Response.xml"])
    return tmp_path


def run(*words: object, code: int = 0) -> Result:
    result = CliRunner(env={"MEZHVED_LANG": "ru"}).invoke(types, [str(each) for each in words])
    assert result.exit_code == code, result.output
    return result


def test_a_request_is_answered_by_the_types_own_scenario(folder: Path) -> None:
    done = run("answer", folder / "snils.zip", folder / "request-1.xml")
    assert "<t:Snils>99000000153</t:Snils>" in done.stdout
    assert "test_cases_info.txt#1: ответ" in done.stderr
    refused = run("answer", folder / "snils.zip", folder / "request-3.xml")
    assert "NO_DATA" in refused.stdout
    assert "отказ" in refused.stderr


def test_control_examples_go_into_an_archive(folder: Path) -> None:
    done = run("examples", folder / "snils.zip", "--out", folder / "kp.zip")
    assert len(done.output.splitlines()) == 3
    with zipfile.ZipFile(folder / "kp.zip") as archive:
        assert archive.read("1/Request.xml") == package_files("snils")["etalons/1/Request.xml"]
        assert b"TwinData" in archive.read("2/Response.xml")
        assert b"RequestRejected" in archive.read("3/Response.xml")
    run("examples", folder / "snils.zip", folder / "request-3.xml", "--out", folder / "one.zip")
    with zipfile.ZipFile(folder / "one.zip") as archive:
        assert archive.namelist() == ["1/Request.xml", "1/Response.xml"]


def test_a_document_is_printed_by_the_name_of_the_file(folder: Path) -> None:
    for name in ("out.html", "out.csv", "out.XLSX"):
        run("print", folder / "extract.xml", "--type", folder / "extract.zip", "--out", folder / name)
    assert "Сокращённое наименование" in (folder / "out.html").read_text(encoding="utf-8")
    assert "12.09.2002;2002-09-12" in (folder / "out.csv").read_text(encoding="utf-8-sig")
    assert zipfile.is_zipfile(folder / "out.XLSX")


def test_a_pdf_has_the_document_inside(folder: Path) -> None:
    if pdf_problem() is not None:
        pytest.skip("no Pango on this machine")
    run("print", folder / "extract.xml", "--out", folder / "out.pdf")
    reader = PdfReader(folder / "out.pdf")
    (inside,) = reader.attachment_list
    assert (inside.name, bytes(inside.content)) == ("extract.xml", (folder / "extract.xml").read_bytes())


def test_a_stylesheet_of_ones_own_shows_the_document(folder: Path) -> None:
    (folder / "own.xsl").write_text(
        '<h1 xsl:version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" onclick="x()">'
        '<xsl:value-of select="upper-case(/*/*[1])"/></h1>',
        encoding="utf-8",
    )
    run("print", folder / "extract.xml", "--stylesheet", folder / "own.xsl", "--out", folder / "out.html")
    assert "<h1>ТЕСТОВЫЙ ФОНД</h1>" in (folder / "out.html").read_text(encoding="utf-8")


def test_an_archive_is_shown(folder: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("request.xml", (folder / "request-1.xml").read_bytes())
    (folder / "a.zip").write_bytes(target.getvalue())
    run("print", folder / "a.zip", "--type", folder / "snils.zip", "--out", folder / "out.html")
    page = (folder / "out.html").read_text(encoding="utf-8")
    assert "Запрос СНИЛС по данным лица" in page
    assert "request.xml" in page


def test_refusals_say_why(folder: Path) -> None:
    for words in (
        ("answer", folder / "extract.zip", folder / "request-1.xml"),
        ("print", folder / "extract.xml", "--out", folder / "out.doc"),
        ("print", folder / "snils.zip", "--out", folder / "out.pdf"),
        ("examples", folder / "extract.zip", folder / "request-1.xml", "--out", folder / "x.zip"),
    ):
        done = run(*words, code=1)
        assert str(done.exception)
