"""Daily counts of what happened, made from the events in their order: the same on every node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.models import DayCount, Event, Reader
from mezhved.service import Repeating

if TYPE_CHECKING:
    from datetime import date

    from mezhved.gateway.assembly import Gateway

READER: Final = "counting"
DUTY_SECONDS: Final = 60
PERIOD_SECONDS: Final = 5.0
BATCH: Final = 500
_MOSCOW: Final = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What events are counted together."""

    day: date
    system_id: int
    type_id: int | None
    department: str
    direction: str
    kind: str
    state: str
    is_test: bool


def count_events() -> int:
    """Count the next events, and note how far it came, in one transaction; return how many there were.

    Only the holder of the duty calls it.
    """
    with transaction.atomic():
        reader, _ = Reader.objects.get_or_create(name=READER)
        events = list(
            Event.objects.filter(position__gt=reader.position)
            .select_related("exchange__department")
            .order_by("position")[:BATCH]
        )
        found: dict[_Kind, tuple[int, float]] = {}
        for each in events:
            kind = _kind(each)
            count, seconds = found.get(kind, (0, 0.0))
            found[kind] = count + 1, seconds + (each.at - each.exchange.created_at).total_seconds()
        for kind, (count, seconds) in found.items():
            _add(kind, count, seconds)
        if events:
            reader.position = events[-1].position or reader.position
            reader.save(update_fields=["position"])
    return len(events)


def _kind(event: Event) -> _Kind:
    exchange = event.exchange
    return _Kind(
        event.at.astimezone(_MOSCOW).date(),
        exchange.system_id,
        exchange.type_id,
        exchange.department.code if exchange.department is not None else "",
        exchange.direction,
        event.kind,
        event.state,
        exchange.is_test,
    )


def _add(kind: _Kind, count: int, seconds: float) -> None:
    said = {name: getattr(kind, name) for name in _Kind.__slots__}
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
