"""Sealing: steps get their place in the hash chain, events theirs in the order, by one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.events import last_position
from mezhved.gateway.evidence.chain import LinkRow, next_link
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import Step
from mezhved.gateway.queries import Prepared
from mezhved.gateway.statements import change_each, rows

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

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
    message = None if step.message is None else step.message.uid
    return _row(step.position or 0, message, step.kind, step.at, step.digest)


def _seal_steps(gateway: Gateway) -> int:
    steps = _STEPS.tuples(_unsealed)
    if not steps:
        return 0
    last = next(iter(_LAST.tuples(_sealed)), (0, NOTHING))
    place, link = last[0], bytes(last[1])
    sealed = []
    for key, kind, at, digest, message in steps:
        place += 1
        link = next_link(gateway.provider, link, _row(place, message, kind, at, digest))
        sealed.append((place, link, key))
    change_each(_SEALED, sealed)
    return len(steps)


def _row(place: int, message: UUID | None, kind: str, at: datetime, digest: bytes) -> LinkRow:
    said = "" if message is None else str(message)
    return LinkRow(place, said, kind, at.isoformat(timespec="microseconds"), bytes(digest).hex())


def _sealed() -> QuerySet[Step, Any]:
    sealed = Step.objects.filter(position__isnull=False).order_by("-position")
    return sealed.values_list("position", "link")[:1]


def _unsealed() -> QuerySet[Step, Any]:
    unsealed = Step.objects.filter(position=None).order_by("pk")
    return unsealed.values_list("pk", "kind", "at", "digest", "message__uid")[:BATCH]


def _place_events() -> int:
    events = rows(_UNPLACED, [BATCH])
    if events:
        place = last_position()
        change_each(_PLACED, [(place + number, key) for number, (key,) in enumerate(events, 1)])
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
        if sealed:
            self._gateway.news.tell()
        return 0.0 if sealed >= BATCH else PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process seal."""
        leave(DUTY, self._gateway.owner)
        super().ended()
