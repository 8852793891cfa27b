"""What is decided by, kept in memory: every incoming request needs it, and it changes once a week."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.gateway.models import Department, Rule, Term
from mezhved.gateway.provider.terms import work_calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mezhved.gateway.models import InformationSystem
    from mezhved.gateway.provider.calendar import WorkCalendar

FRESH_SECONDS: Final = 2.0


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
    rules = Rule.objects.filter(is_active=True).select_related("system", "type", "department", "service")
    works_for = Department.systems.through.objects.order_by("-department_id")
    departments = {each.pk: each for each in Department.objects.filter(is_active=True)}
    return Rules(
        rules=tuple(rules.defer("type__package")),
        by_system={
            system: departments[department]
            for system, department in works_for.values_list("informationsystem_id", "department_id")
            if department in departments
        },
        rest=next((each for each in departments.values() if each.is_default), None),
        terms=tuple(Term.objects.order_by("pk")),
        calendar=work_calendar(),
    )
