"""Periods that people choose: by name, or by their own first and last day, by Moscow time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_DAYS: Final = 3660
DAYS_APART: Final = 92
"""Of a longer period months are told apart instead of days."""
NAMES: Final[dict[str, Text]] = {
    "today": Text(ru="Сегодня", en="Today"),
    "week": Text(ru="Эта неделя", en="This week"),
    "month": Text(ru="Этот месяц", en="This month"),
    "quarter": Text(ru="Этот квартал", en="This quarter"),
    "year": Text(ru="Этот год", en="This year"),
    "last_week": Text(ru="Прошлая неделя", en="Last week"),
    "last_month": Text(ru="Прошлый месяц", en="Last month"),
    "last_quarter": Text(ru="Прошлый квартал", en="Last quarter"),
    "last_year": Text(ru="Прошлый год", en="Last year"),
    "own": Text(ru="Свой период", en="Own period"),
}
DEFAULT: Final = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` to `until`, both included; `problem` tells what of the choice was not understood."""

    name: str
    since: date
    until: date
    problem: Text | None = None

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.until - self.since).days + 1

    @property
    def by_month(self) -> bool:
        """Whether it is shown by months."""
        return self.days > DAYS_APART


def period_of(query: Mapping[str, str], today: date) -> Period:
    """Read a period from a query string; what is not understood is the present month, and is told."""
    name = query.get("period", "") or DEFAULT
    if name != "own":
        return named(name if name in NAMES else DEFAULT, today)
    month = named(DEFAULT, today)
    try:
        since = date.fromisoformat(query.get("since", "").strip() or month.since.isoformat())
        until = date.fromisoformat(query.get("until", "").strip() or today.isoformat())
    except ValueError:
        return Period("own", month.since, month.until, Text(ru="это не дата", en="this is no date"))
    if since > until:
        problem = Text(ru="конец периода раньше начала", en="the period ends before it begins")
    elif (until - since).days >= LONGEST_DAYS or since.year < 2000 or until.year > 2999:  # noqa: PLR2004 - sane years
        problem = Text(ru="период длиннее десяти лет", en="the period is longer than ten years")
    else:
        return Period("own", since, until)
    return Period("own", month.since, month.until, problem)


def named(name: str, today: date) -> Period:
    """Return the period of a name, whole: its days to come are part of it."""
    last = name.startswith("last_")
    kind = name.removeprefix("last_")
    if kind == "today":
        return Period(name, today, today)
    if kind == "week":
        since = today - timedelta(days=today.weekday() + 7 * last)
        return Period(name, since, since + timedelta(days=6))
    months = {"quarter": 3, "year": 12}.get(kind, 1)
    first = _shifted(today.replace(day=1), -((today.month - 1) % months))
    if last:
        first = _shifted(first, -months)
    return Period(name, first, _shifted(first, months) - timedelta(days=1))


def _shifted(first: date, months: int) -> date:
    """Return the first day of a month so many months on."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
