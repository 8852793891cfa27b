"""Requests counted by SQL into the rows of `Standing`: days from the requests, months and years from those.

A count is made anew and takes the place of the old one, so it may be repeated at any moment.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from mezhved.gateway.models import ExchangeState, Grain
from mezhved.gateway.models.exchanges import OPEN_STATES
from mezhved.gateway.models.standing import BOUNDS, PARTS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MOSCOW: Final = ZoneInfo("Europe/Moscow")
_STATES: Final[Mapping[str, tuple[ExchangeState, ...]]] = {
    "answered": (ExchangeState.ANSWERED,),
    "rejected": (ExchangeState.REJECTED,),
    "faulted": (ExchangeState.FAULTED,),
    "unsent": (ExchangeState.UNSENT,),
    "cancelled": (ExchangeState.CANCELLED,),
    "untold": (ExchangeState.NO_ANSWER,),
    "open": tuple(each for each in OPEN_STATES if each != ExchangeState.DRAFT),
}
STATE_MEASURES: Final = tuple(_STATES)
MEASURES: Final = (*STATE_MEASURES, "late", "overdue", "seconds", *PARTS)
_KEY: Final = ("direction", "type_id", "department", "counterpart", "is_test")
_COLUMNS: Final = ", ".join(("grain", "start", *_KEY, *(f'"{each}"' for each in MEASURES)))
_DELETE: Final = "DELETE FROM gateway_standing WHERE grain = %(grain)s AND start = %(start)s"
_INSERT: Final = f"INSERT INTO gateway_standing ({_COLUMNS})"
_ONLY: Final = "/* only */"


@dataclass(frozen=True, slots=True)
class _Counts:
    """A statement that counts, with what its names stand for; `only` those of some values of the column."""

    statement: str
    values: dict[str, Any]
    only: Collection[Any] | None


@dataclass(frozen=True, slots=True)
class Cube:
    """Rows in which requests are told apart by one thing more than direction and department: `column`."""

    column: str
    day: Grain
    month: Grain
    year: Grain


BY_TYPE: Final = Cube("type_id", Grain.DAY, Grain.MONTH, Grain.YEAR)
BY_SIDE: Final = Cube("counterpart", Grain.DAY_BY_SIDE, Grain.MONTH_BY_SIDE, Grain.YEAR_BY_SIDE)


def bounds_of(since: date, until: date) -> tuple[datetime, datetime]:
    """Return the moments at which a period of days, both included, begins and ends by Moscow time."""
    return (
        datetime.combine(since, time(), MOSCOW),
        datetime.combine(until + timedelta(days=1), time(), MOSCOW),
    )


def month_of(day: date) -> date:
    """Return the first day of its month."""
    return day.replace(day=1)


def year_of(day: date) -> date:
    """Return the first day of its year."""
    return day.replace(month=1, day=1)


def next_month(day: date) -> date:
    """Return the first day of the month after its own."""
    return month_of(month_of(day) + timedelta(days=31))


def next_year(day: date) -> date:
    """Return the first day of the year after its own."""
    return year_of(year_of(day) + timedelta(days=366))


def count_day(cube: Cube, day: date, now: datetime, only: Collection[Any] | None = None) -> None:
    """Count the requests that began on a day, as of `now`; `only` those of some values of the column."""
    since, before = bounds_of(day, day)
    moments = {"since": since, "before": before, "now": now}
    values = {name: connection.ops.adapt_datetimefield_value(each) for name, each in moments.items()}
    _put(cube, cube.day, day, _Counts(_of_day(cube), values, only))


def add_up_month(cube: Cube, start: date, only: Collection[Any] | None = None) -> None:
    """Add up the days of the month that begins on a day."""
    _put(cube, cube.month, start, _Counts(_SUMS, _period(cube.day, start, next_month(start)), only))


def add_up_year(cube: Cube, start: date, only: Collection[Any] | None = None) -> None:
    """Add up the months of the year that begins on a day."""
    _put(cube, cube.year, start, _Counts(_SUMS, _period(cube.month, start, next_year(start)), only))


def _put(cube: Cube, grain: Grain, start: date, counts: _Counts) -> None:
    """Put new counts in the place of the old ones."""
    condition, named = _among(cube.column, counts.only)
    said = {**counts.values, **named, "grain": grain.value, "start": _day(start)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DELETE + condition, said)
        cursor.execute(_INSERT + counts.statement.replace(_ONLY, condition), said)


def _among(column: str, only: Collection[Any] | None) -> tuple[str, dict[str, Any]]:
    """Return the condition of being one of some values, with what its names stand for."""
    if only is None:
        return "", {}
    named = {f"only{number}": each for number, each in enumerate(each for each in only if each is not None)}
    listed = ", ".join(f"%({name})s" for name in named)
    parts = [f"{column} IN ({listed})"] if named else []
    parts += [f"{column} IS NULL"] if None in only else []
    return f" AND ({' OR '.join(parts) or 'false'})", named


def _period(grain: Grain, start: date, before: date) -> dict[str, Any]:
    return {"from": grain.value, "first": _day(start), "end": _day(before)}


def _day(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)


def _of_day(cube: Cube) -> str:
    kind, side = ("type_id", "''") if cube is BY_TYPE else ("CAST(NULL AS bigint)", "counterpart")
    return f"""
SELECT %(grain)s, %(start)s, direction, {kind}, department_id, {side}, is_test, {_COUNTS}
FROM (
    SELECT direction, type_id, department_id, counterpart, is_test, state, closed_at, due_at,
        CASE WHEN {_SETTLED} THEN {_TOOK[connection.vendor]} END AS took,
        {_OPEN} AND due_at < %(now)s AND paused_at IS NULL AS is_past
    FROM gateway_exchange
    WHERE created_at >= %(since)s AND created_at < %(before)s AND state <> 'draft'{_ONLY}
) AS requests
GROUP BY 3, 4, 5, 6, 7"""  # noqa: S608 - names of our own


def _listed(states: Collection[ExchangeState]) -> str:
    return ", ".join(f"'{each.value}'" for each in states)


def _counts() -> str:
    counts = [f"count(*) FILTER (WHERE state IN ({_listed(each)}))" for each in _STATES.values()]
    counts += ["count(*) FILTER (WHERE is_past OR (took IS NOT NULL AND closed_at > due_at))"]
    counts += ["count(*) FILTER (WHERE is_past)", "coalesce(sum(took), 0)"]
    bounds = ("-1", *map(str, BOUNDS), "1e18")
    counts += [
        f"count(*) FILTER (WHERE took > {low} AND took <= {high})" for low, high in itertools.pairwise(bounds)
    ]
    return ", ".join(counts)


_SETTLED: Final = "state IN ('answered', 'rejected') AND closed_at IS NOT NULL"
_OPEN: Final = f"state IN ({_listed(_STATES['open'])})"
_TOOK: Final = {
    "postgresql": "greatest(0, extract(epoch FROM closed_at - created_at))::double precision",
    "sqlite": "max(0, round((julianday(closed_at) - julianday(created_at)) * 86400, 3))",
}
"""Seconds from the beginning to the answer or refusal. SQLite knows times to the millisecond."""
_COUNTS: Final = _counts()
_SUMS: Final = f"""
SELECT %(grain)s, %(start)s, {", ".join(_KEY)},
    {", ".join(f'sum("{each}")' for each in MEASURES)}
FROM gateway_standing WHERE grain = %(from)s AND start >= %(first)s AND start < %(end)s{_ONLY}
GROUP BY {", ".join(_KEY)}"""  # noqa: S608 - names of our own
