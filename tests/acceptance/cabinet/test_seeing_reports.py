"""Reports by period: right figures, files, names to save them under, and the schedule that sends a link."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from pypdf import PdfReader

from mezhved.cabinet.models import Notice, Role, SavedReport
from mezhved.cabinet.seeing.reports.people import people
from mezhved.cabinet.seeing.reports.saving import next_after, tell_due
from mezhved.gateway.models import InformationType, Standing
from mezhved.gateway.watching.reckoning import Scope
from tests.support.cabinets import work_off
from tests.support.figures import NOON, counted, past, tree
from tests.support.gateways import gateway_over, present_pki, write_keys

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest

MARCH = "period=own&since=2026-03-01&until=2026-03-31"


@pytest.fixture
def cabinet(lone_cabinet: CabinetUnderTest) -> CabinetUnderTest:
    """Nothing here is sent: no bus is needed."""
    return lone_cabinet


def fill(cabinet: CabinetUnderTest) -> None:
    north, under_test = cabinet.department("north"), cabinet.under_test
    due = NOON + timedelta(days=1)
    past(under_test, "answered", department=north, answer_hours=2, due_at=due, person="snils:A")
    past(under_test, "answered", department=north, answer_hours=40, due_at=due, person="snils:A")
    past(under_test, "rejected", department=north, answer_hours=6, person="snils:B")
    past(under_test, "new", department=north, due_at=due, person="document:C")
    past(under_test, "cancelled", department=north)
    past(under_test, "new", department=cabinet.department("other"), person="snils:D")
    past(under_test, "faulted", direction="out", department=north, type=None)
    counted(under_test)


def shown(browser: Client, address: str) -> list[list[str]]:
    answer = browser.get(address)
    assert answer.status_code == 200
    rows = tree(answer).xpath("//table[@class='report']//tr")
    return [[each.text_content() for each in row.xpath("./th|./td")] for row in rows]


def test_a_report_counts_what_offices_send_upward(cabinet: CabinetUnderTest) -> None:
    fill(cabinet)
    head = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    found = shown(head, f"/see/reports/show/?{MARCH}")
    assert found[0] == [
        "Вид сведений", "Запросов", "Людей", "Отвечено", "Отказано", "Ошибок", "Без ответа", "Отозвано",
        "С нарушением срока", "Средний срок",
    ]  # fmt: skip
    assert found[1][0].startswith("VS09801")
    assert found[1][1:] == ["5", "3", "2", "1", "0", "1", "1", "2", "16 ч"]
    assert found[2] == ["Итого", *found[1][1:]]
    assert shown(head, f"/see/reports/show/?{MARCH}&direction=out")[1][:6] == [
        "Неизвестный вид сведений", "1", "0", "0", "0", "1"
    ]  # fmt: skip
    whole = cabinet.browser(cabinet.member(Role.OBSERVER))
    assert shown(whole, f"/see/reports/show/?{MARCH}")[-1][1:3] == ["6", "4"]
    south = cabinet.browser(cabinet.member(Role.HEAD, "south"))
    assert shown(south, f"/see/reports/show/?{MARCH}&department=north")[-1][1:3] == ["0", "0"]


def test_a_report_is_given_as_excel_csv_and_pdf(cabinet: CabinetUnderTest) -> None:
    fill(cabinet)
    InformationType.objects.filter(code="VS09801").update(title="=1+1 <b>Пробный</b> вид")
    head = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    book = openpyxl.load_workbook(io.BytesIO(head.get(f"/see/reports/file.xlsx?{MARCH}").content)).worksheets[
        0
    ]
    assert [cell.value for cell in book[2]][1:] == [5, 3, 2, 1, 0, 1, 1, 2, 16]
    assert {cell.data_type for row in book.iter_rows() for cell in row} <= {"s", "n"}
    pages = PdfReader(io.BytesIO(head.get(f"/see/reports/file.pdf?{MARCH}").content)).pages
    text = " ".join(each.extract_text() for each in pages)
    assert "Отчёт о межведомственных запросах" in text
    assert "<b>Пробный</b>" in "".join(text.split())
    assert "01.03.2026" in text
    assert head.get(f"/see/reports/file.csv?{MARCH}").content.decode("utf-8-sig").count("\r\n") == 3
    assert head.get(f"/see/reports/file.html?{MARCH}").status_code == 404


def test_a_large_report_is_counted_as_a_job(cabinet: CabinetUnderTest) -> None:
    fill(cabinet)
    Standing.objects.filter(grain__in=["month", "day"]).update(answered=1_000_000)
    head = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    address = head.get(f"/see/reports/show/?{MARCH}").headers["Location"]
    assert shown(head, address) == []
    assert work_off(cabinet) == 1
    assert shown(head, address)[-1][2] == "3"
    assert head.get(address.replace("since=2026-03-01", "since=2026-02-01")).status_code == 404
    other = cabinet.browser(cabinet.member(Role.HEAD, "other"))
    assert other.get(address).status_code == 404


def test_a_report_is_saved_under_a_name_and_forgotten(cabinet: CabinetUnderTest) -> None:
    head = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    said = {"name": " Наверх\r\nBcc: x@y ", "schedule": "monthly", "period": "last_month", "direction": "out"}
    assert head.post("/see/reports/save/", said).status_code == 302
    row = SavedReport.objects.get()
    assert (row.name, row.schedule) == ("Наверх Bcc: x@y", "monthly")
    assert row.next_at is not None
    assert head.post("/see/reports/save/", {**said, "schedule": "wrong"}).status_code == 302
    assert SavedReport.objects.get().next_at is None
    opened = head.get(f"/see/reports/saved/{row.uid}/")
    assert opened.headers["Location"] == "/see/reports/show/?period=last_month&direction=out"
    assert head.post("/see/reports/save/", {**said, "name": " \t "}).status_code == 422
    other = cabinet.browser(cabinet.member(Role.HEAD, "other"))
    assert other.get(f"/see/reports/saved/{row.uid}/").status_code == 404
    assert other.post(f"/see/reports/saved/{row.uid}/forget/").status_code == 404
    assert head.get(f"/see/reports/saved/{row.uid}/forget/").status_code == 405
    assert head.post(f"/see/reports/saved/{row.uid}/forget/").status_code == 302
    assert not SavedReport.objects.exists()


def test_the_schedule_tells_once_of_the_period_that_ended(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.HEAD, "north")
    monday = datetime(2026, 3, 9, 5, tzinfo=UTC)
    for name, schedule in (("А", "weekly"), ("Б", "monthly")):
        SavedReport.objects.create(
            account=account,
            name=name,
            schedule=schedule,
            parameters={"period": "month", "direction": "in"},
            next_at=next_after(schedule, NOON),
            created_at=NOON,
        )
    assert tell_due(monday - timedelta(minutes=1)) == 0
    assert tell_due(monday) == 1
    assert tell_due(monday) == 0
    notice = Notice.objects.get()
    assert "02.03.2026 – 08.03.2026" in notice.text.ru
    led = cabinet.browser(account).get(notice.link).headers["Location"]
    assert "since=2026-03-02" in led
    assert "period=own" in led
    assert tell_due(datetime(2026, 4, 1, 5, tzinfo=UTC)) == 2
    assert Notice.objects.filter(text_ru__contains="01.03.2026 – 31.03.2026").count() == 1
    account.user.is_active = False
    account.user.save()
    assert tell_due(datetime(2027, 1, 1, tzinfo=UTC)) == 2
    assert Notice.objects.count() == 3


def test_people_are_counted_once_on_every_engine(gateway_database: str, tmp_path: Path) -> None:
    write_keys(tmp_path, present_pki())
    under_test = gateway_over(gateway_database, tmp_path, "http://127.0.0.1:9")
    coded = InformationType.objects.get(code="VS09802")
    for person, kind in (("snils:A", None), ("snils:A", coded), ("snils:B", coded), ("document:C", coded)):
        row: Any = past(under_test, "new", person=person, type=kind or under_test.plain)
        if person.startswith("snils"):  # the same person's document and name make no second person
            for said, key in (("document", "X"), ("name", "F"), ("name", "FI")):
                row.subjects.create(kind=said, key=key + person[-1], is_asked=True)
        row.subjects.create(kind="snils", key="answered", is_asked=False)
    named: Any = past(under_test, "new", person="name:Family")
    named.subjects.create(kind="name", key="Family Name", is_asked=True)
    past(under_test, "new", person="name:Family")
    scope = Scope(since=NOON.date(), until=NOON.date(), direction="in")
    by_type, whole = people(scope)
    assert by_type == {under_test.plain.pk: 3, coded.pk: 3}
    assert whole == 5
    assert people(Scope(since=NOON.date(), until=NOON.date(), departments={0})) == ({}, 0)
