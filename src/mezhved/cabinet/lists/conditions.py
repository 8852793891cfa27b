"""From what is wanted to conditions on exchanges, so written that each of them finds an index.

Codes and names become keys before the database is asked: its planner then knows how many rows they have.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol
from zoneinfo import ZoneInfo

from django.db.models import Q

from mezhved.cabinet.lists.kinds import TERM
from mezhved.cabinet.lists.terms import late
from mezhved.cabinet.lists.wanted import NOBODY
from mezhved.gateway.models import (
    Direction,
    Exchange,
    Handling,
    HandlingKind,
    InformationSystem,
    InformationType,
    Message,
    MessageState,
    Person,
    Subject,
)
from mezhved.gateway.models.exchanges import OPEN_STATES

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from mezhved.cabinet.access import Access
    from mezhved.cabinet.lists.kinds import View
    from mezhved.cabinet.lists.persons import PersonKey
    from mezhved.cabinet.lists.wanted import Wanted
    from mezhved.cabinet.models import Account

_MOSCOW: Final = ZoneInfo("Europe/Moscow")
_SAME: Final = 100
"""Exchanges of one MessageID: one, or two where both sides are systems of this gateway."""
_FEW: Final = 5000
_RARE: Final = 200
_NOTHING: Final = Q(pk__in=[])


class Viewer(Protocol):
    """Who looks at a list, and when: a visit, or a job in its account's name."""

    @property
    def access(self) -> Access:
        """What the account may see."""

    @property
    def account(self) -> Account:
        """Whose the lists of one's own are."""

    @property
    def now(self) -> datetime:
        """By which it is told what is late."""


def condition(viewer: Viewer, view: View, wanted: Wanted, person: PersonKey | None) -> Q:
    """Return the condition of the exchanges wanted among those that the account may see in this list."""
    found = viewer.access.condition(view.permission)
    if view.direction:
        found &= Q(direction=view.direction)
    for each in (
        _states(view, wanted, viewer.now),
        _what(wanted),
        _system(view, wanted),
        _whose(viewer, view, wanted),
        _period(wanted),
        _read(viewer, view, wanted),
    ):
        found &= each
    if wanted.person:
        keys = () if person is None else person.keys
        found &= _among(Subject.objects.filter(key__in=keys).values_list("exchange_id", flat=True))
    return found


def by_key(wanted: Wanted) -> bool:
    """Tell whether the condition names the exchanges one by one, where they are not very many."""
    return bool(wanted.person) or wanted.asked or wanted.unread


def _states(view: View, wanted: Wanted, now: datetime) -> Q:
    found = Q()
    if wanted.states:
        found &= Q(state__in=wanted.states)
    if wanted.open or wanted.sort == TERM:
        found &= Q(state__in=OPEN_STATES)
    if wanted.sort == TERM:
        found &= Q(due_at__isnull=False)
    if wanted.late:
        found &= late(view.direction, now)
    return found


def _what(wanted: Wanted) -> Q:
    found = Q()
    if wanted.types:
        found &= Q(type__in=_keys(InformationType.objects.filter(code__in=wanted.types)))
    if wanted.counterpart:
        found &= Q(counterpart=wanted.counterpart)
    if wanted.case:
        # SQLite takes the index of numbers that are not empty only where the query says it in so many words.
        found &= Q(case_number=wanted.case) & ~Q(case_number="")
    if wanted.test:
        found &= Q(is_test=wanted.test == "yes")
    if wanted.message_id:
        # With the system's key first, which the unique index of MessageIDs begins with.
        systems = InformationSystem.objects.all()
        rows = Message.objects.filter(
            system__in=_keys(systems), direction__in=Direction.values, message_id=wanted.message_id
        )
        found &= Q(pk__in=list(rows.values_list("exchange_id", flat=True)[:_SAME]))
    return found


def _system(view: View, wanted: Wanted) -> Q:
    """Return the condition of our system: one that only asks or only answers is in one direction alone.

    A planner takes it to be in both, and walks the list to its end for what is not there.
    """
    if not wanted.system:
        return Q()
    mnemonic, _, connection = wanted.system.partition("@")
    systems = InformationSystem.objects.filter(mnemonic=mnemonic)
    keys = _keys(systems.filter(connection__name=connection) if connection else systems)
    rare: list[int] = []
    for key in keys:
        rows = Exchange.objects.filter(system=key)
        if view.direction:
            rows = rows.filter(direction=view.direction)
        # In the order of the index that begins with both.
        ordered = rows.order_by("system", "direction", "message_id").values_list("pk", flat=True)
        rare += ordered[: _RARE + 1]
        if len(rare) > _RARE:
            return Q(system__in=keys)
    return Q(pk__in=rare)


def _whose(viewer: Viewer, view: View, wanted: Wanted) -> Q:
    found = Q()
    if wanted.department:
        departments = viewer.access.departments(view.permission).filter(code=wanted.department)
        found &= Q(department__in=_keys(departments))
    if wanted.executor == NOBODY:
        found &= Q(executor="")
    elif wanted.executor:
        found &= _executor(viewer, view, wanted.executor)
    if wanted.mine:
        found &= Q(account=viewer.account.user)
    return found


def _executor(viewer: Viewer, view: View, key: str) -> Q:
    if not key.isdecimal():
        return _NOTHING
    people = Person.objects.filter(department__in=viewer.access.departments(view.permission))
    name = people.filter(pk=int(key)).values_list("name", flat=True).first()
    return _NOTHING if name is None else Q(executor=name)


def _period(wanted: Wanted) -> Q:
    found = Q()
    if wanted.since is not None:
        found &= Q(created_at__gte=_begins(wanted.since))
    if wanted.until is not None:
        found &= Q(created_at__lt=_begins(wanted.until + timedelta(days=1)))
    return found


def _read(viewer: Viewer, view: View, wanted: Wanted) -> Q:
    found = Q()
    if wanted.unread:
        came = Message.objects.filter(
            viewer.access.condition(view.permission, "exchange__"),
            direction=Direction.IN,
            state=MessageState.RECEIVED,
        )
        if view.direction:
            came = came.filter(exchange__direction=view.direction)
        found &= _among(came.order_by().values_list("exchange_id", flat=True))
    if wanted.asked and view.direction == Direction.IN:
        asked = Handling.objects.filter(kind=HandlingKind.NOTED, executor=viewer.account.name)
        found &= _among(asked.order_by().values_list("exchange_id", flat=True))
    return found


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), _MOSCOW)


def _among(rows: QuerySet[Any, int]) -> Q:
    """Return the condition of being one of these exchanges, by their keys while they are few.

    A planner that has to guess walks the list and looks each line up; many it finds so soon enough.
    """
    keys = list(rows[: _FEW + 1])
    return Q(pk__in=keys) if len(keys) <= _FEW else Q(pk__in=rows)


def _keys(rows: object) -> list[int]:
    return list(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]
