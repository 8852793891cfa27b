"""Terms: from a moment, until a moment, either end open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MOSCOW: Final = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open term `start <= at < end`; None leaves that end open. Moments are aware."""

    start: datetime | None = None
    end: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Tell whether the moment lies inside."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)

    @classmethod
    def of_days(cls, first: date | None, last: date | None) -> Period:
        """Return the term of whole Moscow days, both included."""
        end = None if last is None else last + timedelta(days=1)
        return cls(_midnight(first), _midnight(end))

    def within(self, other: Period) -> Period:
        """Return the part common to both terms (possibly empty)."""
        starts = [each for each in (self.start, other.start) if each is not None]
        ends = [each for each in (self.end, other.end) if each is not None]
        return Period(max(starts, default=None), min(ends, default=None))


def _midnight(day: date | None) -> datetime | None:
    # In UTC, because moments of one zone compare ten times quicker.
    return None if day is None else datetime.combine(day, time(), MOSCOW).astimezone(UTC)
