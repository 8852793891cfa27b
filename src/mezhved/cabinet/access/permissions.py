"""Roles, what each of them may do, and in which departments."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from mezhved.cabinet.models import Assignment, Role
from mezhved.gateway.models import Department, Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from mezhved.cabinet.models import Account


class Permission(enum.StrEnum):
    """One thing that a role may do. The first five are held in departments, the others in the whole."""

    SEE = "see"
    """See exchanges, what they carry included."""
    ASK = "ask"
    ANSWER = "answer"
    """Take incoming requests and answer them."""
    ASSIGN = "assign"
    """Give requests to others."""
    STATISTICS = "statistics"
    """See dashboards and reports."""
    SETUP = "setup"
    """Departments, types, rules, terms, connections, keys, queues, jobs."""
    ACCOUNTS = "accounts"
    """Make accounts and give roles."""
    JOURNAL = "journal"
    """See raw messages of all departments."""
    SECURITY = "security"
    """See the audit and all sessions, lock and unlock accounts."""


_GRANTS: Final[Mapping[str, frozenset[Permission]]] = {
    Role.ADMINISTRATOR: frozenset(
        {Permission.SETUP, Permission.ACCOUNTS, Permission.JOURNAL, Permission.STATISTICS}
    ),
    Role.SECURITY_OFFICER: frozenset({Permission.SECURITY, Permission.JOURNAL}),
    Role.HEAD: frozenset(
        {Permission.SEE, Permission.ASK, Permission.ANSWER, Permission.ASSIGN, Permission.STATISTICS}
    ),
    Role.OFFICIAL: frozenset({Permission.SEE, Permission.ASK, Permission.ANSWER}),
    Role.OBSERVER: frozenset({Permission.SEE, Permission.STATISTICS}),
}
_DOWNWARDS: Final = frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.HEAD, Role.OBSERVER})
"""Roles that hold in the departments below too."""

IN_DEPARTMENTS: Final = frozenset(
    {Permission.SEE, Permission.ASK, Permission.ANSWER, Permission.ASSIGN, Permission.STATISTICS}
)
WITH_POWER: Final = frozenset(
    {Permission.SETUP, Permission.ACCOUNTS, Permission.JOURNAL, Permission.SECURITY}
)
"""What demands a second factor in production."""


@dataclass(frozen=True, slots=True)
class Access:
    """What one account may do: each permission with the departments it is held in (None: all of them)."""

    grants: Mapping[Permission, frozenset[int] | None]

    def may(self, permission: Permission, department: int | None = None) -> bool:
        """Tell whether the permission is held, in this department where one is named."""
        if permission not in self.grants:
            return False
        held = self.grants[permission]
        return held is None or department is None or department in held

    def may_about(self, permission: Permission, exchange: Exchange) -> bool:
        """Tell whether the permission is held for this very exchange; one of no department is the whole's."""
        if permission not in self.grants:
            return False
        held = self.grants[permission]
        return held is None or exchange.department_id in held

    def departments(self, permission: Permission) -> QuerySet[Department]:
        """Return the active departments in which the permission is held."""
        found = Department.objects.filter(is_active=True).order_by("name")
        if permission not in self.grants:
            return found.none()
        held = self.grants[permission]
        return found if held is None else found.filter(pk__in=held)

    def condition(self, permission: Permission, prefix: str = "") -> Q:
        """Return the condition on exchanges (of the field `prefix` leads to) that the account may see."""
        if permission not in self.grants:
            return Q(pk__in=[])
        held = self.grants[permission]
        return Q() if held is None else Q(**{f"{prefix}department__in": held})

    def exchanges(self, permission: Permission = Permission.SEE) -> QuerySet[Exchange]:
        """Return the exchanges for which the permission is held."""
        return Exchange.objects.filter(self.condition(permission))


def access_of(account: Account) -> Access:
    """Read what the account may do now."""
    rows = list(Assignment.objects.filter(account=account).values_list("role", "department"))
    tree = _tree() if any(department for _, department in rows) else {}
    grants: dict[Permission, frozenset[int] | None] = {}
    for role, department in rows:
        reach = _reach(tree, role, department)
        for permission in _GRANTS[role]:
            if permission not in IN_DEPARTMENTS or reach is None:
                grants[permission] = None
                continue
            held = grants.get(permission, frozenset())
            grants[permission] = None if held is None else held | reach
    return Access(grants)


def _tree() -> dict[int, list[int]]:
    """Return the departments below each department."""
    below: dict[int, list[int]] = {}
    for key, parent in Department.objects.values_list("pk", "parent"):
        if parent is not None:
            below.setdefault(parent, []).append(key)
    return below


def _reach(tree: Mapping[int, list[int]], role: str, department: int | None) -> frozenset[int] | None:
    if department is None:
        return None
    if role not in _DOWNWARDS:
        return frozenset({department})
    reached, ahead = {department}, [department]
    while ahead:
        for each in tree.get(ahead.pop(), ()):
            if each not in reached:
                reached.add(each)
                ahead.append(each)
    return frozenset(reached)
