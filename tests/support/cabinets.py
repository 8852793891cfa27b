"""A cabinet over a gateway: departments, people with roles, and browsers without a window for each."""

from __future__ import annotations

import tests.support.databases  # noqa: F401 - starts Django

# isort: split
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from mezhved.cabinet.accounts.sessions import note
from mezhved.cabinet.jobs.doing import do_next
from mezhved.cabinet.models import Account, Assignment, Role
from mezhved.gateway.application import GATEWAY_KEY
from mezhved.gateway.models import Department, Person

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from tests.support.gateways import GatewayUnderTest

PASSWORD = "a-long-invented-password-7"


@dataclass(frozen=True)
class CabinetUnderTest:
    """The pages of a gateway.

    Departments: `centre`, `north` and `south` below it, and `other`, which stands alone.
    """

    under_test: GatewayUnderTest

    def department(self, code: str) -> Department:
        return Department.objects.get(code=code)

    def member(self, role: Role, department: str | None = None, name: str = "") -> Account:
        """An account with one role, made at the first call."""
        name = name or f"{role.value}-{department or 'all'}"
        found = Account.objects.filter(user__username=name).first()
        if found is not None:
            return found
        user = User.objects.create_user(name, f"{name}@example.test", PASSWORD)
        account = Account.objects.create(user=user, name=f"Пробный {name}")
        where = self.department(department) if department else None
        Assignment.objects.create(account=account, role=role, department=where)
        if where is not None and role in {Role.OFFICIAL, Role.HEAD}:
            Person.objects.create(
                department=where, name=account.name, account=user, is_head=role == Role.HEAD
            )
        return account

    def visitor(self, gateway: Gateway | None = None, *, strict_forms: bool = False) -> Client:
        """A browser that has not signed in; with `strict_forms` the tokens of forms are looked at."""
        said: dict[str, Any] = {GATEWAY_KEY: gateway or self.under_test.gateway, "HTTP_HOST": "127.0.0.1"}
        return Client(enforce_csrf_checks=strict_forms, **said)

    def browser(self, account: Account) -> Client:
        """A browser in which the account has signed in."""
        client = self.visitor()
        client.force_login(account.user)
        request = RequestFactory().get("/")
        request.session = client.session
        note(request, self.under_test.gateway, account)
        request.session.save()
        return client


def cabinet_over(under_test: GatewayUnderTest) -> CabinetUnderTest:
    """Return the cabinet of a gateway, with its departments."""
    centre = Department.objects.create(code="centre", name="Пробное управление")
    for code, name in (("north", "Пробный северный отдел"), ("south", "Пробный южный отдел")):
        Department.objects.create(code=code, name=name, parent=centre)
    Department.objects.create(code="other", name="Пробный отдельный отдел")
    return CabinetUnderTest(under_test)


def work_off(cabinet: CabinetUnderTest) -> int:
    """Do all jobs that wait, now; return how many there were."""
    done = 0
    while do_next(cabinet.under_test.gateway, "tests"):
        done += 1
    return done
