"""Many requests from an Excel file: the template, the check of every row, the sending, the report."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import mezhved.demo
from mezhved.cabinet.batch.reading import check_file, read_head, read_rows
from mezhved.cabinet.batch.work import take, wipe_old
from mezhved.cabinet.jobs import Work
from mezhved.cabinet.jobs.doing import claim
from mezhved.cabinet.models import AuditEntry, Batch, BatchRow, Job, JobState, Role, RowState
from mezhved.gateway.models import Exchange, ExchangeState, Message
from tests.acceptance.cabinet.test_getting_request import answer
from tests.support.cabinets import work_off
from tests.support.kept_messages import HOSTILE, dangers, kind_of

if TYPE_CHECKING:
    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest

CODE = "VS09801"


def template(browser: Client, code: str = CODE) -> bytes:
    got = browser.get(f"/batches/template/{code}/")
    assert got.headers["Content-Disposition"].startswith("attachment")
    return bytes(got.content)


def filled(octets: bytes, *rows: object, sheet_name: str = "Запросы") -> bytes:
    """Write values into the first column of a template."""
    book = openpyxl.load_workbook(io.BytesIO(octets))
    sheet = book[sheet_name]
    for number, value in enumerate(rows, 3):
        sheet.cell(number, 1).value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def bring(
    cabinet: CabinetUnderTest, browser: Client, octets: bytes, department: str = "north", code: str = CODE
) -> Any:
    return browser.post(
        "/batches/new/",
        {
            "type": code,
            "department": department,
            "system": str(cabinet.under_test.consumer.pk),
            "file": SimpleUploadedFile("people.xlsx", octets),
        },
    )


@pytest.fixture
def browser(lone_cabinet: CabinetUnderTest) -> Client:
    return lone_cabinet.browser(lone_cabinet.member(Role.OFFICIAL, "north"))


def brought(cabinet: CabinetUnderTest, browser: Client, *rows: object) -> Batch:
    led = bring(cabinet, browser, filled(template(browser), *rows))
    assert led.status_code == 302, led.content.decode()
    work_off(cabinet)
    return Batch.objects.latest("pk")


def states(batch: Batch) -> list[str]:
    return list(BatchRow.objects.filter(batch=batch).order_by("number").values_list("state", flat=True))


def test_a_file_becomes_requests_and_a_report_of_their_answers(cabinet: CabinetUnderTest) -> None:
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    batch = brought(cabinet, browser, "1234", "не число", None, "=1+1", 5677)
    assert states(batch) == [RowState.READY, RowState.WRONG, RowState.WRONG, RowState.READY]
    page = browser.get(f"/batches/{batch.uid}/").content.decode()
    assert "A4" in page
    assert "в ячейке формула" in page
    assert "1234" not in page  # values stay out of the page
    assert not Exchange.objects.exists()
    browser.post(f"/batches/{batch.uid}/send/")
    assert Exchange.objects.count() == 0
    work_off(cabinet)
    assert states(batch) == [RowState.TAKEN, RowState.WRONG, RowState.WRONG, RowState.TAKEN]
    assert not BatchRow.objects.filter(batch=batch, content__isnull=False).exists()
    exchange = Exchange.objects.earliest("pk")
    assert exchange.department == cabinet.department("north")
    cabinet.under_test.send()
    answer(cabinet)
    led = browser.post(f"/batches/{batch.uid}/report/")
    work_off(cabinet)
    got = browser.get(f"{led.headers['Location']}file/")
    sheet = openpyxl.load_workbook(io.BytesIO(got.getvalue()))["Отчёт"]
    lines = list(sheet.values)
    assert [line[0] for line in lines[1:]] == [3, 4, 6, 7]
    assert "Одна тысяча" in " ".join(str(line[7]) for line in lines[1:])
    assert AuditEntry.objects.filter(action="downloaded", subject__startswith="batch").count() == 1


def test_an_english_account_gets_english_files_from_the_template_to_the_report(
    lone_cabinet: CabinetUnderTest, browser: Client
) -> None:
    browser.cookies["django_language"] = "en"
    octets = filled(template(browser), "1234", "no number", "=1+1", sheet_name="Requests")
    assert bring(lone_cabinet, browser, octets).status_code == 302
    work_off(lone_cabinet)
    batch = Batch.objects.latest("pk")
    assert states(batch) == [RowState.READY, RowState.WRONG, RowState.WRONG]
    led = browser.post(f"/batches/{batch.uid}/report/")
    work_off(lone_cabinet)
    got = browser.get(f"{led.headers['Location']}file/")
    book = openpyxl.load_workbook(io.BytesIO(got.getvalue()))
    lines = list(book["Report"].values)
    assert lines[0] == (
        *("Row", "State", "What is wrong", "Request"),
        *("MessageID", "Made", "Closed", "Answer"),
    )
    assert [line[1] for line in lines[1:]] == ["Ready to be sent", *["Not sent: correct it"] * 2]
    assert "the cell holds a formula" in str(lines[3][2])
    assert "в ячейке" not in str(lines)


def test_sending_again_after_a_kill_makes_no_second_request(
    lone_cabinet: CabinetUnderTest, browser: Client
) -> None:
    batch = brought(lone_cabinet, browser, "1111", "2222", "3333")
    content = BatchRow.objects.get(batch=batch, number=3).content
    browser.post(f"/batches/{batch.uid}/send/")
    work_off(lone_cabinet)
    kept = BatchRow.objects.filter(batch=batch)
    # killed between the request and the note of it: the row is as before, the request is there
    first = kept.order_by("number")[0]
    message = Message.objects.get(exchange=first.exchange)
    kept.filter(pk=first.pk).update(state=RowState.READY, exchange=None, content=content)
    Job.objects.filter(kind="batch.send").update(state=JobState.WAITING)
    work_off(lone_cabinet)
    assert Exchange.objects.count() == 3
    first.refresh_from_db()
    assert first.exchange == message.exchange


def test_two_who_send_at_once_make_one_request_a_row(lone_cabinet: CabinetUnderTest, browser: Client) -> None:
    batch = brought(lone_cabinet, browser, "1111")
    browser.post(f"/batches/{batch.uid}/send/")
    again = browser.post(f"/batches/{batch.uid}/send/", follow=True)
    assert "уже отправляется" in again.content.decode()
    gateway = lone_cabinet.under_test.gateway
    first, second = (claim(gateway, name) for name in ("one", "two"))
    assert second is None
    assert first is not None
    row = BatchRow.objects.select_related("batch__system__connection", "batch__kind").get(batch=batch)
    work = Work(gateway, first, "one", lambda: False)
    take(work, row.batch, row)
    take(work, row.batch, row)  # by another process, which read the row before
    assert Exchange.objects.get().state == ExchangeState.SENDING
    assert states(batch) == [RowState.TAKEN]


def test_what_is_not_sent_is_called_off(lone_cabinet: CabinetUnderTest, browser: Client) -> None:
    batch = brought(lone_cabinet, browser, "1111", "2222")
    browser.post(f"/batches/{batch.uid}/send/")
    work_off(lone_cabinet)
    browser.post(f"/batches/{batch.uid}/cancel/")
    work_off(lone_cabinet)
    assert set(Exchange.objects.values_list("state", flat=True)) == {ExchangeState.CANCELLED}
    another = brought(lone_cabinet, browser, "1111", "2222")
    assert "Точно такой же файл" in browser.get(f"/batches/{another.uid}/").content.decode()
    browser.post(f"/batches/{another.uid}/cancel/")
    assert states(another) == [RowState.CANCELLED] * 2
    browser.post(f"/batches/{another.uid}/send/")
    work_off(lone_cabinet)
    assert Exchange.objects.count() == 2


def test_contents_that_were_never_sent_are_wiped_in_a_week(
    lone_cabinet: CabinetUnderTest, browser: Client
) -> None:
    batch = brought(lone_cabinet, browser, "1111")
    clock = lone_cabinet.under_test.clock
    clock.advance(days=6)
    assert wipe_old(clock()) == 0
    clock.advance(days=2)
    assert wipe_old(clock()) == 1
    assert states(batch) == [RowState.CANCELLED]
    assert not BatchRow.objects.filter(content__isnull=False).exists()


def test_files_of_others_are_not_there(lone_cabinet: CabinetUnderTest, browser: Client) -> None:
    batch = brought(lone_cabinet, browser, "1111")
    stranger = lone_cabinet.browser(lone_cabinet.member(Role.OFFICIAL, "other"))
    for path in ("", "send/", "cancel/", "report/"):
        call = stranger.get if not path else stranger.post
        assert call(f"/batches/{batch.uid}/{path}").status_code == 404
    assert str(batch.uid) not in stranger.get("/batches/").content.decode()
    refused = bring(lone_cabinet, stranger, filled(template(stranger), "1111"), department="north")
    assert refused.status_code == 422
    observer = lone_cabinet.browser(lone_cabinet.member(Role.OBSERVER))
    assert observer.get("/batches/").status_code == 403


def test_hostile_files_are_refused_before_they_are_read(
    lone_cabinet: CabinetUnderTest, browser: Client
) -> None:
    good = filled(template(browser), "1111")
    for octets, said in (
        (b"%PDF-1.7", "это не файл Excel"),
        (good[:-400], "Файл не принят"),
        (replaced(good, "xl/sharedStrings.xml", LAUGHS), "DOCTYPE"),
        (replaced(good, "xl/workbook.xml", LAUGHS.encode("utf-16").decode("latin-1")), "DOCTYPE"),
        (replaced(good, "xl/externalLinks/externalLink1.xml", "<a/>"), "макросы или связи"),
        (
            replaced(good, "xl/worksheets/sheet9.xml", "<a>" + " " * (33 * 2**20) + "</a>"),
            "больше допустимого",
        ),
        (b"PK\x03\x04" + bytes(11 * 2**20), "файл больше 10 МБ"),
        (replaced(good, "xl/worksheets/sheet1.xml", "<worksheet/>"), "нет ключей столбцов"),
    ):
        answered = bring(lone_cabinet, browser, octets)
        assert answered.status_code == 422
        assert said in answered.content.decode()
    assert not Batch.objects.exists()


LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;">]><a>&c;</a>'


def replaced(octets: bytes, name: str, text: str) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(octets)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, text.encode("latin-1"))
    return target.getvalue()


def test_headings_of_a_hostile_file_do_nothing(lone_cabinet: CabinetUnderTest, browser: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(template(browser), "плохо", "1111")))
    sheet = book["Запросы"]
    sheet.cell(2, 1).value = HOSTILE
    sheet.cell(1, 2).value, sheet.cell(2, 2).value = f"/{HOSTILE}", HOSTILE
    sheet.cell(4, 2).value = "x"
    target = io.BytesIO()
    book.save(target)
    bring(lone_cabinet, browser, target.getvalue())
    work_off(lone_cabinet)
    batch = Batch.objects.get()
    assert states(batch) == [RowState.WRONG] * 2
    page = browser.get(f"/batches/{batch.uid}/").content.decode()
    assert "alert(1)" in page
    assert not dangers(page)


def test_a_far_cell_costs_nothing(lone_cabinet: CabinetUnderTest, browser: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(template(browser), "1111")))
    book["Запросы"].cell(1_048_576, 16_384).value = "x"
    target = io.BytesIO()
    book.save(target)
    octets = target.getvalue()
    check_file(octets)
    assert [row.number for row in read_rows(octets)] == [3]
    assert len(read_head(octets).keys) == 1


def test_a_template_tells_what_to_type_and_takes_what_people_type(
    lone_cabinet: CabinetUnderTest, browser: Client
) -> None:
    folder = Path(mezhved.demo.__file__).parent / "packages" / "snils"
    files = {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    kind = kind_of("urn://mezhved.example/snils/1.0.0", "SnilsRequest", "SnilsResponse", files)
    book = openpyxl.load_workbook(io.BytesIO(template(browser, kind.code)))
    sheet = book["Запросы"]
    keys = [cell.value for cell in sheet[1]]
    assert keys == ["/FamilyName", "/FirstName", "/Patronymic", "/BirthDate", "/Gender"]
    assert sheet.row_dimensions[1].hidden
    assert [cell.value for cell in sheet[2]][:3] == ["Фамилия *", "Имя *", "Отчество (при наличии)"]
    assert "Дата: 31.12.2026" in sheet.cell(2, 4).comment.text
    assert len(sheet.data_validations.dataValidation) == 1
    first, second = (book["Списки"].cell(row, 5).value for row in (1, 2))
    rows: list[list[object]] = [
        ["Пробная", "Проба", None, datetime(1990, 1, 31, tzinfo=UTC).replace(tzinfo=None), first],
        ["Пробный", "Прогон", "Ильич", "1.2.1991", second],
        ["Пробный", None, None, "31.31.1991", "кто-то"],
    ]
    for number, values in enumerate(rows, 3):
        for column, value in enumerate(values, 1):
            sheet.cell(number, column).value = value
    target = io.BytesIO()
    book.save(target)
    bring(lone_cabinet, browser, target.getvalue(), code=kind.code)
    work_off(lone_cabinet)
    batch = Batch.objects.get()
    assert states(batch) == [RowState.READY, RowState.READY, RowState.WRONG]
    contents = [bytes(row.content or b"").decode() for row in BatchRow.objects.order_by("number")]
    assert "BirthDate>1990-01-31<" in contents[0]
    assert "1991-02-01" in contents[1]
    problems = BatchRow.objects.get(number=5).problems
    assert {each["column"] for each in problems} == {"B", "D", "E"}
