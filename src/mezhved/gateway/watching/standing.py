"""How requests stand, counted by the day they began: followed along the events, kept as small sums.

What changed of a day's requests of one type is counted anew from the requests themselves, so that the sums
are right whatever an event said, and a kill between any two steps repeats the counting and changes nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import Event, Exchange, ExchangeState, Grain, Reader, Standing
from mezhved.gateway.models.exchanges import OPEN_STATES
from mezhved.gateway.models.standing import BOUNDS, PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mezhved.gateway.assembly import Gateway

READER: Final = "standing"
DUE_READER: Final = "standing-due"
"""Its position is a moment: microseconds since 1970, up to which ends of terms were looked at."""
DUTY_SECONDS: Final = 120
PERIOD_SECONDS: Final = 5.0
SHARE: Final = 10
"""Counting takes at most one part in so many of the time."""
BATCH: Final = 2000
MOSCOW: Final = ZoneInfo("Europe/Moscow")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STATES: Final[dict[str, str]] = {
    ExchangeState.ANSWERED: "answered",
    ExchangeState.REJECTED: "rejected",
    ExchangeState.FAULTED: "faulted",
    ExchangeState.UNSENT: "unsent",
    ExchangeState.CANCELLED: "cancelled",
    ExchangeState.NO_ANSWER: "untold",
    **{each: "open" for each in OPEN_STATES if each != ExchangeState.DRAFT},
}
STATE_MEASURES: Final = ("answered", "rejected", "faulted", "unsent", "cancelled", "untold", "open")
MEASURES: Final = (*STATE_MEASURES, "late", "overdue", "seconds", *PARTS)
_MONTHS: Final = {Grain.DAY: Grain.MONTH, Grain.DAY_BY_SIDE: Grain.MONTH_BY_SIDE}
_COLUMNS: Final = (
    "direction", "department", "counterpart", "is_test", "state", "created_at", "closed_at", "due_at",
    "paused_at",
)  # fmt: skip


class Cell(NamedTuple):
    """The requests of one type that began on one day."""

    day: date
    type_id: int | None


class _Key(NamedTuple):
    grain: Grain
    direction: str
    department: int | None
    counterpart: str
    is_test: bool


@dataclass(slots=True)
class _Sums:
    """What is added up of a key."""

    values: dict[str, float] = field(default_factory=dict)

    def add(self, measure: str, value: float = 1) -> None:
        self.values[measure] = self.values.get(measure, 0) + value


def follow(now: datetime) -> int:
    """Count what the next events have changed, and what became late; return how many events there were.

    Only the holder of the duty calls it.
    """
    reader, _ = Reader.objects.get_or_create(name=READER)
    due, _ = Reader.objects.get_or_create(name=DUE_READER, defaults={"position": _micros(now)})
    rows = list(
        Event.objects.filter(position__gt=reader.position)
        .order_by("position")
        .values_list("position", "exchange__created_at", "exchange__type_id")[:BATCH]
    )
    cells = {Cell(_day(began), kind) for _, began, kind in rows}
    cells |= _become_late(due.position, now)
    counted = {cell: _count(cell, now) for cell in cells}
    with transaction.atomic():
        _keep(counted)
        if rows:
            Reader.objects.filter(pk=reader.pk).update(position=rows[-1][0])
        Reader.objects.filter(pk=due.pk).update(position=_micros(now))
    return len(rows)


def bounds_of(since: date, until: date) -> tuple[datetime, datetime]:
    """Return the moments at which a period of days, both included, begins and ends by Moscow time."""
    return (
        datetime.combine(since, time(), MOSCOW),
        datetime.combine(until + timedelta(days=1), time(), MOSCOW),
    )


def _become_late(since: int, now: datetime) -> set[Cell]:
    """Return the cells whose requests became late meanwhile."""
    found = Exchange.objects.filter(
        due_at__gte=_EPOCH + timedelta(microseconds=since), due_at__lt=now, state__in=OPEN_STATES
    )
    return {Cell(_day(began), kind) for began, kind in found.values_list("created_at", "type_id")}


def _of_day(day: date) -> Any:
    since, before = bounds_of(day, day)
    found = Exchange.objects.filter(created_at__gte=since, created_at__lt=before)
    return found.exclude(state=ExchangeState.DRAFT)


def _count(cell: Cell, now: datetime) -> dict[_Key, _Sums]:
    sums: dict[_Key, _Sums] = {}
    rows = _of_day(cell.day).filter(type=cell.type_id).values_list(*_COLUMNS)
    for direction, department, counterpart, is_test, state, began, closed, due, paused in rows.iterator():
        keys = (
            _Key(Grain.DAY, direction, department, "", is_test),
            _Key(Grain.DAY_BY_SIDE, direction, department, counterpart, is_test),
        )
        found = list(_measures(state, began, closed, due, now if paused is None else None))
        for key in keys:
            kept = sums.setdefault(key, _Sums())
            for measure, value in found:
                kept.add(measure, value)
    return sums


def _measures(
    state: str, began: datetime, closed: datetime | None, due: datetime | None, now: datetime | None
) -> Iterator[tuple[str, float]]:
    """Tell what one request counts for; `now` is None while its term stands still."""
    group = _STATES[state]
    yield group, 1
    if group in {"answered", "rejected"} and closed is not None:
        seconds = max(0.0, (closed - began).total_seconds())
        yield "seconds", seconds
        yield PARTS[bisect_left(BOUNDS, seconds)], 1
        if due is not None and closed > due:
            yield "late", 1
    elif group == "open" and due is not None and now is not None and due < now:
        yield "late", 1
        yield "overdue", 1


def _keep(counted: dict[Cell, dict[_Key, _Sums]]) -> None:
    """Put the new sums in the place of the old ones, and add up the months that they belong to."""
    for cell, sums in counted.items():
        Standing.objects.filter(grain__in=_MONTHS, start=cell.day, type=cell.type_id).delete()
        Standing.objects.bulk_create(
            Standing(**key._asdict(), start=cell.day, type_id=cell.type_id, **each.values)
            for key, each in sums.items()
        )
    for start, kind in {(cell.day.replace(day=1), cell.type_id) for cell in counted}:
        _add_up(start, kind)


def _add_up(start: date, type_id: int | None) -> None:
    after = (start + timedelta(days=31)).replace(day=1)
    days = Standing.objects.filter(start__gte=start, start__lt=after, type=type_id)
    for grain, month in _MONTHS.items():
        Standing.objects.filter(grain=month, start=start, type=type_id).delete()
        groups = (
            days.filter(grain=grain).order_by().values("direction", "department", "counterpart", "is_test")
        )
        sums = groups.annotate(**{f"sum_{each}": Sum(each) for each in MEASURES})
        Standing.objects.bulk_create(_months(sums, month, start, type_id))


def _months(
    sums: Iterable[dict[str, Any]], grain: Grain, start: date, type_id: int | None
) -> Iterator[Standing]:
    for row in sums:
        values = {name.removeprefix("sum_"): value for name, value in row.items()}
        yield Standing(grain=grain, start=start, type_id=type_id, **values)


def _day(moment: datetime) -> date:
    return moment.astimezone(MOSCOW).date()


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


class StandingCounter(Loop):
    """Counts while it holds the duty; the more there is to count, the longer it pauses."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "standing")

    def tick(self) -> float:
        """Count what is new; come back at once while there is more."""
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
