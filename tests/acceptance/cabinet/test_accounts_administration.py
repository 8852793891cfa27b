"""Administrators make accounts and give roles; the security officer watches, locks and reads the audit."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pyotp
import pytest
from django.db import Error, connection, connections
from django.db.models import F

from mezhved.cabinet import audit
from mezhved.cabinet.accounts.codes import base32
from mezhved.cabinet.accounts.factor import Factors
from mezhved.cabinet.accounts.making import AccountRefused, Accounts
from mezhved.cabinet.audit import Author
from mezhved.cabinet.models import Account, Assignment, AuditEntry, Role, Session
from mezhved.cabinet.models.audit import AuditIsKept
from mezhved.gateway.models import Person
from tests.support.cabinets import PASSWORD, cabinet_over
from tests.support.gateway_keys import gateway_alone

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest

NEW = {"username": "i.ivanova", "name": "Пробная Ирина", "position": "специалист", "email": "i@example.test"}


def people() -> list[tuple[str, str, bool]]:
    return list(
        Person.objects.order_by("department__code", "name").values_list("department__code", "name", "is_head")
    )


def added(
    cabinet: CabinetUnderTest, boss: Client, role: Role = Role.OFFICIAL, department: str = "north"
) -> tuple[Account, str]:
    """Make the account of `NEW` in the browser; return it with its one-time password."""
    page = boss.post(
        "/run/accounts/add/", {**NEW, "role": role.value, "department": cabinet.department(department).pk}
    )
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'class="key">([^<]+)<', page.content.decode())
    assert found is not None
    return Account.objects.get(user__username="i.ivanova"), found[1]


def test_an_account_is_made_and_its_person_signs_in(lone_cabinet: CabinetUnderTest) -> None:
    boss = lone_cabinet.browser(lone_cabinet.member(Role.ADMINISTRATOR))
    account, password = added(lone_cabinet, boss)
    assert people() == [("north", "Пробная Ирина", False)]
    assert Person.objects.get().account == account.user
    person = lone_cabinet.visitor()
    entered = person.post("/sign-in/", {"name": "i.ivanova", "password": password})
    assert entered.status_code == 302
    assert person.get("/").headers["Location"] == "/account/password/"
    assert (
        "i.ivanova" in boss.get("/run/accounts/?find=ирина").content.decode() or connection.vendor == "sqlite"
    )
    assert "i.ivanova" in boss.get("/run/accounts/?find=Ирин+i.iv").content.decode()
    assert "i.ivanova" not in boss.get("/run/accounts/?find=никто").content.decode()
    assert password not in boss.get(f"/run/accounts/{account.pk}/").content.decode(), "shown once"
    lone_cabinet.under_test.clock.advance(days=3)
    assert (
        lone_cabinet.visitor().post("/sign-in/", {"name": "i.ivanova", "password": password}).status_code
        == 403
    )


def test_what_is_wrong_with_a_new_account_is_told_at_the_form(lone_cabinet: CabinetUnderTest) -> None:
    boss = lone_cabinet.browser(lone_cabinet.member(Role.ADMINISTRATOR))
    north = lone_cabinet.department("north").pk
    wrong: list[tuple[dict[str, Any], str]] = [
        ({}, "Обязательное поле"),
        ({**NEW, "role": "official"}, "нужно подразделение"),
        ({**NEW, "role": "administrator", "department": north}, "на всю организацию"),
        ({**NEW, "role": "official", "department": north, "username": "Иван Иванов"}, "правильное имя"),
        ({**NEW, "role": "official", "department": north, "username": "Administrator-ALL"}, "уже есть"),
        ({**NEW, "role": "official", "department": north, "email": "nowhere"}, "электронной почты"),
    ]
    for said, told in wrong:
        page = boss.post("/run/accounts/add/", said)
        assert page.status_code == 422, said
        assert told in page.content.decode(), said
    assert not Account.objects.filter(user__username__iexact="i.ivanova").exists()
    assert not AuditEntry.objects.filter(action="account_added").exists(), "nothing of a refused form is kept"


def test_people_of_departments_follow_the_roles(lone_cabinet: CabinetUnderTest) -> None:
    Person.objects.create(
        department=lone_cabinet.department("south"), name="Пробная Ирина", email="old@example.test"
    )
    boss = lone_cabinet.browser(lone_cabinet.member(Role.ADMINISTRATOR))
    account, _ = added(lone_cabinet, boss)
    card = f"/run/accounts/{account.pk}/"
    south = lone_cabinet.department("south").pk
    boss.post(f"{card}roles/add/", {"role": "head", "department": south})
    assert people() == [("north", "Пробная Ирина", False), ("south", "Пробная Ирина", True)]
    assert Person.objects.filter(account=account.user).count() == 2, "the person of that name is this one"
    boss.post(f"{card}roles/add/", {"role": "observer"})
    boss.post(card, {"name": "Пробная-Новая Ирина", "email": "new@example.test"})
    assert {name for _, name, _ in people()} == {"Пробная-Новая Ирина"}
    first = Assignment.objects.get(account=account, role=Role.OFFICIAL)
    boss.post(f"{card}roles/{first.pk}/remove/")
    assert people() == [("south", "Пробная-Новая Ирина", True)]
    boss.post(f"{card}switch/", {"active": "no"})
    assert people() == []
    boss.post(f"{card}switch/", {"active": "yes"})
    assert people() == [("south", "Пробная-Новая Ирина", True)]


def test_two_people_of_one_name_in_a_department_are_told_apart(lone_cabinet: CabinetUnderTest) -> None:
    boss = lone_cabinet.browser(lone_cabinet.member(Role.ADMINISTRATOR))
    first, _ = added(lone_cabinet, boss)
    page = boss.post(
        "/run/accounts/add/",
        {**NEW, "username": "other", "role": "official", "department": lone_cabinet.department("north").pk},
    )
    assert "уже есть человек с таким именем" in page.content.decode()
    assert Account.objects.filter(name=first.name).count() == 1


def test_nobody_locks_the_last_administrator_out(lone_cabinet: CabinetUnderTest) -> None:
    chief = lone_cabinet.member(Role.ADMINISTRATOR)
    boss = lone_cabinet.browser(chief)
    own = f"/run/accounts/{chief.pk}/"
    role = Assignment.objects.get(account=chief)
    for path, said in (
        (f"{own}switch/", {"active": "no"}),
        (f"{own}roles/{role.pk}/remove/", {}),
        (f"{own}password/", {}),
        (f"{own}factor/", {}),
    ):
        boss.post(path, said)
    chief.refresh_from_db()
    assert chief.user.is_active
    assert chief.temporary_until is None
    assert Assignment.objects.filter(pk=role.pk).exists()
    assert boss.get(own).status_code == 200

    second = lone_cabinet.member(Role.ADMINISTRATOR, name="second")
    other = lone_cabinet.browser(second)
    other.post(f"{own}switch/", {"active": "no"})
    assert boss.get("/").status_code == 302, "out at the next click"
    accounts = Accounts(Author(lone_cabinet.under_test.clock()), lone_cabinet.under_test.gateway.randomness)
    with pytest.raises(AccountRefused, match="последний администратор"):
        accounts.switch(second, active=False)
    with pytest.raises(AccountRefused, match="последний администратор"):
        accounts.take_away(Assignment.objects.get(account=second))
    assert Assignment.objects.filter(account=second, account__user__is_active=True).exists()


def test_resets_end_sessions_and_are_told(lone_cabinet: CabinetUnderTest) -> None:
    boss = lone_cabinet.browser(lone_cabinet.member(Role.ADMINISTRATOR))
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    person = lone_cabinet.browser(account)
    page = boss.post(f"/run/accounts/{account.pk}/password/")
    assert "Одноразовый пароль" in page.content.decode()
    assert person.get("/").status_code == 302
    assert person.post("/sign-in/", {"name": account.user.username, "password": PASSWORD}).status_code == 403
    entry = AuditEntry.objects.get(action="password_reset")
    assert (entry.name, entry.subject) == ("Пробный administrator-all", "official-north")


def test_the_security_officer_locks_and_ends_sessions(lone_cabinet: CabinetUnderTest) -> None:
    officer_account = lone_cabinet.member(Role.SECURITY_OFFICER)
    officer = lone_cabinet.browser(officer_account)
    account = lone_cabinet.member(Role.HEAD, "north")
    person = lone_cabinet.browser(account)
    assert "head-north" in officer.get("/run/sessions/").content.decode()
    session = Session.objects.get(account=account)
    officer.post(f"/run/sessions/{session.uid}/end/")
    assert person.get("/").status_code == 302
    person = lone_cabinet.browser(account)
    officer.post(f"/run/accounts/{account.pk}/lock/", {"locked": "yes"})
    assert person.get("/").status_code == 302
    assert "заблокирована" in officer.get("/run/security/?find=head-north").content.decode()
    officer.post(f"/run/accounts/{account.pk}/lock/", {"locked": "no"})
    assert person.post("/sign-in/", {"name": "head-north", "password": PASSWORD}).status_code == 302
    officer.post(f"/run/accounts/{account.pk}/sessions/end/")
    assert person.get("/").status_code == 302
    officer.post(f"/run/accounts/{officer_account.pk}/lock/", {"locked": "yes"})
    assert officer.get("/").status_code == 200, "nobody locks themselves out"
    done = list(
        AuditEntry.objects.filter(account=officer_account).order_by("pk").values_list("action", flat=True)
    )
    assert done == ["session_ended", "account_locked", "account_unlocked", "sessions_ended"]


def test_own_sessions_are_listed_and_ended(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    browsers = [lone_cabinet.visitor() for _ in range(3)]
    for each, said in zip(
        browsers, ("Firefox/140.0 (X11; Linux)", "YaBrowser/25 Chrome/1 (Windows NT)", ""), strict=True
    ):
        each.defaults["HTTP_USER_AGENT"] = said
        each.post("/sign-in/", {"name": account.user.username, "password": PASSWORD})
    page = browsers[0].get("/account/").content.decode()
    assert "Firefox, Linux" in page
    assert "Яндекс Браузер, Windows" in page
    assert "другая программа" in page
    second = Session.objects.get(browser__startswith="YaBrowser")
    assert browsers[0].post(f"/account/sessions/{second.uid}/end/").status_code == 302
    assert [each.get("/account/").status_code for each in browsers] == [200, 302, 200]
    browsers[0].post("/account/sessions/end/")
    assert [each.get("/account/").status_code for each in browsers] == [200, 302, 302]
    own = Session.objects.get(account=account)
    assert browsers[0].post(f"/account/sessions/{own.uid}/end/").headers["Location"] == "/sign-in/"


def test_the_language_is_remembered_for_the_account(lone_cabinet: CabinetUnderTest) -> None:
    account = lone_cabinet.member(Role.OFFICIAL, "north")
    lone_cabinet.browser(account).post("/account/language/", {"language": "en"})
    person = lone_cabinet.visitor()
    person.post("/sign-in/", {"name": account.user.username, "password": PASSWORD})
    page = person.get("/account/").content.decode()
    assert "My account" in page
    assert "official: Пробный северный отдел" in page


@pytest.fixture
def told(lone_cabinet: CabinetUnderTest) -> CabinetUnderTest:
    """A cabinet with 250 entries in the audit, one a minute, of two people."""
    people = [lone_cabinet.member(Role.OFFICIAL, each) for each in ("north", "south")]
    now = lone_cabinet.under_test.clock()
    for number in range(250):
        account = people[number % 2]
        at = now - timedelta(minutes=250 - number)
        audit.keep(Author(at, account.name, account, "192.0.2.1"), "viewed", subject=f"entry {number};")
    audit.keep(
        Author(now - timedelta(days=40)), "sign_in_failed", subject='=HYPERLINK("http://evil.example")'
    )
    return lone_cabinet


def test_the_audit_is_paged_without_gaps(told: CabinetUnderTest) -> None:
    officer = told.browser(told.member(Role.SECURITY_OFFICER))
    seen: list[str] = []
    address = "/run/audit/?action=viewed"
    while address:
        page = officer.get(address).content.decode()
        seen += re.findall(r"entry (\d+);", page)
        older = re.search(r'href="(\?[^"]*before=\d+)"', page)
        address = "/run/audit/" + older[1].replace("&amp;", "&") if older else ""
    assert seen == [str(number) for number in reversed(range(250))]


def test_the_audit_is_filtered(told: CabinetUnderTest) -> None:
    officer = told.browser(told.member(Role.SECURITY_OFFICER))

    def found(query: str) -> int:
        page = officer.get(f"/run/audit/?{query}")
        assert page.status_code == 200, query
        return page.content.decode().count("<td>192.0.2.1</td>")

    assert found("account=official-NORTH") == 100
    assert found("account=nobody") == 0
    assert found("action=sign_in_failed") == 0
    assert "HYPERLINK" in officer.get("/run/audit/?action=sign_in_failed").content.decode()
    assert found("until=2001-01-01") == 0
    for hostile in ("exchange=x", "since=9999-12-31", "until=0001-01-01", "action=%00", "account=%00"):
        assert officer.get(f"/run/audit/?{hostile}").status_code == 422, hostile
    assert officer.get("/run/audit/?before=99999999999999999999").status_code == 200


def test_the_audit_goes_into_a_sheet_without_formulas(told: CabinetUnderTest) -> None:
    officer = told.browser(told.member(Role.SECURITY_OFFICER))
    answer = officer.get("/run/audit/export/?since=2000-01-01")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-')
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows())
    assert len(rows) == 252
    assert rows[-1][4].value.startswith("=HYPERLINK")
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}
    assert AuditEntry.objects.order_by("-pk")[0].action == "audit_exported"


def test_nobody_changes_the_audit(gateway_database: str, tmp_path: Path) -> None:
    gateway_alone(gateway_database, tmp_path)
    audit.keep(Author(gateway_alone(gateway_database, tmp_path).clock(), "Пробный"), "viewed")
    entry = AuditEntry.objects.get()
    entry.name = "другой"
    for change in (entry.save, entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(AuditIsKept):
            change()
    with pytest.raises(AuditIsKept):
        AuditEntry.objects.update(name=F("action"))
    for statement in ("UPDATE cabinet_audit SET name = 'x'", "DELETE FROM cabinet_audit"):
        with pytest.raises(Error, match="kept as it is"), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEntry.objects.get().name == "Пробный"
    connections.close_all()


def test_both_databases_keep_accounts_and_their_codes(gateway_database: str, tmp_path: Path) -> None:
    cabinet = cabinet_over(gateway_alone(gateway_database, tmp_path))
    gateway = cabinet.under_test.gateway
    accounts = Accounts(Author(gateway.clock()), gateway.randomness)
    chief, _ = accounts.add("chief", name="Пробный Пётр", password="five words of my own")
    accounts.give(chief, Role.ADMINISTRATOR)
    accounts.give(chief, Role.HEAD, cabinet.department("north"))
    with pytest.raises(AccountRefused):
        accounts.switch(chief, active=False)
    accounts.take_away(Assignment.objects.select_related("account__user").get(role=Role.HEAD))
    factors = Factors.of(gateway)
    telephone = pyotp.TOTP(base32(factors.offered(chief)))
    seconds = int(gateway.clock().timestamp())
    assert factors.confirm(chief, telephone.at(seconds), gateway.clock()) is not None
    assert not factors.take_code(chief, telephone.at(seconds), gateway.clock())
    person = cabinet.visitor()
    said = {"name": "chief", "password": "five words of my own"}
    assert person.post("/sign-in/", said).headers["Location"] == "/sign-in/code/"
    assert person.post("/sign-in/code/", {"code": telephone.at(seconds + 30)}).headers["Location"] == "/"
    assert person.get("/run/accounts/?find=пробн").status_code == 200
    assert person.post("/sign-in/", {**said, "name": "chief\0"}).status_code == 302
    accounts.reset_factor(chief)
    assert person.get("/").status_code == 302
    connections.close_all()
