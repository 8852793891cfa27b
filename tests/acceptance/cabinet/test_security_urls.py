"""Every address of the cabinet, with every role and a stranger: who gets in, and what they reach."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from mezhved.cabinet.access import Access, access_of
from mezhved.cabinet.accounts import passwords
from mezhved.cabinet.models import Account, Role
from tests.acceptance.cabinet.security.addresses import DOORLESS, Address, addresses, guarded
from tests.acceptance.cabinet.security.makers import Foreign, maker_of
from tests.support.cabinets import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.support.cabinets import CabinetUnderTest

WITHIN_DEPARTMENTS = (Role.HEAD, Role.OFFICIAL, Role.OBSERVER)
SEEN_BY_ALL_OF_POWER = ("message_*", "job", "job_progress", "job_stop")
"""What administrators reach of all departments: messages by the journal, work by the list of jobs."""


class Doors:
    """The addresses with an object of another department in each, and a browser for each role."""

    def __init__(self, cabinet: CabinetUnderTest) -> None:
        self.cabinet = cabinet
        self.foreign = Foreign(cabinet)
        nobody = User.objects.create_user("nobody", password=PASSWORD)
        people = {each.value: cabinet.member(each, "north") for each in WITHIN_DEPARTMENTS}
        people |= {each.value: cabinet.member(each) for each in (Role.ADMINISTRATOR, Role.SECURITY_OFFICER)}
        people["nobody"] = Account.objects.create(user=nobody, name="Пробный никто")
        self.people = {name: (cabinet.browser(each), access_of(each)) for name, each in people.items()}

    def path(self, address: Address) -> str:
        values = {}
        for argument in address.arguments:
            found = maker_of(address.name, argument)
            assert found is not None
            values[argument] = found.make(self.foreign)
        return address.path(values)


@pytest.fixture
def doors(lone_cabinet: CabinetUnderTest) -> Iterator[Doors]:
    # One transaction: a thousand entries of the audit need not wait for the disk one by one.
    with transaction.atomic():
        yield Doors(lone_cabinet)


def ask(client: Client, method: str, path: str) -> Any:
    return client.get(path) if method == "GET" else client.post(path)


def is_foreign(address: Address) -> bool:
    """Tell whether the address names an object of the other department."""
    return any(not found.common for each in address.arguments if (found := maker_of(address.name, each)))


def may(access: Access, address: Address) -> bool:
    return address.permission is None or access.may(address.permission)


def reachable() -> list[Address]:
    """Return the addresses with a door for whose arguments there are makers."""
    return [each for each in guarded() if all(maker_of(each.name, argument) for argument in each.arguments)]


def calls() -> Iterator[tuple[Address, str]]:
    for address in reachable():
        for method in address.methods:
            yield address, method


def test_every_address_has_a_door_but_the_door_itself() -> None:
    doorless = {each.name for each in addresses() if not hasattr(each.view, "permission")}
    assert doorless == DOORLESS


def test_every_address_has_a_name_of_its_own() -> None:
    names = [each.name for each in addresses()]
    assert sorted({each for each in names if names.count(each) > 1}) == []


def test_every_argument_has_a_maker() -> None:
    missing = [
        f"{each.name}: <{argument}> of {each.route}"
        for each in guarded()
        for argument in each.arguments
        if maker_of(each.name, argument) is None
    ]
    assert not missing, "\n".join(("make objects of the department `other` in security/makers.py:", *missing))


def test_a_stranger_is_led_to_the_door_from_everywhere(doors: Doors) -> None:
    stranger = doors.cabinet.visitor()
    wrong = []
    for address, method in calls():
        answer = ask(stranger, method, doors.path(address))
        if answer.status_code != 302 or not answer.headers["Location"].startswith("/sign-in/"):
            wrong.append(f"{method} {address.name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_other_methods_are_refused_before_all_else(doors: Doors) -> None:
    stranger = doors.cabinet.visitor()
    wrong = []
    for address in reachable():
        path = doors.path(address)
        for method in {"GET", "POST", "PUT", "DELETE", "OPTIONS"} - set(address.methods):
            answer = stranger.generic(method, path)
            if answer.status_code != 405:
                wrong.append(f"{method} {address.name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_role_is_refused_what_it_lacks(doors: Doors) -> None:
    wrong = []
    for address in reachable():
        path, method = doors.path(address), address.methods[0]
        for role, (browser, access) in doors.people.items():
            if may(access, address):
                continue
            answer = ask(browser, method, path)
            if answer.status_code != 403:
                wrong.append(f"{role}: {method} {address.name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_what_belongs_to_another_department_does_not_exist(doors: Doors) -> None:
    wrong = []
    for address, method in calls():
        if not is_foreign(address):
            continue
        path = doors.path(address)
        for role, (browser, access) in doors.people.items():
            within = role in WITHIN_DEPARTMENTS
            if not may(access, address) or (not within and reaches_all(address)):
                continue
            answer = ask(browser, method, path)
            if answer.status_code not in ({404} if within else {403, 404}):
                wrong.append(f"{role}: {method} {address.name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def reaches_all(address: Address) -> bool:
    """Tell whether roles of the whole organisation may reach objects of every department there."""
    name = address.name.removeprefix("cabinet:")
    of_the_whole = address.permission is not None and address.permission.value in {
        "accounts",
        "security",
        "setup",
        "journal",
    }
    return of_the_whole or any(fnmatch.fnmatch(name, each) for each in SEEN_BY_ALL_OF_POWER)


def test_no_address_breaks_when_nothing_is_said(lone_cabinet: CabinetUnderTest) -> None:
    """The test browser raises what a page raises."""
    doors, wrong = Doors(lone_cabinet), []
    for address, method in calls():
        role = next(name for name, (_, access) in doors.people.items() if may(access, address))
        try:
            ask(doors.people[role][0], method, doors.path(address))
        except Exception as error:  # noqa: BLE001 - all of them are told together
            wrong.append(f"{role}: {method} {address.name}: {type(error).__name__}: {error}")
    assert not wrong, "\n".join(wrong)


def test_no_form_is_taken_without_its_token(doors: Doors) -> None:
    browser = doors.cabinet.visitor(strict_forms=True)
    browser.cookies = doors.people["official"][0].cookies
    wrong = []
    for address in (*reachable(), *(each for each in addresses() if each.name in DOORLESS)):
        if "POST" not in getattr(address.view, "methods", ("POST",)):
            continue
        path = doors.path(address)
        answer = browser.post(path)
        if answer.status_code != 403 or "Форма устарела" not in answer.content.decode():
            wrong.append(f"{address.name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_first_password_opens_nothing(doors: Doors) -> None:
    gateway = doors.cabinet.under_test.gateway
    account = doors.cabinet.member(Role.HEAD)
    passwords.set_temporary(account, PASSWORD, gateway.clock())
    browser = doors.cabinet.browser(account)
    wrong = []
    for address, method in calls():
        if address.view.unready:  # type: ignore[attr-defined]
            continue
        answer = ask(browser, method, doors.path(address))
        if answer.status_code != 302 or answer.headers["Location"] != "/account/password/":
            wrong.append(f"{method} {address.name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
