"""Counts of a period, put together as asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from django.db.models import Q, Sum

from mezhved.gateway.models import DayCount

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

By = Literal["day", "system", "type", "department"]

_COLUMNS: Final = {
    "day": "day",
    "system": "system__mnemonic",
    "type": "type__code",
    "department": "department",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many events of a kind there were; what was not asked to be told apart is None."""

    day: date | None
    system: str | None
    type: str | None
    department: str | None
    direction: str
    kind: str
    state: str
    is_test: bool
    events: int
    mean_seconds: float
    """From the beginning of the exchanges to these events."""


def statistics(since: date, until: date, by: Sequence[By], visible: Q | None = None) -> list[Counted]:
    """Return the counts of the days from `since` to `until`, both included, by Moscow time."""
    rows = DayCount.objects.filter(visible or Q(), day__gte=since, day__lte=until)
    columns = [_COLUMNS[each] for each in _COLUMNS if each in by]
    grouped = rows.order_by().values(*columns, "direction", "kind", "state", "is_test")
    totals = grouped.annotate(total=Sum("events"), age=Sum("seconds"))
    return [_counted(row) for row in totals.order_by(*columns, "direction", "kind", "state", "is_test")]


def _counted(row: dict[str, Any]) -> Counted:
    total = row["total"]
    return Counted(
        day=row.get("day"),
        system=row.get("system__mnemonic"),
        type=row.get("type__code"),
        department=row.get("department"),
        direction=row["direction"],
        kind=row["kind"],
        state=row["state"],
        is_test=row["is_test"],
        events=total,
        mean_seconds=round(row["age"] / total, 3) if total else 0.0,
    )
