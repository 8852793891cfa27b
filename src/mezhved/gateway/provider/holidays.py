"""The production calendar of Russia: what the Labour Code says, and what the Government moved in a year.

Articles 95 and 112: the holidays; a day off that falls on a holiday moves to the next working day, but
for January, whose two the Government moves; the working day before a holiday is an hour shorter, and so
is a day off that was made working in place of such a day (order 588n of 13.08.2009).
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ONE: Final = timedelta(days=1)
SATURDAY: Final = 5
_JANUARY: Final = tuple((1, day) for day in range(1, 9))
_OTHERS: Final = ((2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))

MOVED: Final[Mapping[int, Mapping[tuple[int, int], tuple[int, int]]]] = {
    # Decree of the Government 1314 of 10.08.2023.
    2024: {(4, 27): (4, 29), (11, 2): (4, 30), (12, 28): (12, 30), (1, 6): (5, 10), (1, 7): (12, 31)},
    # Decree of the Government 1335 of 04.10.2024.
    2025: {(1, 4): (5, 2), (2, 23): (5, 8), (3, 8): (6, 13), (11, 1): (11, 3), (1, 5): (12, 31)},
    # Decree of the Government 1466 of 24.09.2025.
    2026: {(1, 3): (1, 9), (1, 4): (12, 31)},
    # Decree of the Government of 2026 on days off in 2027 (ConsultantPlus LAW_544706).
    2027: {(2, 20): (2, 22), (1, 2): (11, 5), (1, 3): (12, 31)},
}
"""Days off of a year and the days that they were moved to."""


class DayKind(StrEnum):
    """What a day is."""

    WORKING = "working"
    SHORTENED = "shortened"
    OFF = "off"


def is_known(year: int) -> bool:
    """Tell whether it is known what the Government moved in the year."""
    return year in MOVED


def special_days(year: int) -> dict[date, DayKind]:
    """Return the days of a year that are other than a week of five days says."""
    moved = {date(year, *old): date(year, *new) for old, new in MOVED.get(year, {}).items()}
    holidays = {date(year, *each) for each in (*_JANUARY, *_OTHERS)}
    days = dict.fromkeys(holidays, DayKind.OFF)
    days |= dict.fromkeys(moved.values(), DayKind.OFF)
    days |= dict.fromkeys(moved.keys() - holidays, DayKind.WORKING)
    for each in sorted(date(year, *each) for each in _OTHERS):
        if each.weekday() >= SATURDAY and each not in moved:
            days[_first_working(each, days)] = DayKind.OFF
    for each in (*sorted(holidays)[1:], date(year + 1, 1, 1)):
        eve = each - ONE
        if _is_working(eve, days):
            days[eve] = DayKind.SHORTENED
    for old, new in moved.items():
        if days[old] is DayKind.WORKING and new + ONE in holidays:
            days[old] = DayKind.SHORTENED
    return days


def _is_working(day: date, days: Mapping[date, DayKind]) -> bool:
    kind = days.get(day)
    return day.weekday() < SATURDAY if kind is None else kind is not DayKind.OFF


def _first_working(after: date, days: Mapping[date, DayKind]) -> date:
    day = after + ONE
    while not _is_working(day, days):
        day += ONE
    return day
