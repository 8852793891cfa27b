"""The dashboard: figures of one's own departments, each with the list that it counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mezhved.cabinet.models import Role
from mezhved.cabinet.seeing.periods import named, period_of
from tests.support.figures import NOON, counted, past, tree

if TYPE_CHECKING:
    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest

FIGURES = "//*[@id='figures']"
TILES = f"{FIGURES}//ul[contains(@class, 'tiles')]/li"
MARCH = "period=own&since=2026-03-01&until=2026-03-31"


@pytest.fixture
def cabinet(lone_cabinet: CabinetUnderTest) -> CabinetUnderTest:
    """Nothing here is sent: no bus is needed."""
    return lone_cabinet


def fill(cabinet: CabinetUnderTest) -> None:
    """Requests of two departments, in and out."""
    under_test = cabinet.under_test
    north, other = cabinet.department("north"), cabinet.department("other")
    for hours in (1, 2, 30):
        past(under_test, "answered", department=north, answer_hours=hours, counterpart="AAA")
    past(under_test, "rejected", department=north, answer_hours=5, counterpart="BBB")
    past(under_test, "new", department=north, due_at=NOON + timedelta(days=1), counterpart="AAA")
    past(under_test, "in_work", NOON + timedelta(days=1), department=north)
    past(under_test, "answered", department=other, answer_hours=1, counterpart="CCC")
    past(under_test, "answered", department=other, answer_hours=1, is_test=True)
    past(under_test, "faulted", direction="out", department=north, counterpart="AAA")
    past(under_test, "unsent", direction="out", department=north)
    past(under_test, "draft", direction="out", department=north)
    past(under_test, "waiting", direction="out", department=other)
    counted(under_test)


def page(browser: Client, address: str) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return tree(answer)


def tiles(browser: Client, query: str) -> dict[str, str]:
    found = {}
    for tile in page(browser, f"/see/?{query}").xpath(TILES):
        value = tile.xpath(".//strong")[0].text_content()
        found[tile.text_content().replace(value, "", 1).strip()] = value
    return found


def test_figures_count_the_requests_of_the_period(cabinet: CabinetUnderTest) -> None:
    fill(cabinet)
    head = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    found = tiles(head, f"{MARCH}&direction=in")
    assert found == {
        "Запросов": "6",
        "Отвечено": "3",
        "Отказано": "1",
        "Ошибки СМЭВ и отправки": "0",
        "Без ответа": "2",
        "Просрочено сейчас": "1",
        "Половина ответов — не дольше": found["Половина ответов — не дольше"],
        "90 % ответов — не дольше": found["90 % ответов — не дольше"],
    }
    assert "ч" in found["Половина ответов — не дольше"]
    outgoing = tiles(head, f"{MARCH}&direction=out")
    assert (outgoing["Запросов"], outgoing["Ошибки СМЭВ и отправки"]) == ("2", "2")
    assert tiles(head, "period=own&since=2026-03-03&until=2026-03-31")["Запросов"] == "1"
    assert tiles(head, "period=today")["Запросов"] == "0"


def test_figures_count_only_the_departments_of_the_account(cabinet: CabinetUnderTest) -> None:
    fill(cabinet)
    seen = {
        name: tiles(cabinet.browser(cabinet.member(role, where)), MARCH)["Запросов"]
        for name, role, where in (
            ("north", Role.HEAD, "north"),
            ("south", Role.HEAD, "south"),
            ("centre", Role.HEAD, "centre"),
            ("other", Role.OBSERVER, "other"),
            ("all", Role.OBSERVER, None),
            ("administrator", Role.ADMINISTRATOR, None),
        )
    }
    assert seen == {"north": "6", "south": "0", "centre": "6", "other": "1", "all": "7", "administrator": "7"}
    south = cabinet.browser(cabinet.member(Role.HEAD, "south"))
    for address in (f"/see/?{MARCH}&department=other", f"/see/?{MARCH}&department=north"):
        text = page(south, address).text_content()
        assert "AAA" not in text
        assert "CCC" not in text
    assert tiles(south, f"{MARCH}&department=north")["Запросов"] == "0"
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert official.get("/see/").status_code == 403


def test_each_figure_leads_to_the_list_that_it_counts(cabinet: CabinetUnderTest) -> None:
    fill(cabinet)
    head = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    looked = 0
    for direction in ("in", "out"):
        shown = page(head, f"/see/?{MARCH}&direction={direction}")
        links = {each.get("href"): each.text_content() for each in shown.xpath(f"{FIGURES}//td//a")}
        links |= {
            each.get("href"): each.xpath(".//strong")[0].text_content() for each in shown.xpath(f"{TILES}//a")
        }
        for address, text in sorted(links.items()):
            rows = page(head, address).xpath("//main//table/tbody/tr")
            number = "".join(filter(str.isdigit, text))
            assert len([each for each in rows if each.xpath("./*//a")]) == int(number), address
            looked += 1
    assert looked > 15


def test_an_administrator_gets_figures_without_lists(cabinet: CabinetUnderTest) -> None:
    fill(cabinet)
    shown = page(cabinet.browser(cabinet.member(Role.ADMINISTRATOR)), f"/see/?{MARCH}")
    assert not shown.xpath(f"{FIGURES}//a")


def test_hostile_names_of_other_sides_stay_text(cabinet: CabinetUnderTest) -> None:
    hostile = "<script>alert(1)</script>'\"&x=1#"
    past(cabinet.under_test, "new", department=cabinet.department("north"), counterpart=hostile)
    counted(cabinet.under_test)
    head = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    shown = page(head, f"/see/?{MARCH}")
    assert hostile in shown.text_content()
    assert all("alert" not in (each.text or "") for each in shown.iter("script"))


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("today", "2026-11-22", "2026-11-22"),
        ("week", "2026-11-16", "2026-11-22"),
        ("month", "2026-11-01", "2026-11-30"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("year", "2026-01-01", "2026-12-31"),
        ("last_week", "2026-11-09", "2026-11-15"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("last_quarter", "2026-07-01", "2026-09-30"),
        ("last_year", "2025-01-01", "2025-12-31"),
    ],
)
def test_periods_have_their_first_and_last_day(name: str, since: str, until: str) -> None:
    found = named(name, date(2026, 11, 22))
    assert (found.since.isoformat(), found.until.isoformat()) == (since, until)


@pytest.mark.parametrize(
    "query",
    [
        {"period": "own", "since": "yesterday"},
        {"period": "own", "since": "2026-05-02", "until": "2026-05-01"},
        {"period": "own", "since": "0001-01-01", "until": "9999-12-31"},
        {"period": "own", "since": "1990-01-01", "until": "2026-01-01"},
    ],
)
def test_a_period_that_is_none_is_told_and_the_month_shown(query: dict[str, str]) -> None:
    found = period_of(query, date(2026, 11, 22))
    assert found.problem is not None
    assert found.since == date(2026, 11, 1)
    assert period_of({"period": "'--"}, date(2026, 1, 31)).since == date(2026, 1, 1)
