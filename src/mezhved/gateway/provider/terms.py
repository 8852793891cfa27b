"""The terms of requests: which holds, when it ends, and who hears of it when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mezhved.gateway.models import CalendarDay, Reminder, ReminderKind, Term
from mezhved.gateway.provider.calendar import Hours, TermCounter, WorkCalendar
from mezhved.gateway.provider.holidays import DayKind
from mezhved.gateway.provider.spans import Span, Unit
from mezhved.gateway.rows import add_all

if TYPE_CHECKING:
    from collections.abc import Iterable
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


def choose_term(
    kind: InformationType | None,
    department: Department | None,
    said: str = "",
    terms: Iterable[Term] | None = None,
) -> TermChoice:
    """Return the term for a type in a department; `said` by a rule or a person comes before its length.

    What is set for the type in the department comes first, then what is for the type, for the department,
    for all. `terms` are all that are set, read anew without them.
    """
    whose = (None if kind is None else kind.pk, None if department is None else department.pk)
    fitting = [
        each
        for each in (Term.objects.order_by("pk") if terms is None else terms)
        if each.type_id in {None, whose[0]} and each.department_id in {None, whose[1]}
    ]
    best = max(
        fitting,
        key=lambda each: (each.type_id is not None, each.department_id is not None),
        default=None,
    )
    if best is None:
        return TermChoice(Span.parse(said) if said else USUAL, REMIND_BEFORE, ESCALATE_AFTER)
    return TermChoice(
        Span.parse(said or best.term),
        tuple(Span.parse(each) for each in best.remind_before),
        tuple(Span.parse(each) for each in best.escalate_after),
    )


def set_term(exchange: Exchange, choice: TermChoice, counter: TermCounter, due: datetime) -> None:
    """Give a request another term in the transaction at hand; reminders of the old one are dropped."""
    exchange.term, exchange.due_at = str(choice.span), due
    exchange.save(update_fields=["term", "due_at"])
    Reminder.objects.filter(exchange=exchange).delete()
    make_reminders(exchange, choice, counter, due)


def make_reminders(exchange: Exchange, choice: TermChoice, counter: TermCounter, due: datetime) -> None:
    """Write down when somebody is to hear of a term."""
    near = [(counter.before(due, each), number) for number, each in enumerate(choice.remind_before)]
    over = [(counter.after(due, each), number) for number, each in enumerate(choice.escalate_after)]
    made = [(ReminderKind.NEAR, at, number) for at, number in near if exchange.created_at < at < due]
    made += [(ReminderKind.OVER, at, number) for at, number in over]
    add_all(
        Reminder,
        [{"exchange_id": exchange.pk, "kind": kind, "level": level, "at": at} for kind, at, level in made],
    )
