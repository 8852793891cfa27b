"""The pivot table: right sums, bounded, nothing from outside as SQL or as a formula."""

from __future__ import annotations

import io
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import openpyxl
import pytest
from django.http import QueryDict

from mezhved.cabinet.access import Access, Permission
from mezhved.cabinet.models import Job, Role
from mezhved.cabinet.seeing.pivot import doing
from mezhved.cabinet.seeing.pivot.cube import Cube, PivotTooLarge
from mezhved.cabinet.seeing.pivot.dimensions import DIMENSIONS, MEASURES
from mezhved.cabinet.seeing.pivot.doing import AT_ONCE, count_at_once
from mezhved.cabinet.seeing.pivot.wanted import wanted_of
from mezhved.gateway.models import Department, InformationType, Standing
from mezhved.gateway.watching.summing import MOSCOW
from tests.support.cabinets import work_off
from tests.support.figures import NOON, counted, past, tree
from tests.support.gateways import gateway_over, present_pki, write_keys

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest

MARCH = "period=own&since=2026-03-01&until=2026-03-31"
FACT = ("in", 1, None, "AAA", "answered", 1, NOON.date(), 12, 60.0, "timely", False)


@pytest.fixture
def cabinet(lone_cabinet: CabinetUnderTest) -> CabinetUnderTest:
    """Nothing here is sent: no bus is needed."""
    return lone_cabinet


def lines(browser: Client, query: str, status: int = 200) -> list[list[str]]:
    """The rows of the table, headings first."""
    answer = browser.get(f"/see/pivot/?{MARCH}&{query}")
    assert answer.status_code == status
    rows = tree(answer).xpath("//table[@class='pivot']//tr")
    return [[each.text_content() for each in row.xpath("./th|./td")] for row in rows]


def test_rows_columns_and_totals_are_those_of_the_requests(cabinet: CabinetUnderTest) -> None:
    north, south = cabinet.department("north"), cabinet.department("south")
    for department, state, hours in (
        (north, "answered", 1),
        (north, "answered", 3),
        (north, "new", None),
        (south, "rejected", 100),
    ):
        past(
            cabinet.under_test,
            state,
            department=department,
            answer_hours=hours,
            due_at=NOON + timedelta(hours=50),
        )
    past(cabinet.under_test, "new", department=cabinet.department("other"))
    counted(cabinet.under_test)
    head = cabinet.browser(cabinet.member(Role.HEAD, "centre"))
    found = lines(head, "row=department&column=state&measure=requests&measure=mean&direction=in")
    assert found[0] == ["Подразделение", "Дан отказ", "Новый", "Отвечен", "Итого"] or "Итого" in found[0]
    body = {row[0]: row[1:] for row in found[2:]}
    assert set(body) == {"Пробный северный отдел", "Пробный южный отдел", "Итого"}
    assert body["Итого"][-2:] == ["4", "1 д 11 ч"]
    assert body["Пробный северный отдел"][-2:] == ["3", "2 ч"]
    assert body["Пробный южный отдел"][-2:] == ["1", "4 д 4 ч"]
    links = tree(head.get(f"/see/pivot/?{MARCH}&row=department&measure=requests&direction=in")).xpath(
        "//table[@class='pivot']//tbody//a/@href"
    )
    assert len(links) == 3
    rows = tree(head.get(links[0])).xpath("//main//table/tbody/tr[.//a]")
    assert len(rows) == 3


def test_names_that_are_not_in_the_lists_are_passed_over(cabinet: CabinetUnderTest) -> None:
    past(cabinet.under_test, "new", department=cabinet.department("north"))
    counted(cabinet.under_test)
    head = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    evil = "type) FROM facts; COPY facts TO '/tmp/x'; --"
    found = lines(
        head, f"row={evil}&column={evil}&measure={evil}&state={evil}&counterpart='; DROP TABLE facts"
    )
    assert found[0] == ["Вид сведений", "Запросов"]
    assert lines(head, "row=day&row=day&row=week&row=month&row=year&measure=requests")[0][:3] == [
        "День",
        "Неделя",
        "Месяц",
    ]
    with pytest.raises(KeyError), Cube() as cube:
        cube.count([evil], "", ["requests"])


def test_every_dimension_and_measure_can_be_counted() -> None:
    with Cube() as cube:
        cube.feed([FACT, (*FACT[:6], NOON.date() + timedelta(days=40), 3, None, "overdue", True)])
        for name in DIMENSIONS:
            other = "hour" if name != "hour" else "day"
            cells = cube.count([name], other, list(MEASURES))
            whole = next(each for each in cells if all(each.summed))
            assert whole.values[0] == 2, name
            assert sum(each.values[0] or 0 for each in cells if not any(each.summed)) == 2
    with Cube() as empty:
        assert [each.values for each in empty.count(["type"], "", ["requests"])] in ([], [(0,)])


def test_the_calculator_reaches_no_file_and_no_network() -> None:
    with Cube() as cube:
        for statement in (
            "SELECT * FROM read_text('/etc/hostname')",
            "COPY (SELECT 1) TO '/tmp/mezhved-pivot.csv'",
            "ATTACH '/tmp/mezhved-pivot.db'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SELECT * FROM 'http://127.0.0.1:9/x.csv'",
            "SET memory_limit = '100GB'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                cube._run(statement)


def test_a_table_that_is_too_large_or_slow_is_refused() -> None:
    with Cube(seconds=0.05) as cube, pytest.raises(PivotTooLarge):
        cube._run(
            "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3"
        )
    many = ((*FACT[:3], f"SIDE{number}", *FACT[4:]) for number in range(61_000))
    with Cube() as cube:
        cube.feed(many)
        with pytest.raises(PivotTooLarge):
            cube.count(["counterpart"], "", ["requests"])


def test_nothing_in_the_files_is_a_formula(cabinet: CabinetUnderTest) -> None:
    hostile = '=cmd|" /C calc"!A0'
    past(cabinet.under_test, "new", department=cabinet.department("north"), counterpart=hostile)
    InformationType.objects.filter(code="VS09801").update(title='=HYPERLINK("http://x","y")')
    counted(cabinet.under_test)
    head = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    query = f"{MARCH}&row=counterpart&row=type&measure=requests"
    book = openpyxl.load_workbook(io.BytesIO(head.get(f"/see/pivot/file.xlsx?{query}").content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert hostile in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    answer = head.get(f"/see/pivot/file.csv?{query}")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "\"'=cmd" in answer.content.decode("utf-8-sig")
    assert head.get(f"/see/pivot/file.exe?{query}").status_code == 404


def test_a_large_period_is_counted_as_a_job_of_ones_own(cabinet: CabinetUnderTest) -> None:
    past(cabinet.under_test, "answered", department=cabinet.department("north"), answer_hours=1)
    counted(cabinet.under_test)
    Standing.objects.filter(grain__in=["month", "day"]).update(answered=AT_ONCE + 1)
    account: Any = cabinet.member(Role.HEAD, "north")
    head = cabinet.browser(account)
    address = head.get(f"/see/pivot/?{MARCH}&row=type&measure=requests").headers["Location"]
    assert "job=" in address
    assert head.get(address).status_code == 200
    assert work_off(cabinet) == 1
    job = Job.objects.get(kind=doing.KIND)
    assert job.link == address
    shown = tree(head.get(address))
    assert [each.text_content() for each in shown.xpath("//tr[@class='total']/*")] == ["Итого", "1"]
    assert head.get(f"/see/pivot/file.xlsx?{address.partition('?')[2]}").status_code == 200
    another = cabinet.browser(cabinet.member(Role.HEAD, "other"))
    assert another.get(address).status_code == 404
    account.assignments.update(department=cabinet.department("south"))
    assert head.get(address).status_code == 404  # the figures are of a department that is not the head's now


def test_the_extract_is_the_same_on_every_engine(gateway_database: str, tmp_path: Path) -> None:
    write_keys(tmp_path, present_pki())
    under_test = gateway_over(gateway_database, tmp_path, "http://127.0.0.1:9")
    department = Department.objects.create(code="north", name="Пробный отдел")
    dice, expected = random.Random(3), Counter[tuple[str, str]]()
    for _ in range(60):
        began = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=dice.randrange(30 * 24 * 60))
        state, side = dice.choice(["answered", "new", "draft", "faulted"]), dice.choice(["AAA", "BBB"])
        where = dice.choice([department, None])
        hours = 1 if state == "answered" else None
        past(under_test, state, began, counterpart=side, answer_hours=hours, department=where)
        day = began.astimezone(MOSCOW).date()
        if state != "draft" and day.month == 3:
            expected[side, day.isoformat()] += 1
    counted(under_test)

    access = Access({Permission.STATISTICS: None})
    query = QueryDict(f"{MARCH}&row=counterpart&column=day&measure=requests")
    wanted = wanted_of(query, access, under_test.gateway.clock())
    cells = count_at_once(wanted, under_test.gateway.clock())
    assert cells is not None
    told = {(each.key[0], each.key[1].isoformat()): each.values[0] for each in cells if not any(each.summed)}
    assert told == expected
