"""The set-up in the web: every section is listed, added to, changed, switched off; nobody is overwritten."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from mezhved.cabinet.models import AuditEntry, Role
from mezhved.cabinet.running.sections import SECTIONS
from mezhved.gateway.models import (
    AnswerService,
    Connection,
    Department,
    InformationSystem,
    Person,
    Rule,
    Term,
)
from tests.support.gateways import NUMBER
from tests.support.registry import PLAIN

if TYPE_CHECKING:
    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest


@pytest.fixture
def administrator(cabinet: CabinetUnderTest) -> Client:
    return cabinet.browser(cabinet.member(Role.ADMINISTRATOR))


def seen(page: Any) -> str:
    """What the page knows its row by."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page.content.decode())
    assert found is not None
    return found[1]


def text(page: Any) -> str:
    found: str = page.content.decode()
    return found


DEPARTMENT = {
    "code": "archive",
    "name": "Пробный архив",
    "time_zone": "Asia/Omsk",
    "opens": "08:00",
    "closes": "17:00",
}
NEW: dict[str, dict[str, Any]] = {
    "departments": DEPARTMENT,
    "people": {"name": "Пробный Пётр", "email": "p@example.test", "department": ""},
    "services": {
        "code": "own",
        "url": "https://own.example.test/answer",
        "form": "xml",
        "timeout_seconds": "20",
        "attempts": "3",
        "secret": "тайна-тайна",
    },
    "rules": {"code": "omsk", "way": "person", "senders": "800001\n800002\n", "weekdays": ["1", "3"]},
    "terms": {"term": "3 working days", "remind_before": "1wd\n4h", "escalate_after": "0h"},
    "connections": {
        "name": "spare",
        "environment": "test",
        "version": "1.3",
        "url": "http://smev.example.test/1.3",
        "file_store_password": "слово",
    },
    "systems": {"mnemonic": "800999", "name": "Пробная система", "polls_requests": "on", "connection": ""},
}


def given(slug: str) -> dict[str, Any]:
    """A new row's fields, with references to what is there."""
    values = dict(NEW[slug])
    if slug == "people":
        values["department"] = str(Department.objects.get(code="north").pk)
    if slug == "systems":
        values["connection"] = str(Connection.objects.get(name="bus").pk)
    return values


@pytest.mark.parametrize("slug", sorted(NEW))
def test_a_row_is_added_listed_found_switched_off_and_removed(administrator: Client, slug: str) -> None:
    section = SECTIONS[slug]
    before = section.model._base_manager.count()
    assert administrator.get(f"/run/setup/{slug}/add/").status_code == 200
    answer = administrator.post(f"/run/setup/{slug}/add/", given(slug))
    assert answer.status_code == 302, text(answer)
    row = section.rows().order_by("-pk")[0]
    assert section.model._base_manager.count() == before + 1
    assert f"/run/setup/{slug}/{row.pk}/" in text(administrator.get(f"/run/setup/{slug}/"))
    if section.search:
        assert f"/run/setup/{slug}/{row.pk}/" not in text(administrator.get(f"/run/setup/{slug}/?q=нетакого"))
    assert AuditEntry.objects.filter(action="setup_added", subject__startswith=slug).count() == 1
    page = administrator.get(f"/run/setup/{slug}/{row.pk}/")
    again = administrator.post(f"/run/setup/{slug}/{row.pk}/", {**given(slug), "seen": seen(page)})
    assert again.status_code == 302, text(again)
    assert AuditEntry.objects.filter(action="setup_changed").count() == 0, "nothing has changed"
    if section.switches:
        administrator.post(f"/run/setup/{slug}/{row.pk}/switch/", {"on": "0"})
        row.refresh_from_db()
        assert row.is_active is False
    assert administrator.post(f"/run/setup/{slug}/{row.pk}/remove/").status_code == 302
    assert section.model._base_manager.count() == before


def test_what_is_written_is_what_was_given(administrator: Client) -> None:
    for slug in NEW:
        administrator.post(f"/run/setup/{slug}/add/", given(slug))
    assert Department.objects.get(code="archive").time_zone == "Asia/Omsk"
    assert Person.objects.get(name="Пробный Пётр").department.code == "north"
    assert AnswerService.objects.get(code="own").secret == "тайна-тайна"
    rule = Rule.objects.get(code="omsk")
    assert (rule.senders, rule.weekdays, rule.is_test) == (["800001", "800002"], [1, 3], None)
    term = Term.objects.get(type=None, department=None)
    assert (term.term, term.remind_before) == ("3wd", ["1wd", "4h"])
    system = InformationSystem.objects.get(mnemonic="800999")
    assert (system.polls_requests, system.polls_responses) == (True, False)


def test_secrets_are_never_shown_and_stay_when_nothing_is_written(administrator: Client) -> None:
    administrator.post("/run/setup/services/add/", given("services"))
    row = AnswerService.objects.get(code="own")
    page = administrator.get(f"/run/setup/services/{row.pk}/")
    assert "тайна" not in text(page)
    changed = {**given("services"), "secret": "", "attempts": "4", "seen": seen(page)}
    administrator.post(f"/run/setup/services/{row.pk}/", changed)
    row.refresh_from_db()
    assert (row.secret, row.attempts) == ("тайна-тайна", 4)


REFUSED = (
    ("departments", {"code": "с пробелом"}, "код — латинские буквы"),
    ("departments", {"code": ""}, "заполните это поле"),
    ("departments", {"code": "north"}, "такое уже есть у другой записи"),
    ("departments", {"opens": "18:00"}, "конец дня раньше начала"),
    ("departments", {"time_zone": "Марс"}, "нет такого часового пояса"),
    ("departments", {"email": "не почта"}, "адрес электронной почты"),
    ("rules", {"xpath": "//*[", "values": "1"}, "XPath"),
    ("rules", {"way": "call"}, "кого вызывать?"),
    ("rules", {"from_hour": "09:00"}, "нужны оба времени"),
    ("rules", {"namespaces": "просто слова"}, "префикс=пространство имён"),
    ("terms", {"term": "скоро"}, "это не срок"),
    ("services", {"url": "ftp://own.example.test"}, "URL"),
    ("connections", {"url": "просто так"}, "нужен адрес"),
    ("connections", {"authorities": "-----BEGIN PRIVATE KEY-----"}, "закрытый ключ"),
    ("connections", {"environment": "production"}, "чьей подписи верить"),
    ("systems", {"connection": ""}, "выберите из списка"),
    ("systems", {"polled_types": "НЕТ1"}, "нет видов сведений: НЕТ1"),
)


def test_what_cannot_be_is_refused_in_plain_words_at_its_field(administrator: Client) -> None:
    for slug, change, told in REFUSED:
        before = SECTIONS[slug].model._base_manager.count()
        answer = administrator.post(f"/run/setup/{slug}/add/", {**given(slug), **change})
        assert answer.status_code == 422, change
        assert told in text(answer), change
        assert 'role="alert"' in text(answer)
        assert SECTIONS[slug].model._base_manager.count() == before
        if "PRIVATE" in str(change):
            assert "BEGIN PRIVATE" not in text(administrator.get(f"/run/setup/{slug}/add/"))


def test_refusals_are_said_in_the_language_of_the_page(administrator: Client) -> None:
    administrator.cookies["django_language"] = "en"
    answer = administrator.post("/run/setup/departments/add/", {**DEPARTMENT, "opens": "18:00", "code": ""})
    assert "the day ends before it begins" in text(answer)
    assert "fill this in" in text(answer)


def test_two_who_edit_one_row_do_not_overwrite_each_other_unseen(cabinet: CabinetUnderTest) -> None:
    one = cabinet.browser(cabinet.member(Role.ADMINISTRATOR, name="one"))
    two = cabinet.browser(cabinet.member(Role.ADMINISTRATOR, name="two"))
    row = Department.objects.get(code="north")
    address = f"/run/setup/departments/{row.pk}/"
    opened = seen(one.get(address)), seen(two.get(address))
    values = {
        "code": "north",
        "name": row.name,
        "time_zone": "Europe/Moscow",
        "opens": "09:00",
        "closes": "18:00",
    }
    values["parent"] = str(row.parent_id)  # type: ignore[attr-defined]
    assert one.post(address, {**values, "name": "Первое имя", "seen": opened[0]}).status_code == 302
    refused = two.post(address, {**values, "opens": "10:00", "seen": opened[1]})
    assert refused.status_code == 422
    assert "изменил другой" in text(refused)
    row.refresh_from_db()
    assert (row.name, row.opens) == ("Первое имя", "09:00")
    assert two.post(address, {**values, "opens": "10:00", "seen": seen(refused)}).status_code == 302
    row.refresh_from_db()
    assert row.opens == "10:00"


def test_one_department_gets_the_rest(administrator: Client) -> None:
    administrator.post("/run/setup/departments/add/", {**DEPARTMENT, "is_default": "on"})
    administrator.post("/run/setup/departments/add/", {**DEPARTMENT, "code": "second", "is_default": "on"})
    assert [each.code for each in Department.objects.filter(is_default=True)] == ["second"]


def test_what_others_refer_to_is_not_removed(administrator: Client) -> None:
    row = Connection.objects.get()
    answer = administrator.post(f"/run/setup/connections/{row.pk}/remove/", follow=True)
    assert "на запись ссылаются" in text(answer)
    assert Connection.objects.count() == 1


def test_rules_are_put_in_order_by_buttons(administrator: Client) -> None:
    for code in ("one", "two", "three"):
        administrator.post("/run/setup/rules/add/", {"code": code, "way": "person"})
    first = Rule.objects.get(code="one")
    administrator.post(f"/run/rules/{first.pk}/move/", {"to": "down"})
    assert [each.code for each in Rule.objects.all()] == ["two", "one", "three"]
    administrator.post(f"/run/rules/{first.pk}/move/", {"to": "up"})
    administrator.post(f"/run/rules/{first.pk}/move/", {"to": "up"})
    assert [each.code for each in Rule.objects.all()] == ["one", "two", "three"]


def test_rules_are_tried_on_a_sample_and_nothing_is_kept(
    cabinet: CabinetUnderTest, administrator: Client
) -> None:
    north = Department.objects.get(code="north")
    rule = {
        "code": "numbers",
        "way": "person",
        "department": str(north.pk),
        "xpath": "//t:Number/text()",
        "namespaces": f"t={PLAIN}",
        "values": "12*",
        "term": "2d",
    }
    assert administrator.post("/run/setup/rules/add/", rule).status_code == 302
    asked = {"system": str(cabinet.under_test.provider.pk), "content": NUMBER.decode(), "sender": "800001"}
    told = text(administrator.post("/run/rules/try/", asked))
    assert "подошло" in told
    assert "Пробный северный отдел" in told
    other = text(administrator.post("/run/rules/try/", {**asked, "content": "<a/>"}))
    assert "не подошло" in other
    assert administrator.post("/run/rules/try/", {**asked, "content": "не XML"}).status_code == 422


def test_a_name_with_markup_stays_a_name(administrator: Client) -> None:
    name = "<script>alert(1)</script>\"'{{ 7 }}"
    administrator.post("/run/setup/departments/add/", {**DEPARTMENT, "name": name})
    for address in (
        "/run/setup/departments/",
        f"/run/setup/departments/{Department.objects.get(code='archive').pk}/",
    ):
        assert "<script>alert" not in text(administrator.get(address))


def test_officials_do_not_open_the_set_up(cabinet: CabinetUnderTest) -> None:
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    officer = cabinet.browser(cabinet.member(Role.SECURITY_OFFICER))
    for address in ("/run/setup/departments/", "/run/keys/", "/run/tokens/add/", "/run/jobs/"):
        assert official.get(address).status_code == 403
        assert officer.get(address).status_code == 403
    assert official.get("/run/").status_code == 403
    assert "/run/setup/departments/" not in text(officer.get("/run/"))
