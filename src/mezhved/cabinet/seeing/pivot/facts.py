"""The extract that a pivot table is counted over: plain facts of requests, nothing that names a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.models import Exchange, ExchangeState, InformationType
from mezhved.gateway.models.exchanges import OPEN_STATES
from mezhved.gateway.watching.summing import MOSCOW, bounds_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from mezhved.cabinet.seeing.pivot.wanted import Wanted

MOST: Final = 3_000_000
"""Requests of one extract; the table of more is refused."""
COLUMNS: Final = (
    "direction", "type_id", "department_id", "counterpart", "state", "system_id", "created_at", "closed_at",
    "due_at", "paused_at",
)  # fmt: skip
TABLE: Final = (
    "CREATE TABLE facts (direction VARCHAR, type BIGINT, department BIGINT, counterpart VARCHAR, "
    "state VARCHAR, system BIGINT, day DATE, hour INTEGER, seconds DOUBLE, term VARCHAR, is_open BOOLEAN)"
)
_OPEN: Final = frozenset(each.value for each in OPEN_STATES)
_ANSWERED: Final = frozenset({ExchangeState.ANSWERED.value, ExchangeState.REJECTED.value})


def requests(wanted: Wanted) -> QuerySet[Exchange]:
    """Return the requests that are counted, within the departments of the account."""
    asked = wanted.asked
    since, before = bounds_of(asked.period.since, asked.period.until)
    found = Exchange.objects.filter(created_at__gte=since, created_at__lt=before, is_test=False)
    found = found.exclude(state=ExchangeState.DRAFT).order_by()
    if asked.departments is not None:
        found = found.filter(department__in=asked.departments)
    if asked.direction:
        found = found.filter(direction=asked.direction)
    if wanted.types:
        keys = InformationType.objects.filter(code__in=wanted.types).values_list("pk", flat=True)
        found = found.filter(type__in=list(keys))
    if wanted.states:
        found = found.filter(state__in=wanted.states)
    if wanted.counterpart:
        found = found.filter(counterpart=wanted.counterpart)
    return found


def facts(wanted: Wanted, now: datetime) -> Iterator[tuple[Any, ...]]:
    """Read them one by one."""
    rows = requests(wanted).values_list(*COLUMNS)
    for direction, kind, department, side, state, system, began, closed, due, paused in rows.iterator():
        at = began.astimezone(MOSCOW)
        is_answered = state in _ANSWERED and closed is not None
        yield (
            direction,
            kind,
            department,
            side,
            state,
            system,
            at.date(),
            at.hour,
            max(0.0, (closed - began).total_seconds()) if is_answered else None,
            _term(state, due, closed if is_answered else None, now if paused is None else None),
            state in _OPEN,
        )


def _term(state: str, due: datetime | None, answered: datetime | None, now: datetime | None) -> str:
    if due is None:
        return "none"
    if answered is not None:
        return "late" if answered > due else "timely"
    if state not in _OPEN:
        return "none"
    return "overdue" if now is not None and due < now else "running"
