"""How requests stand, counted by the day they began: followed along the events, kept as small sums.

What changed of a day is counted anew from the requests themselves, so that the sums are right whatever an
event said, and a kill between any two steps repeats the counting and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import Event, Exchange
from mezhved.gateway.models.exchanges import OPEN_STATES
from mezhved.gateway.readers import has_come, reader_of
from mezhved.gateway.watching.sizes import learn_sizes
from mezhved.gateway.watching.summing import (
    BY_SIDE,
    BY_TYPE,
    MOSCOW,
    add_up_month,
    add_up_year,
    count_day,
    month_of,
    year_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mezhved.gateway.assembly import Gateway

READER: Final = "standing"
DUE_READER: Final = "standing-due"
"""Its position is a moment: microseconds since 1970, up to which ends of terms were looked at."""
DUTY_SECONDS: Final = 120
PERIOD_SECONDS: Final = 10.0
SHARE: Final = 10
"""Counting takes at most one part in so many of the time."""
BATCH: Final = 2000
LOOKED_AT_LEAST: Final = 300_000_000
"""Microseconds after which it is noted how far the ends of terms were looked at, though none came."""
DAYS_AT_ONCE: Final = 30
"""Days that are counted in one transaction."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Changed:
    """Of which types and other sides something changed in a period."""

    types: set[int | None] = field(default_factory=set)
    sides: set[str] = field(default_factory=set)

    def add(self, other: _Changed) -> None:
        self.types |= other.types
        self.sides |= other.sides


def follow(now: datetime) -> int:
    """Count what the next events have changed, and what became late; return how many events there were.

    Only the holder of the duty calls it.
    """
    reader = reader_of(READER)
    due = reader_of(DUE_READER, _micros(now))
    rows = list(
        Event.objects.filter(position__gt=reader.position)
        .order_by("position")
        .values_list("position", "exchange__created_at", "exchange__type_id", "exchange__counterpart")[:BATCH]
    )
    days: dict[date, _Changed] = defaultdict(_Changed)
    late = list(_become_late(due.position, now))
    for began, kind, side in (*(row[1:] for row in rows), *late):
        # An own request has no other side until it is answered: where it was counted before is empty.
        days[began.astimezone(MOSCOW).date()].add(_Changed({kind}, {side, ""}))
    _count(days, now)
    if rows or late or _micros(now) - due.position > LOOKED_AT_LEAST:
        with transaction.atomic():
            has_come(reader, rows[-1][0] if rows else reader.position)
            has_come(due, _micros(now))
    return len(rows)


def _become_late(since: int, now: datetime) -> Iterable[tuple[datetime, int | None, str]]:
    """Return when those requests began that became late meanwhile, with their types and other sides."""
    found = Exchange.objects.filter(
        due_at__gte=_EPOCH + timedelta(microseconds=since), due_at__lt=now, state__in=OPEN_STATES
    )
    return found.values_list("created_at", "type_id", "counterpart")


def _count(days: Mapping[date, _Changed], now: datetime) -> None:
    """Count the days, then the months and years that they belong to."""
    for few in _by_few(days.items()):
        with transaction.atomic():
            for day, changed in few:
                count_day(BY_TYPE, day, now, changed.types)
                count_day(BY_SIDE, day, now, changed.sides)
    for start, changed in _within(days, month_of).items():
        add_up_month(BY_TYPE, start, changed.types)
        add_up_month(BY_SIDE, start, changed.sides)
    for start, changed in _within(days, year_of).items():
        add_up_year(BY_TYPE, start, changed.types)
        add_up_year(BY_SIDE, start, changed.sides)


def _by_few(days: Iterable[tuple[date, _Changed]]) -> Iterator[list[tuple[date, _Changed]]]:
    """Give the days in groups: one commit for each group, which on SQLite others wait for."""
    left = iter(days)
    while few := list(islice(left, DAYS_AT_ONCE)):
        yield few


def _within(days: Mapping[date, _Changed], period_of: Callable[[date], date]) -> dict[date, _Changed]:
    """Return what changed of the periods that the days belong to."""
    periods: dict[date, _Changed] = defaultdict(_Changed)
    for day, changed in days.items():
        periods[period_of(day)].add(changed)
    return periods


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


class StandingCounter(Loop):
    """Counts while it holds the duty; the more there is to count, the longer it pauses."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "standing")
        self._knows_sizes = False

    def tick(self) -> float:
        """Count what is new, after a look at what PostgreSQL knows; come back at once while there is more."""
        if not self._knows_sizes:
            learn_sizes()
            self._knows_sizes = True
        began = self._gateway.clock()
        if not take_duty(READER, self._gateway.owner, began, DUTY_SECONDS):
            return DUTY_SECONDS / 2
        followed = follow(began)
        self.went_well()
        if followed == BATCH:
            return 0.0
        spent = (self._gateway.clock() - began).total_seconds()
        return max(PERIOD_SECONDS, min(spent * SHARE, DUTY_SECONDS / 4))

    def ended(self) -> None:
        """Let another process count."""
        leave(READER, self._gateway.owner)
        super().ended()
