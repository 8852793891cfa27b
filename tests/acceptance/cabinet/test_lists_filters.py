"""Lists of exchanges: who sees what of them, by which filters, page by page, and as a file."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.db import connection
from lxml.html import document_fromstring

from mezhved.cabinet.lists.exporting import harmless
from mezhved.cabinet.models import Job, Role, SavedFilter
from mezhved.gateway.models import (
    Direction,
    Exchange,
    ExchangeState,
    Handling,
    HandlingKind,
    Message,
    MessageKind,
    MessageState,
    Person,
)
from tests.support.cabinets import cabinet_over, work_off
from tests.support.gateways import gateway_over, present_pki, write_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.cabinets import CabinetUnderTest

SNILS = "112-233-445 95"
ABOUT = "<a><СНИЛС>11223344595</СНИЛС><FamilyName>Вымышленный</FamilyName><FirstName>Пётр</FirstName></a>"

FILTERED: tuple[tuple[str, set[str]], ...] = (
    ("state=in_work", {"side-mine"}),
    ("state=in_work&state=answered", {"side-mine", "side-done"}),
    ("open=1", {"side-new", "side-mine", "side-late", "side-paused"}),
    ("late=1", {"side-late"}),
    ("type=VS09802", {"side-done"}),
    ("type=VS00000", set()),
    ("counterpart=SIDE-LATE", {"side-late"}),
    ("department=south", {"side-late"}),
    ("test=yes", {"side-new"}),
    ("test=no", {"side-mine", "side-late", "side-paused", "side-done"}),
    ("message_id=id-of-side-done", {"side-done"}),
    ("case=17-пв/2026", {"side-done"}),
    ("case=18-пв/2026", set()),
    ("unread=1", {"side-new", "side-late", "side-paused", "side-done"}),
    ("mine=1", {"side-mine"}),
    ("executor=nobody", {"side-new", "side-late", "side-paused", "side-done"}),
    ("system=NOBODY", set()),
    ("asked=1", {"side-done"}),
    ("since=2001-01-01&until=2001-01-02", set()),
    ("executor=0", set()),
    ("late=1&sort=term", {"side-late"}),
)


def _kept(
    cabinet: CabinetUnderTest, name: str, direction: Direction = Direction.IN, **values: Any
) -> Exchange:
    """An exchange that is known on pages by the name of its other side."""
    said: dict[str, Any] = {
        "system": cabinet.under_test.provider,
        "type": cabinet.under_test.plain,
        "state": ExchangeState.NEW if direction == Direction.IN else ExchangeState.WAITING,
        "department": cabinet.department("north"),
        "counterpart": name.upper(),
        "counterpart_name": name,
        "created_at": cabinet.under_test.gateway.clock(),
        **values,
    }
    exchange = Exchange.objects.create(direction=direction, **said)
    Message.objects.create(
        exchange=exchange,
        system=exchange.system,
        direction=Direction.IN if direction == Direction.IN else Direction.OUT,
        kind=MessageKind.REQUEST,
        state=MessageState.RECEIVED if direction == Direction.IN else MessageState.SENT,
        message_id=f"id-of-{name}",
        created_at=exchange.created_at,
    )
    return exchange


def _names(answer: Any) -> list[str]:
    """The other sides of the rows shown, in order."""
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return re.findall(r"<td[^>]*>(side-\w+)<br>", answer.content.decode())


def _shown(
    cabinet: CabinetUnderTest, address: str, role: Role = Role.HEAD, where: str = "centre"
) -> list[str]:
    return _names(cabinet.browser(cabinet.member(role, where)).get(address))


def test_a_list_holds_what_is_of_ones_departments_alone(cabinet: CabinetUnderTest) -> None:
    for code in ("centre", "north", "south", "other"):
        _kept(cabinet, f"side-{code}", department=cabinet.department(code))
    _kept(cabinet, "side-nobodys", department=None)
    assert set(_shown(cabinet, "/incoming/?all=1")) == {"side-centre", "side-north", "side-south"}
    assert _shown(cabinet, "/incoming/?all=1", Role.OFFICIAL, "north") == ["side-north"]
    assert _shown(cabinet, "/incoming/?department=other") == []
    administrator = cabinet.browser(cabinet.member(Role.ADMINISTRATOR))
    assert len(_names(administrator.get("/run/journal/"))) == 5
    assert administrator.get("/incoming/").status_code == 403


def test_every_cell_has_the_name_of_its_column_for_pages_without_a_head(cabinet: CabinetUnderTest) -> None:
    _kept(cabinet, "side-north")
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    shown = document_fromstring(browser.get("/incoming/?all=1").content.decode())
    heads = [each.text_content() for each in shown.xpath("//table//thead//th")]
    (row,) = shown.xpath("//table/tbody/tr")
    assert "Состояние" in heads
    assert [each.get("data-label") for each in row] == heads


@pytest.fixture
def cabinet(lone_cabinet: CabinetUnderTest) -> CabinetUnderTest:
    """Nothing here needs a bus."""
    return lone_cabinet


@pytest.fixture
def on_each_engine(gateway_database: str, tmp_path: Path) -> CabinetUnderTest:
    """A cabinet over a gateway that talks to nobody, once on each engine."""
    write_keys(tmp_path, present_pki())
    return cabinet_over(gateway_over(gateway_database, tmp_path, "http://127.0.0.1:9"))


def test_a_filter_leaves_what_it_says(on_each_engine: CabinetUnderTest) -> None:
    cabinet = on_each_engine
    head, now = cabinet.member(Role.HEAD, "centre"), cabinet.under_test.gateway.clock()
    _kept(cabinet, "side-new", is_test=True, due_at=now + timedelta(days=3))
    mine: dict[str, Any] = {"state": ExchangeState.IN_WORK, "account": head.user, "executor": head.name}
    held = _kept(cabinet, "side-mine", **mine)
    Message.objects.filter(exchange=held).update(state=MessageState.READ)
    past = now - timedelta(days=1)
    _kept(cabinet, "side-late", due_at=past, department=cabinet.department("south"))
    _kept(cabinet, "side-paused", due_at=past, paused_at=past)
    other = cabinet.under_test.plain.__class__.objects.get(code="VS09802")
    done = _kept(cabinet, "side-done", state=ExchangeState.ANSWERED, type=other, due_at=past)
    Exchange.objects.filter(pk=done.pk).update(case_number="17-пв/2026")
    Handling.objects.create(
        exchange=done, at=now, kind=HandlingKind.NOTED, actor="Кто-то", executor=head.name, note="?"
    )
    browser = cabinet.browser(head)
    for query, found in FILTERED:
        assert set(_names(browser.get(f"/incoming/?{query}"))) == found, query


def test_an_executor_goes_by_number_and_only_in_ones_departments(cabinet: CabinetUnderTest) -> None:
    official, stranger = cabinet.member(Role.OFFICIAL, "north"), cabinet.member(Role.OFFICIAL, "other")
    _kept(cabinet, "side-a", executor=official.name)
    _kept(cabinet, "side-b", executor=stranger.name)
    keys = {each.name: each.pk for each in Person.objects.all()}
    assert _shown(cabinet, f"/incoming/?executor={keys[official.name]}") == ["side-a"]
    assert _shown(cabinet, f"/incoming/?executor={keys[stranger.name]}") == []
    page = cabinet.browser(cabinet.member(Role.HEAD, "centre")).get("/incoming/?all=1").content.decode()
    assert f'value="{keys[official.name]}"' in page
    assert f'value="{keys[stranger.name]}"' not in page


def test_pages_lead_through_all_rows_and_back(on_each_engine: CabinetUnderTest) -> None:
    cabinet = on_each_engine
    now, tested = cabinet.under_test.gateway.clock(), cabinet.under_test
    Exchange.objects.bulk_create(
        Exchange(
            system=tested.provider,
            type=tested.plain,
            direction=Direction.IN,
            state=ExchangeState.NEW,
            department=cabinet.department("north"),
            counterpart=f"SIDE-{number}",
            counterpart_name=f"side-{number}",
            # Groups of equal moments: the key behind the moment decides.
            created_at=now - timedelta(hours=number // 7),
            due_at=now + timedelta(hours=number // 7),
        )
        for number in range(120)
    )
    browser = cabinet.browser(cabinet.member(Role.HEAD, "centre"))
    for sort in ("created", "term"):
        pages, page, following = [], None, f"/incoming/?open=1&sort={sort}"
        while following:
            page = browser.get(following)
            pages.append(_names(page))
            following = _neighbour(page, "next")
        assert [len(each) for each in pages] == [50, 50, 20]
        assert {each for names in pages for each in names} == {f"side-{number}" for number in range(120)}
        for before in (pages[1], pages[0]):
            page = browser.get(_neighbour(page, "prev"))
            assert _names(page) == before
        assert _neighbour(page, "prev") == ""


def test_for_what_is_not_there_nobody_walks_the_journal(cabinet: CabinetUnderTest) -> None:
    provider = cabinet.under_test.provider.mnemonic
    _kept(cabinet, "side-came")
    browser, walks = cabinet.browser(cabinet.member(Role.HEAD, "centre")), []

    def noted(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        walks.append('ORDER BY "gateway_exchange"."created_at"' in sql)
        return execute(sql, *more)

    with connection.execute_wrapper(noted):
        for query in ("unread=1", f"system={provider}"):
            assert _names(browser.get(f"/requests/?{query}")) == []
            assert not any(walks), query
        assert _names(browser.get("/incoming/?unread=1")) == ["side-came"]
    assert any(walks)


def _neighbour(page: Any, which: str) -> str:
    found = re.search(rf'rel="{which}" href="([^"]+)"', page.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


def test_a_wrong_place_or_value_spoils_no_page(cabinet: CabinetUnderTest) -> None:
    _kept(cabinet, "side-a")
    for query in (
        "after=%00%ff",
        "before=AAAA",
        "state=%27",
        "since=31.12.2026&until=x",
        "since=0001-01-01",
        "until=9999-12-31",
        "saved=1",
        "executor=9" * 9,
    ):
        browser = cabinet.browser(cabinet.member(Role.HEAD, "centre"))
        assert browser.get(f"/incoming/?all=1&{query}").status_code == 200, query
    page = browser.get("/incoming/?since=nonsense").content.decode()
    assert 'href="#filter-since"' in page


def test_an_overdue_request_says_so_in_words(cabinet: CabinetUnderTest) -> None:
    now = cabinet.under_test.gateway.clock()
    _kept(cabinet, "side-late", due_at=now - timedelta(days=14), term="5wd")
    _kept(cabinet, "side-hours", due_at=now + timedelta(hours=5, minutes=1), term="48h")
    page = cabinet.browser(cabinet.member(Role.OFFICIAL, "north")).get("/incoming/").content.decode()
    assert re.search(r'chip bad">просрочен на \d+ рабочих дн', page)
    assert 'chip warn">осталось 5 часов' in page


def test_a_list_that_is_empty_says_what_to_do(cabinet: CabinetUnderTest) -> None:
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert "Запросов пока нет" in browser.get("/requests/").content.decode()
    assert "Показать все" in browser.get("/requests/?late=1").content.decode()


def test_htmx_gets_the_list_alone_and_its_address(cabinet: CabinetUnderTest) -> None:
    _kept(cabinet, "side-a")
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    asked: dict[str, Any] = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "list"}
    answer = browser.get("/incoming/?type=&counterpart=SIDE-A&state=new&sort=created", **asked)
    assert answer["HX-Push-Url"] == "/incoming/?state=new&counterpart=SIDE-A"
    assert "<html" not in answer.content.decode()
    assert _names(answer) == ["side-a"]


def test_a_person_is_found_without_a_trace_in_the_address(cabinet: CabinetUnderTest) -> None:
    about, _ = _kept(cabinet, "side-about"), _kept(cabinet, "side-else")
    cabinet.under_test.gateway.subjects.note(about, ABOUT.encode())
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    for asked in (SNILS, "вымышленный пётр"):
        led = browser.post("/lists/incoming/person/", {"about": asked, "query": "all=1"})
        address = led.headers["Location"]
        assert not re.search("112|445|вымыш|%D0", address)
        page = browser.get(address)
        assert _names(page) == ["side-about"]
        assert SNILS not in page.content.decode()
    stranger = cabinet.browser(cabinet.member(Role.HEAD, "centre"))
    page = stranger.get(address)
    assert _names(page) == []
    assert "знает только тот, кто её сделал" in page.content.decode()


def test_a_saved_filter_keeps_hashes_and_is_shared_with_its_department_alone(
    cabinet: CabinetUnderTest,
) -> None:
    cabinet.under_test.gateway.subjects.note(_kept(cabinet, "side-about"), ABOUT.encode())
    _kept(cabinet, "side-else")
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    led = browser.post("/lists/incoming/person/", {"about": SNILS, "query": "state=new"})
    query = led.headers["Location"].partition("?")[2]
    saved = browser.post("/lists/incoming/saved/", {"name": "О нём", "query": query, "department": "north"})
    address, row = saved.headers["Location"], SavedFilter.objects.get()
    assert row.query == "state=new"
    assert "11223344595" not in str(row.person)
    assert _names(browser.get(address)) == ["side-about"]
    assert _shown(cabinet, address, Role.HEAD, "north") == ["side-about"]
    other = cabinet.browser(cabinet.member(Role.OFFICIAL, "other"))
    assert "О нём" not in other.get(address).content.decode()
    assert other.post(f"/lists/incoming/saved/{row.uid}/drop/").status_code == 404
    assert browser.post(f"/lists/incoming/saved/{row.uid}/drop/").status_code == 302
    assert not SavedFilter.objects.exists()


def test_a_filter_of_ones_own_may_open_the_list(cabinet: CabinetUnderTest) -> None:
    _kept(cabinet, "side-new")
    _kept(cabinet, "side-done", state=ExchangeState.ANSWERED)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert _names(browser.get("/incoming/")) == []  # by term, and neither has one
    said = {"name": "Отвеченные", "query": "state=answered", "is_default": "1"}
    browser.post("/lists/incoming/saved/", said)
    assert _names(browser.get("/incoming/")) == ["side-done"]
    assert set(_names(browser.get("/incoming/?all=1"))) == {"side-new", "side-done"}
    assert browser.post("/lists/incoming/saved/", {"name": " ", "query": ""}).status_code == 302
    assert SavedFilter.objects.count() == 1


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_export_holds_what_is_filtered_and_nothing_computes(cabinet: CabinetUnderTest, form: str) -> None:
    hostile = '=cmd|"/c calc"!A1'
    _kept(cabinet, "side-a", counterpart_name=hostile)
    _kept(cabinet, "side-b", state=ExchangeState.ANSWERED)
    _kept(cabinet, "side-far", department=cabinet.department("other"), counterpart_name=hostile)
    browser = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    led = browser.post("/lists/incoming/export/", {"query": "state=new", "format": form})
    assert led.status_code == 302
    work_off(cabinet)
    job = Job.objects.get()
    assert job.state == "done", job.problem
    with cabinet.under_test.gateway.blobs.open(job.result) as file:
        octets = file.read()
    if form == "csv":
        lines = octets.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert "\"'=cmd|" in lines[1]
        return
    sheet = openpyxl.load_workbook(io.BytesIO(octets)).active
    rows = list(sheet.iter_rows())
    assert len(rows) == 2
    assert [cell.data_type for cell in rows[1] if cell.value == hostile] == ["s"]


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@a", " =1", "\t=1", "\u00a0=1", "|a", "%a"])
def test_what_a_spreadsheet_would_compute_is_marked(value: str) -> None:
    assert harmless(value) == f"'{value}"
    assert harmless(f"a{value}") == f"a{value}"


def test_a_name_from_outside_is_shown_as_text(cabinet: CabinetUnderTest) -> None:
    _kept(cabinet, "side-x", counterpart_name="<script>alert(1)</script>")
    page = cabinet.browser(cabinet.member(Role.OFFICIAL, "north")).get("/incoming/?all=1").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_head_takes_and_gives_several_at_once(cabinet: CabinetUnderTest) -> None:
    official = cabinet.member(Role.OFFICIAL, "north")
    rows = [_kept(cabinet, f"side-{number}") for number in range(3)]
    far = _kept(cabinet, "side-far", department=cabinet.department("other"))
    browser = cabinet.browser(cabinet.member(Role.HEAD, "centre"))
    to = f"p{Person.objects.get(name=official.name).pk}"
    uids = [str(each.uid) for each in (*rows, far)]
    browser.post("/incoming/bulk/", {"action": "assign", "to": to, "uid": uids, "query": "all=1"})
    assert set(Exchange.objects.values_list("executor", flat=True)) == {official.name, ""}
    far.refresh_from_db()
    assert far.executor == ""
    browser.post("/incoming/bulk/", {"action": "take", "uid": uids[:2], "query": "all=1"})
    assert Exchange.objects.filter(state=ExchangeState.IN_WORK).count() == 2
    page = browser.post("/incoming/bulk/", {"action": "take", "uid": [], "query": ""}, follow=True)
    assert "Отметьте запросы" in page.content.decode()
    plain = cabinet.browser(official)
    answer = plain.post(
        "/incoming/bulk/", {"action": "assign", "to": to, "uid": uids, "query": ""}, follow=True
    )
    assert "Отметьте запросы" in answer.content.decode()


def test_a_head_sees_who_has_how_much_and_what_is_late(cabinet: CabinetUnderTest) -> None:
    official, now = cabinet.member(Role.OFFICIAL, "north"), cabinet.under_test.gateway.clock()
    own: dict[str, Any] = {"executor": official.name, "state": ExchangeState.IN_WORK}
    _kept(cabinet, "side-late", due_at=now - timedelta(days=1), **own)
    _kept(cabinet, "side-now", due_at=now + timedelta(days=1), **own)
    _kept(cabinet, "side-free")
    _kept(cabinet, "side-far", department=cabinet.department("other"))
    head = cabinet.browser(cabinet.member(Role.HEAD, "centre"))
    page = head.get("/incoming/load/").content.decode()
    lines = re.findall(r"<tr><th scope=\"row\">(.*?)</th>.*?>(\d+)</a></td>", page, re.DOTALL)
    assert lines == [(official.name, "2"), ("никем не взяты", "1")]
    late = re.search(r'href="([^"]+late=1)"', page)
    assert late is not None
    assert _names(head.get(late[1].replace("&amp;", "&"))) == ["side-late"]
    assert cabinet.browser(official).get("/incoming/load/").status_code == 403
