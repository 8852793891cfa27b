"""Figures of a period, added up from how requests stand: fast whatever number of requests there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from django.db.models import Q, Sum

from mezhved.gateway.models import Standing
from mezhved.gateway.models.standing import BOUNDS, PARTS
from mezhved.gateway.watching.summing import (
    BY_SIDE,
    BY_TYPE,
    MEASURES,
    STATE_MEASURES,
    month_of,
    next_month,
    next_year,
    year_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date

    from mezhved.gateway.models import Grain
    from mezhved.gateway.watching.summing import Cube

    _Step = tuple[Grain, Callable[[date], date], Callable[[date], date]]

Part = Literal["day", "month", "direction", "type", "department", "counterpart"]

_COLUMNS: Final = {
    "day": "start",
    "month": "start",
    "direction": "direction",
    "type": "type",
    "department": "department",
    "counterpart": "counterpart",
}


_BRIEF: Final = (*STATE_MEASURES, "late", "overdue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which requests are counted: begun from `since` to `until`, both included, by Moscow time."""

    since: date
    until: date
    departments: Collection[int] | None = None
    """Keys; None: all, and those of no department."""
    direction: str = ""
    is_test: bool | None = False


@dataclass(frozen=True, slots=True)
class Figures:
    """How many requests stand how; `key` has what was to be told apart, in the order asked."""

    key: tuple[Any, ...] = ()
    answered: int = 0
    rejected: int = 0
    faulted: int = 0
    unsent: int = 0
    cancelled: int = 0
    untold: int = 0
    open: int = 0
    late: int = 0
    overdue: int = 0
    seconds: float = 0.0
    parts: tuple[int, ...] = field(default=(0,) * len(PARTS))

    @property
    def requests(self) -> int:
        """All of them."""
        return sum(int(getattr(self, each)) for each in STATE_MEASURES)

    @property
    def settled(self) -> int:
        """Answered or refused: what the time to answer is known of."""
        return sum(self.parts)

    @property
    def mean_seconds(self) -> float | None:
        """The mean time to answer; None where nothing was answered."""
        return self.seconds / self.settled if self.settled else None

    def quantile(self, share: float) -> float | None:
        """Return in how many seconds this share of the answers came, about; None where there are none.

        Within a part of the histogram the times are taken to lie evenly; beyond the last bound it is told.
        """
        wanted, below, passed = share * self.settled, 0.0, 0
        if not self.settled:
            return None
        for number, bound in zip(self.parts, BOUNDS, strict=False):
            if number and passed + number >= wanted:
                return below + (bound - below) * (wanted - passed) / number
            passed += number
            below = float(bound)
        return below


def reckon(scope: Scope, by: Sequence[Part] = (), *, brief: bool = False) -> list[Figures]:
    """Return the figures of a period, told apart as asked, in order; those of no request are left out.

    `brief` leaves the times to answer out, which are most of what is added up. Types and other sides are
    not told apart together: raises ValueError.
    """
    if {"type", "counterpart"} <= set(by):
        raise ValueError(by)
    columns = [_COLUMNS[each] for each in by]
    condition = _within(scope, by)
    if scope.departments is not None:
        condition &= Q(department__in=list(scope.departments))
    if scope.direction:
        condition &= Q(direction=scope.direction)
    if scope.is_test is not None:
        condition &= Q(is_test=scope.is_test)
    rows = Standing.objects.filter(condition).order_by()
    sums = {f"sum_{each}": Sum(each) for each in (_BRIEF if brief else MEASURES)}
    if not columns:
        row = rows.aggregate(**sums)
        return [_figures((), row)] if row["sum_open"] is not None else []
    grouped = rows.values(*columns).annotate(**sums).order_by(*columns)
    found = [_figures(tuple(row[each] for each in columns), row) for row in grouped]
    return _by_month(found, by.index("month")) if "month" in by else found


def reckon_all(scope: Scope) -> Figures:
    """Return the figures of a period together."""
    return next(iter(reckon(scope)), Figures())


def together(rows: Iterable[Figures], key: tuple[Any, ...] = ()) -> Figures:
    """Return the sum of figures that were told apart."""
    found = list(rows)
    plain = {each: sum(getattr(row, each) for row in found) for each in (*_BRIEF, "seconds")}
    parts = tuple(sum(column) for column in zip(*(row.parts for row in found), strict=True))
    return Figures(key, **plain, parts=parts or Figures().parts)


def _figures(key: tuple[Any, ...], row: dict[str, Any]) -> Figures:
    sums = {name.removeprefix("sum_"): value for name, value in row.items() if name.startswith("sum_")}
    parts = tuple(sums.pop(each, 0) for each in PARTS)
    return Figures(key, **sums, parts=parts)


def _by_month(rows: Iterable[Figures], place: int) -> list[Figures]:
    """Add the days at the ends of a period to their months; `place` is where the keys have the day."""
    months: dict[tuple[Any, ...], list[Figures]] = {}
    for row in rows:
        key = (*row.key[:place], month_of(row.key[place]), *row.key[place + 1 :])
        months.setdefault(key, []).append(row)
    return [together(found, key) for key, found in months.items()]


def _within(scope: Scope, by: Sequence[Part]) -> Q:
    """Return the condition of the fewest rows that make up the period: whole years, months, days."""
    cube = BY_SIDE if "counterpart" in by else BY_TYPE
    finest = 0 if "day" in by else 1 if "month" in by else 2
    found = Q(pk__in=[])
    for grain, first, end in _spans(
        scope.since, scope.until + timedelta(days=1), _grains(cube)[: finest + 1]
    ):
        found |= Q(grain=grain, start__gte=first, start__lt=end)
    return found


def _grains(cube: Cube) -> tuple[_Step, ...]:
    return (
        (cube.day, lambda day: day, lambda day: day + timedelta(days=1)),
        (cube.month, month_of, next_month),
        (cube.year, year_of, next_year),
    )


def _spans(since: date, end: date, steps: Sequence[_Step]) -> Iterator[tuple[Grain, date, date]]:
    """Part the days from `since` up to before `end` into spans of whole steps, the longest ones first."""
    if since >= end:
        return
    *shorter, (grain, start_of, next_of) = steps
    first = since if start_of(since) == since else next_of(since)
    last = start_of(end)
    if first >= last:
        yield from _spans(since, end, shorter)
        return
    yield grain, first, last
    yield from _spans(since, first, shorter)
    yield from _spans(last, end, shorter)
