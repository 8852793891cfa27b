"""The terms of requests: which holds, when it ends, and who hears of it when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from mezhved.gateway.models import CalendarDay, Reminder, ReminderKind, Term
from mezhved.gateway.provider.calendar import Hours, TermCounter, WorkCalendar
from mezhved.gateway.provider.holidays import DayKind
from mezhved.gateway.provider.spans import Span, Unit

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.models import Department, Exchange, InformationType

USUAL: Final = Span(5, Unit.WORKING_DAYS)
"""Unless law or agreement says otherwise (rules of interagency exchange, 3.3)."""
REMIND_BEFORE: Final = (Span(1, Unit.WORKING_DAYS),)
ESCALATE_AFTER: Final = (Span(0, Unit.HOURS), Span(1, Unit.WORKING_DAYS))


@dataclass(frozen=True, slots=True)
class TermChoice:
    """The term that holds for a request."""

    span: Span
    remind_before: tuple[Span, ...]
    escalate_after: tuple[Span, ...]


def work_calendar() -> WorkCalendar:
    """Return the production calendar with the days that were edited."""
    return WorkCalendar({day: DayKind(kind) for day, kind in CalendarDay.objects.values_list("day", "kind")})


def counter_of(department: Department | None, calendar: WorkCalendar | None = None) -> TermCounter:
    """Return what counts the terms of a department; without one, of Moscow's usual day."""
    hours = Hours()
    if department is not None:
        opens, closes = (time.fromisoformat(each) for each in (department.opens, department.closes))
        hours = Hours(ZoneInfo(department.time_zone), opens, closes)
    return TermCounter(work_calendar() if calendar is None else calendar, hours)


def choose_term(kind: InformationType | None, department: Department | None, said: str = "") -> TermChoice:
    """Return the term for a type in a department; `said` by a rule or a person comes before its length.

    What is set for the type in the department comes first, then what is for the type, for the department,
    for all.
    """
    fits = Q(type=kind) | Q(type=None) if kind is not None else Q(type=None)
    fits &= Q(department=department) | Q(department=None) if department is not None else Q(department=None)
    rows = list(Term.objects.filter(fits).order_by("pk"))
    best = max(rows, key=lambda each: (each.type is not None, each.department is not None), default=None)
    if best is None:
        return TermChoice(Span.parse(said) if said else USUAL, REMIND_BEFORE, ESCALATE_AFTER)
    return TermChoice(
        Span.parse(said or best.term),
        tuple(Span.parse(each) for each in best.remind_before),
        tuple(Span.parse(each) for each in best.escalate_after),
    )


def set_term(exchange: Exchange, choice: TermChoice, counter: TermCounter, due: datetime) -> None:
    """Give a request its term in the transaction at hand; what was to be told of another term is dropped."""
    exchange.term, exchange.due_at = str(choice.span), due
    exchange.save(update_fields=["term", "due_at"])
    Reminder.objects.filter(exchange=exchange).delete()
    near = [(counter.before(due, each), number) for number, each in enumerate(choice.remind_before)]
    over = [(counter.after(due, each), number) for number, each in enumerate(choice.escalate_after)]
    Reminder.objects.bulk_create(
        [
            *(
                Reminder(exchange=exchange, kind=ReminderKind.NEAR, level=number, at=at)
                for at, number in near
                if exchange.created_at < at < due
            ),
            *(
                Reminder(exchange=exchange, kind=ReminderKind.OVER, level=number, at=at)
                for at, number in over
            ),
        ]
    )
