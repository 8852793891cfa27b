"""A head's view: who of the department has how much in work, and what of it is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.db.models import Count, Q

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.lists.wanted import NOBODY
from mezhved.gateway.models import Direction, Exchange, Person
from mezhved.gateway.provider.work import OWED

if TYPE_CHECKING:
    from django.http import HttpResponse

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has: open requests, and how many of them are late; `query` lists them."""

    department: str
    name: str
    count: int
    late: int
    query: str


@page(Permission.ASSIGN, methods=("GET",))
def load(visit: Visit) -> HttpResponse:
    """Show who has how much."""
    return visit.render("cabinet/answering/load.html", {"rows": loads(visit)})


def loads(visit: Visit) -> list[Load]:
    """Return what each person of the account's departments has, the most late first."""
    rows = (
        Exchange.objects.filter(visit.access.condition(Permission.ASSIGN))
        .filter(direction=Direction.IN, state__in=OWED)
        .order_by()
        .values_list("department__code", "department__name", "executor")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(due_at__lt=visit.now, paused_at=None)))
    )
    people = Person.objects.filter(department__in=visit.access.departments(Permission.ASSIGN))
    keys = {(code, name): key for key, code, name in people.values_list("pk", "department__code", "name")}
    found = []
    for code, department, executor, count, late in rows[:_MOST]:
        whose = NOBODY if not executor else str(keys.get((code, executor), ""))
        said = {"department": code or "", "executor": whose, "open": "1", "sort": "term"}
        query = urlencode({name: value for name, value in said.items() if value})
        found.append(Load(department or "", executor, count, late, query))
    return sorted(found, key=lambda each: (-each.late, -each.count, each.department, each.name))
