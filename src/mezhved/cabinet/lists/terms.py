"""What is left of a term, in the words of people: working days or hours, and by how much it is late."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from mezhved.gateway.models import Direction, ExchangeState
from mezhved.gateway.models.exchanges import OPEN_STATES
from mezhved.gateway.provider.spans import Span, Unit
from mezhved.gateway.provider.terms import counter_of, work_calendar
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mezhved.gateway.models import Department, Exchange
    from mezhved.gateway.provider.calendar import TermCounter, WorkCalendar

_HOUR_SECONDS: Final = 3600
_NEAR: Final = timedelta(days=1)
_HOUR_UNITS: Final = ("h", "wh")
OWED: Final[Mapping[str, tuple[ExchangeState, ...]]] = {
    Direction.OUT.value: (ExchangeState.SENDING, ExchangeState.WAITING),
    Direction.IN.value: (ExchangeState.NEW, ExchangeState.IN_WORK, ExchangeState.ANSWERING),
}
"""States in which somebody still owes an answer."""


@dataclass(frozen=True, slots=True)
class TermWords:
    """A term for people: `text`, and whether it is over (`late`) or near its end (`near`)."""

    text: Text
    late: bool = False
    near: bool = False


@dataclass(slots=True)
class Terms:
    """Words of terms as of one moment; the calendar is read once, when it is first needed."""

    now: datetime
    _calendar: WorkCalendar | None = None
    _counters: dict[int | None, TermCounter] = field(default_factory=dict)

    def of(self, exchange: Exchange) -> TermWords | None:
        """Return the words for an exchange's term; None where it has none or is closed."""
        due = exchange.due_at
        if due is None or exchange.state not in OPEN_STATES:
            return None
        if exchange.paused_at is not None:
            return TermWords(Text(ru="срок приостановлен", en="the term stands still"))
        counter = self._counter(exchange.department)
        if is_late(exchange, self.now):
            gone = self._between(exchange, counter, due, self.now)
            return TermWords(
                Text(ru=f"просрочен на {gone.ru}", en=f"overdue by {gone.en}"),
                late=True,
            )
        if due <= self.now:
            return TermWords(Text(ru="срок вышел", en="the term is over"), late=True)
        if self._is_today(counter, due) and not exchange.term.endswith(_HOUR_UNITS):
            hour = counter.hours.local(due)
            return TermWords(
                Text(ru=f"сегодня до {hour:%H:%M}", en=f"today until {hour:%H:%M}"),
                near=True,
            )
        left = self._between(exchange, counter, self.now, due)
        near = due - self.now < _NEAR
        return TermWords(Text(ru=f"осталось {left.ru}", en=f"{left.en} left"), near=near)

    def _counter(self, department: Department | None) -> TermCounter:
        key = None if department is None else department.pk
        if key not in self._counters:
            if self._calendar is None:
                self._calendar = work_calendar()
            self._counters[key] = counter_of(department, self._calendar)
        return self._counters[key]

    def _is_today(self, counter: TermCounter, due: datetime) -> bool:
        return counter.hours.local(due).date() == counter.hours.local(self.now).date()

    def _between(self, exchange: Exchange, counter: TermCounter, since: datetime, until: datetime) -> Text:
        """Return how long it is, in the term's own unit; less than a day in hours."""
        if exchange.term.endswith("wh"):
            worked = counter.worked(since, until)
            return _hours(worked, Unit.WORKING_HOURS)
        first, last = (counter.hours.local(each).date() for each in (since, until))
        if exchange.term.endswith("h") or first == last:
            return _hours(until - since, Unit.HOURS)
        if exchange.direction == Direction.OUT or (exchange.term.endswith("d") and "wd" not in exchange.term):
            return Span((last - first).days, Unit.DAYS).words()
        days = counter.calendar.working_days(first, last)
        return Span(days, Unit.WORKING_DAYS).words() if days else _hours(until - since, Unit.HOURS)


def is_late(exchange: Exchange, now: datetime) -> bool:
    """Tell whether an exchange's term is over and it is not answered."""
    due = exchange.due_at
    return (
        exchange.state in OWED[exchange.direction]
        and due is not None
        and due < now
        and exchange.paused_at is None
    )


def late(direction: str, now: datetime) -> Q:
    """Return the condition of the same; an empty direction is both."""
    owed = OWED.get(direction) or tuple(each for states in OWED.values() for each in states)
    # That there is a term is said again for the planner: what is open has a small index of its own.
    return Q(state__in=owed, due_at__lt=now, due_at__isnull=False, paused_at__isnull=True)


def _hours(span: timedelta, unit: Unit) -> Text:
    seconds = span.total_seconds()
    if seconds < _HOUR_SECONDS:
        return Text(ru=f"{int(seconds // 60)} мин", en=f"{int(seconds // 60)} min")
    return Span(int(seconds // _HOUR_SECONDS), unit).words()
