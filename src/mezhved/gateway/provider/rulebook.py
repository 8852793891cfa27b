"""What is decided by, kept in memory: every incoming request needs it, and it changes once a week."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.models import CalendarDay, Department, Rule, Term
from mezhved.gateway.provider.calendar import WorkCalendar
from mezhved.gateway.provider.holidays import DayKind
from mezhved.gateway.queries import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from mezhved.gateway.models import InformationSystem

FRESH_SECONDS: Final = 2.0
_RULES: Final = Prepared[Rule]()
_DEPARTMENTS: Final = Prepared[Department]()
_WORKS_FOR: Final = Prepared[Any]()
_TERMS: Final = Prepared[Term]()
_DAYS: Final = Prepared[CalendarDay]()


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules in their order, who gets the rest, terms and the calendar, as they were at a moment."""

    rules: tuple[Rule, ...]
    by_system: Mapping[int, Department]
    rest: Department | None
    terms: tuple[Term, ...]
    calendar: WorkCalendar

    def department_for(self, system: InformationSystem) -> Department | None:
        """Return who gets what no rule gives to another: the one that works for the system, or for all."""
        return self.by_system.get(system.pk, self.rest)


class Rulebook:
    """The rules in force, read anew after so many seconds; safe for threads."""

    def __init__(self, seconds: float = FRESH_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at = 0.0
        self._rules: Rules | None = None

    def rules(self) -> Rules:
        """Return what holds now."""
        with self._lock:
            now = self._clock()
            if self._rules is None or now - self._read_at >= self._seconds:
                self._rules, self._read_at = read_rules(), now
            return self._rules


def read_rules() -> Rules:
    """Read all of it from the database."""
    departments = {each.pk: each for each in _DEPARTMENTS.rows(_departments)}
    return Rules(
        rules=tuple(_RULES.rows(_rules)),
        by_system={
            system: departments[department]
            for system, department in _WORKS_FOR.tuples(_works_for)
            if department in departments
        },
        rest=next((each for each in departments.values() if each.is_default), None),
        terms=tuple(_TERMS.rows(lambda: Term.objects.order_by("pk"))),
        calendar=WorkCalendar({day: DayKind(kind) for day, kind in _DAYS.tuples(_days)}),
    )


def _rules() -> QuerySet[Rule]:
    rules = Rule.objects.filter(is_active=True).select_related("system", "type", "department", "service")
    return rules.defer("type__package")


def _departments() -> QuerySet[Department]:
    return Department.objects.filter(is_active=True)


def _works_for() -> QuerySet[Any, Any]:
    works_for = Department.systems.through.objects.order_by("-department_id")
    return works_for.values_list("informationsystem_id", "department_id")


def _days() -> QuerySet[CalendarDay, Any]:
    return CalendarDay.objects.values_list("day", "kind")
