"""The office's own number of a case: from the draft to lists and files, never to SMEV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.cabinet.models import AuditEntry, Draft, Job, RequestTemplate, Role
from mezhved.gateway.models import Direction, Exchange, ExchangeState, Message
from tests.support.cabinets import work_off
from tests.support.filled_forms import FormPage, begun

if TYPE_CHECKING:
    from tests.support.cabinets import CabinetUnderTest

CASE = "17-пв/2026"


def _asked(cabinet: CabinetUnderTest, number: str) -> tuple[FormPage, Exchange]:
    """A request that was asked from the page of a draft with a number of a case."""
    page = begun(cabinet, cabinet.under_test.plain)
    page.save({"/Number": "1234", "case_number": number})
    address = f"/ask/drafts/{page.draft.uid}/"
    if number:
        assert number.strip() in page.client.get(f"{address}preview/").content.decode()
        assert number.strip() in page.client.get("/ask/drafts/").content.decode()
    sent = page.client.post(f"{address}send/", {"version": page.stored().version})
    uid = sent.headers["Location"].strip("/").rpartition("/")[2]
    return page, Exchange.objects.get(uid=uid)


def test_a_request_is_told_apart_and_found_by_its_case(lone_cabinet: CabinetUnderTest) -> None:
    page, exchange = _asked(lone_cabinet, f"  {CASE} ")
    other = _asked(lone_cabinet, "")[1]
    assert (exchange.case_number, other.case_number) == (CASE, "")
    assert {each.case_number for each in Draft.objects.all()} == {""}
    assert CASE.encode() not in bytes(Message.objects.get(exchange=exchange).content or b"")
    browser = page.client
    assert f"Дело {CASE}" in browser.get("/requests/?all=1").content.decode()
    for typed, found in ((f" {CASE}", True), (CASE.upper(), False), ("17", False)):
        rows = browser.get("/requests/", {"case": typed}).content.decode()
        assert (str(exchange.uid) in rows, str(other.uid) in rows) == (found, False), typed
    browser.post("/lists/requests/export/", {"query": f"case={CASE}", "format": "csv"})
    work_off(lone_cabinet)
    with lone_cabinet.under_test.gateway.blobs.open(Job.objects.get().result) as file:
        head, row = file.read().decode("utf-8-sig").splitlines()
    place = head.split(";").index('"Номер дела"')
    assert row.split(";")[place] == f'"{CASE}"'


def test_a_case_is_kept_while_typed_and_another_window_keeps_it(lone_cabinet: CabinetUnderTest) -> None:
    page = begun(lone_cabinet, lone_cabinet.under_test.plain)
    older = page.fields()
    value = {"at": "case_number", "case_number": CASE, "version": older["version"]}
    kept = page.client.post(f"/forms/{page.draft.uid}/value/", value, headers={"HX-Request": "true"})
    assert kept.status_code == 200
    assert "Сохранено" in kept.content.decode()
    page.client.post(f"/forms/{page.draft.uid}/save/", {**older, "/Number": "1234"})
    assert page.stored().case_number == CASE
    said = {**page.fields(), "template_name": "Частый"}
    page.client.post(f"/ask/drafts/{page.draft.uid}/template/", said)
    page.client.post(f"/ask/templates/{RequestTemplate.objects.get().uid}/begin/")
    assert Draft.objects.exclude(pk=page.draft.pk).get().case_number == ""


def test_who_may_ask_changes_the_case_of_a_request_and_a_copy_keeps_it(
    lone_cabinet: CabinetUnderTest,
) -> None:
    page, exchange = _asked(lone_cabinet, "")
    address = f"/requests/{exchange.uid}/case/"
    page.client.post(address, {"case_number": "<b>" + "9" * 200})
    exchange.refresh_from_db()
    assert exchange.case_number == "<b>" + "9" * 97
    shown = page.client.get(f"/requests/{exchange.uid}/").content.decode()
    assert "&lt;b&gt;999" in shown
    assert "<b>9" not in shown + page.client.get("/requests/").content.decode()
    assert AuditEntry.objects.filter(action="case_numbered", exchange=exchange.uid).count() == 1
    page.client.post(address, {"case_number": CASE})
    page.client.post(f"/requests/{exchange.uid}/copy/")
    assert Draft.objects.get(sent_at=None).case_number == CASE
    for role, where, status in ((Role.OBSERVER, "north", 403), (Role.OFFICIAL, "other", 404)):
        browser = lone_cabinet.browser(lone_cabinet.member(role, where))
        assert browser.post(address, {"case_number": "x"}).status_code == status
    exchange.refresh_from_db()
    assert exchange.case_number == CASE


def test_who_may_answer_gives_an_incoming_request_a_case(lone_cabinet: CabinetUnderTest) -> None:
    tested = lone_cabinet.under_test
    exchange = Exchange.objects.create(
        system=tested.provider,
        direction=Direction.IN,
        type=tested.plain,
        state=ExchangeState.NEW,
        department=lone_cabinet.department("north"),
        created_at=tested.clock(),
    )
    address = f"/incoming/{exchange.uid}/do/case/"
    official = lone_cabinet.browser(lone_cabinet.member(Role.OFFICIAL, "north"))
    assert official.post(address, {"case_number": CASE}).status_code == 302
    assert CASE in official.get(f"/incoming/{exchange.uid}/").content.decode()
    assert f"Дело {CASE}" in official.get(f"/incoming/?case={CASE}").content.decode()
    observer = lone_cabinet.browser(lone_cabinet.member(Role.OBSERVER, "north"))
    assert observer.post(address, {"case_number": "x"}).status_code == 404
    Exchange.objects.update(forgotten_at=tested.clock(), case_number="")
    assert official.post(address, {"case_number": CASE}).status_code == 409
    assert Exchange.objects.get().case_number == ""
