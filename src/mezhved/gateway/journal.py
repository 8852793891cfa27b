"""Sealing: steps get their place in the hash chain, events theirs in the order, by one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.events import last_position
from mezhved.gateway.evidence.chain import LinkRow, next_link
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import Step
from mezhved.gateway.queries import Prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Message, StepKind

DUTY = "sealing"
DUTY_SECONDS = 30
PERIOD_SECONDS = 0.5
BATCH = 500
# One statement a row: the ORM's single statement of so many cases costs more than the signatures.
_SEALED = "UPDATE gateway_step SET position = %s, link = %s WHERE id = %s"
_UNPLACED = "SELECT id FROM gateway_event WHERE position IS NULL ORDER BY id LIMIT %s"
_PLACED = "UPDATE gateway_event SET position = %s WHERE id = %s"
_LAST: Final = Prepared[Step]()
_STEPS: Final = Prepared[Step]()
NOTHING = bytes(32)


def note_step(
    gateway: Gateway, kind: StepKind, content_type: str, octets: bytes, message: Message | None = None
) -> Step:
    """Keep the raw octets of a step, inside the transaction of the fact; sealing gives it its place."""
    return Step.objects.create(
        exchange=None if message is None else message.exchange,
        message=message,
        kind=kind,
        at=gateway.clock(),
        content_type=content_type[:255],
        octets=octets,
        digest=gateway.digest(octets),
    )


def seal(gateway: Gateway) -> int:
    """Give a place to all that has none; return to how many. Only the holder of the duty calls it."""
    with transaction.atomic():
        return _seal_steps(gateway) + _place_events()


def row_of(step: Step) -> LinkRow:
    """Return what the link covers beside the link before it: all that identifies a step, and its digest."""
    message = "" if step.message is None else str(step.message.uid)
    at = step.at.isoformat(timespec="microseconds")
    return LinkRow(step.position or 0, message, step.kind, at, bytes(step.digest).hex())


def _seal_steps(gateway: Gateway) -> int:
    last = _LAST.first(_sealed)
    place, link = (0, NOTHING) if last is None else (last.position or 0, bytes(last.link or NOTHING))
    steps = _STEPS.rows(_unsealed)
    for each in steps:
        place += 1
        each.position = place
        link = each.link = next_link(gateway.provider, link, row_of(each))
    if steps:
        with connection.cursor() as cursor:
            cursor.executemany(_SEALED, [(each.position, each.link, each.pk) for each in steps])
    return len(steps)


def _sealed() -> QuerySet[Step]:
    sealed = Step.objects.filter(position__isnull=False).only("position", "link")
    return sealed.order_by("-position")[:1]


def _unsealed() -> QuerySet[Step]:
    unsealed = Step.objects.filter(position=None).select_related("message")
    return unsealed.only("kind", "at", "digest", "message__uid").order_by("pk")[:BATCH]


def _place_events() -> int:
    place = last_position()
    with connection.cursor() as cursor:
        cursor.execute(_UNPLACED, [BATCH])
        events = [row[0] for row in cursor.fetchall()]
        if events:
            cursor.executemany(_PLACED, [(place + number, key) for number, key in enumerate(events, 1)])
    return len(events)


class Sealer(Loop):
    """Seals while it holds the duty."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "sealer")

    def tick(self) -> float:
        """Seal what is there; come back at once while there is more."""
        if not take_duty(DUTY, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS):
            return DUTY_SECONDS / 2
        sealed = seal(self._gateway)
        self.went_well()
        return 0.0 if sealed >= BATCH else PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process seal."""
        leave(DUTY, self._gateway.owner)
        super().ended()
