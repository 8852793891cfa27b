"""Counting terms: working days, calendar days, hours, in the time zone of those who work.

A term counted in days begins on the day after the request came and ends with the last day's end; a last
day that is off moves to the next working day (Civil Code, articles 191, 193, 194). Hours run at once.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mezhved.gateway.provider.holidays import ONE, SATURDAY, DayKind, special_days
from mezhved.gateway.provider.spans import Span, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DAYS_END: Final = time(23, 59, 59)
_HOUR: Final = timedelta(hours=1)
_WEEK: Final = 7
_WORKING_DAYS: Final = 5
_LONGEST_SEARCH: Final = 3660
"""Days in a row that may be off; a calendar with more is taken for a mistake and its weeks for weeks."""


@functools.cache
def _of_year(year: int) -> Mapping[date, DayKind]:
    return special_days(year)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The production calendar: what is shipped, and `changed` days, which come before it."""

    changed: Mapping[date, DayKind] = field(default_factory=dict)

    def kind(self, day: date) -> DayKind:
        """Return what a day is."""
        found = self.changed.get(day) or _of_year(day.year).get(day)
        if found is not None:
            return found
        return DayKind.WORKING if day.weekday() < SATURDAY else DayKind.OFF

    def is_working(self, day: date) -> bool:
        """Tell whether a day is a working day, a shortened one included."""
        return self.kind(day) is not DayKind.OFF

    def add_working_days(self, day: date, amount: int) -> date:
        """Return the working day so many after `day`, or before it; 0 gives `day` itself."""
        step = ONE if amount > 0 else -ONE
        for _ in range(abs(amount)):
            day = self._next(day, step)
        return day

    def working_days(self, after: date, until: date) -> int:
        """Count the working days after the first day up to the second, itself included.

        Weeks are counted, then the days that are not what their weekday says: a term of years is met too.
        """
        if until <= after:
            return 0
        weeks, more = divmod((until - after).days, _WEEK)
        working = weeks * _WORKING_DAYS + sum(
            day.weekday() < SATURDAY for day in _days(until - ONE * (more - 1), until)
        )
        special = {
            day: kind
            for days in (*map(_of_year, range(after.year, until.year + 1)), self.changed)
            for day, kind in days.items()
            if after < day <= until
        }
        for day, kind in special.items():
            working += (kind is not DayKind.OFF) - (day.weekday() < SATURDAY)
        return working

    def first_working(self, day: date) -> date:
        """Return the day itself where it is a working day, else the next one."""
        return day if self.is_working(day) else self._next(day, ONE)

    def _next(self, day: date, step: timedelta) -> date:
        for number in range(1, _LONGEST_SEARCH):
            if self.is_working(day + step * number):
                return day + step * number
        return day + step


@dataclass(frozen=True, slots=True)
class Hours:
    """When a department works: its time zone and its day."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))
    opens: time = time(9)
    closes: time = time(18)

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the department's clock shows it."""
        return moment.astimezone(self.zone)

    def at(self, day: date, hour: time) -> datetime:
        """Return the moment, UTC, of an hour of the department's day."""
        return datetime.combine(day, hour, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class TermCounter:
    """Counts terms of one department."""

    calendar: WorkCalendar
    hours: Hours

    def due(self, came: datetime, span: Span) -> datetime:
        """Return when the term of a request that came at a moment is over."""
        if span.unit in {Unit.HOURS, Unit.WORKING_HOURS}:
            return self._after_hours(came, timedelta(hours=span.amount), span.unit)
        return self._end(self._days_on(self.hours.local(came).date(), span))

    def before(self, due: datetime, span: Span) -> datetime:
        """Return when to remind of a term that ends: so long before; by days, when that day's work begins."""
        if span.unit is Unit.HOURS:
            return due - timedelta(hours=span.amount)
        day = self.hours.local(due).date()
        if span.unit is Unit.WORKING_HOURS:
            return self._before_hours(due, timedelta(hours=span.amount))
        if span.unit is Unit.DAYS:
            return self.hours.at(day - timedelta(days=span.amount), self.hours.opens)
        return self.hours.at(self.calendar.add_working_days(day, -span.amount), self.hours.opens)

    def after(self, due: datetime, span: Span) -> datetime:
        """Return when to tell of a term that is over: so long after; by days, when that day's work begins."""
        if span.unit in {Unit.HOURS, Unit.WORKING_HOURS} or not span.amount:
            return self._after_hours(due, timedelta(hours=span.amount), span.unit)
        day = self._days_on(self.hours.local(due).date(), span)
        return self.hours.at(day, self.hours.opens)

    def resumed(self, due: datetime, span: Span, paused: datetime, now: datetime) -> datetime:
        """Return when a term ends that stood still from one moment to another."""
        if span.unit is Unit.HOURS:
            return due + (now - paused)
        if span.unit is Unit.WORKING_HOURS:
            return self._after_hours(due, self.worked(paused, now), span.unit)
        since, today = (self.hours.local(each).date() for each in (paused, now))
        lost = (today - since).days
        if span.unit is Unit.WORKING_DAYS:
            lost = self.calendar.working_days(since, today)
        return self._end(self._days_on(self.hours.local(due).date(), Span(lost, span.unit)))

    def _days_on(self, day: date, span: Span) -> date:
        if span.unit is Unit.WORKING_DAYS:
            return self.calendar.first_working(self.calendar.add_working_days(day, span.amount))
        return self.calendar.first_working(day + timedelta(days=span.amount))

    def _end(self, day: date) -> datetime:
        return self.hours.at(day, DAYS_END)

    def _after_hours(self, since: datetime, amount: timedelta, unit: Unit) -> datetime:
        if unit is not Unit.WORKING_HOURS or not amount:
            return since + amount
        day = self.hours.local(since).date()
        while True:
            opened, closed = self._opened(day)
            begins = max(since, opened)
            if begins < closed:
                if begins + amount <= closed:
                    return begins + amount
                amount -= closed - begins
            day = self.calendar.add_working_days(day, 1)

    def _before_hours(self, due: datetime, amount: timedelta) -> datetime:
        day = self.hours.local(due).date()
        while True:
            opened, closed = self._opened(day)
            ends = min(due, closed)
            if opened < ends:
                if ends - amount >= opened:
                    return ends - amount
                amount -= ends - opened
            day = self.calendar.add_working_days(day, -1)

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """Return how much working time lies between two moments."""
        first, last = (self.hours.local(each).date() for each in (since, until))
        spans = (self._opened(day) for day in _days(first, last))
        return sum((max(timedelta(), min(b, until) - max(a, since)) for a, b in spans), timedelta())

    def _opened(self, day: date) -> tuple[datetime, datetime]:
        """Return when a day's work begins and ends; the same moment for a day off."""
        opens = self.hours.at(day, self.hours.opens)
        kind = self.calendar.kind(day)
        if kind is DayKind.OFF:
            return opens, opens
        closes = self.hours.at(day, self.hours.closes)
        return opens, max(opens, closes - _HOUR) if kind is DayKind.SHORTENED else closes


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + ONE * number
