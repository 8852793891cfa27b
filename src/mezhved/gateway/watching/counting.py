"""Daily counts of what happened, made from the events in their order: the same on every node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.models import DayCount, Event
from mezhved.gateway.queries import Prepared
from mezhved.gateway.readers import has_come, reader_of
from mezhved.service import Repeating

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from mezhved.gateway.assembly import Gateway

READER: Final = "counting"
DUTY_SECONDS: Final = 60
PERIOD_SECONDS: Final = 10.0
BATCH: Final = 500
_EVENTS: Final = Prepared[Event]()
_MOSCOW: Final = ZoneInfo("Europe/Moscow")


_TOLD: Final = (
    "exchange__system_id",
    "exchange__type_id",
    "exchange__direction",
    "kind",
    "state",
    "exchange__is_test",
    "exchange__department__code",
)
"""What tells events apart beside their day, in the order of `_Kind`."""


class _Kind(NamedTuple):
    """What events are counted together."""

    day: date
    system_id: int
    type_id: int | None
    direction: str
    kind: str
    state: str
    is_test: bool
    department: str


def count_events() -> int:
    """Count the next events, and note how far it came, in one transaction; return how many there were.

    Only the holder of the duty calls it.
    """
    reader = reader_of(READER)
    events = _EVENTS.tuples(_after, reader.position)
    if not events:
        return 0
    found: dict[_Kind, tuple[int, float]] = {}
    for _, at, began, *told, department in events:
        kind = _Kind._make((at.astimezone(_MOSCOW).date(), *told, department or ""))
        count, seconds = found.get(kind, (0, 0.0))
        found[kind] = count + 1, seconds + (at - began).total_seconds()
    with transaction.atomic():
        for kind, (count, seconds) in found.items():
            _add(kind, count, seconds)
        has_come(reader, events[-1][0])
    return len(events)


def _after(position: int) -> QuerySet[Event, Any]:
    after = Event.objects.filter(position__gt=position).order_by("position")
    return after.values_list("position", "at", "exchange__created_at", *_TOLD)[:BATCH]


def _add(kind: _Kind, count: int, seconds: float) -> None:
    said = kind._asdict()
    changed = DayCount.objects.filter(**said).update(
        events=F("events") + count, seconds=F("seconds") + seconds
    )
    if not changed:
        DayCount.objects.create(**said, events=count, seconds=seconds)


class Counter(Repeating):
    """Counts while it holds the duty."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__("counter")
        self._gateway = gateway

    def tick(self) -> float:
        """Count what is new; come back at once while there is more."""
        if not take_duty(READER, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS):
            return DUTY_SECONDS / 2
        return 0.0 if count_events() == BATCH else PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process count."""
        leave(READER, self._gateway.owner)

    def troubled(self, error: Exception) -> float:
        """Log the trouble and wait; a connection that broke is left."""
        connection.close_if_unusable_or_obsolete()
        self._gateway.log.error("counting_failed", error_type=type(error).__name__)
        return DUTY_SECONDS / 2
