"""To whom a request may be given, and whom one may ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.cabinet.access import Permission
from mezhved.gateway.errors import InvalidMessage
from mezhved.gateway.models import Department, Person
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Exchange

_PERSON, _DEPARTMENT = "p", "d"


@dataclass(frozen=True, slots=True)
class Option:
    """One of whom to choose: `value` names a row, never a person."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class Targets:
    """Whom a request may be given to."""

    people: list[Option]
    departments: list[Option]


@dataclass(frozen=True, slots=True)
class Target:
    """To whom it is given: a department, with a person of it or without."""

    department: Department
    person: Person | None = None


def targets(visit: Visit) -> Targets:
    """Return the people of the departments whose work the account gives out, and all departments.

    A request that came to the wrong place goes to any department; whose it then is within, its own head
    says.
    """
    people = Person.objects.filter(department__in=visit.access.departments(Permission.ASSIGN))
    departments = Department.objects.filter(is_active=True).order_by("name")
    return Targets(
        [
            Option(f"{_PERSON}{key}", f"{name}, {where}")
            for key, name, where in people.order_by("name").values_list("pk", "name", "department__name")
        ],
        [Option(f"{_DEPARTMENT}{key}", name) for key, name in departments.values_list("pk", "name")],
    )


def target_of(visit: Visit, value: str) -> Target:
    """Return whom an option names; raise `InvalidMessage` for nobody that the account may give work to."""
    kind, key = value[:1], value[1:]
    if key.isdecimal() and kind == _PERSON:
        people = Person.objects.filter(department__in=visit.access.departments(Permission.ASSIGN))
        person = people.select_related("department", "account").filter(pk=int(key)).first()
        if person is not None:
            return Target(person.department, person)
    elif key.isdecimal() and kind == _DEPARTMENT:
        department = Department.objects.filter(is_active=True, pk=int(key)).first()
        if department is not None:
            return Target(department)
    raise InvalidMessage(Text(ru="выберите, кому передать", en="choose whom to give it to"), where="to")


def colleagues(visit: Visit, exchange: Exchange) -> list[Option]:
    """Return whom one may ask about a request: the people of its department, and the heads above it."""
    return [Option(f"{_PERSON}{each.pk}", each.name) for each in _askable(visit, exchange)]


def colleague_of(visit: Visit, exchange: Exchange, value: str) -> Person:
    """Return the colleague that an option names; raise `InvalidMessage`."""
    for each in _askable(visit, exchange):
        if value == f"{_PERSON}{each.pk}":
            return each
    raise InvalidMessage(Text(ru="выберите коллегу", en="choose a colleague"), where="colleague")


def _askable(visit: Visit, exchange: Exchange) -> list[Person]:
    if exchange.department is None:
        return []
    above = [each.pk for each in exchange.department.upwards()][1:]
    own = Person.objects.filter(department=exchange.department)
    heads = Person.objects.filter(department__in=above, is_head=True)
    rows = (own | heads).select_related("account", "department").order_by("name")
    return [each for each in rows if each.name != visit.account.name]
