"""Signing places of the journal's chain, so that a container proves its steps by a bounded number of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.errors import CannotSign
from mezhved.gateway.evidence.chain import STEPS_BETWEEN, checkpoint_text
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import Checkpoint, InformationSystem, Step
from mezhved.gost import sign_cms

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.assembly import Gateway

DUTY = "checkpoints"
PERIOD_SECONDS = 60.0
DUTY_SECONDS = 3 * PERIOD_SECONDS
LONGEST = timedelta(hours=1)
"""How long new steps wait for a checkpoint where there are few of them."""


def head() -> Step | None:
    """Return the last sealed step, without its octets."""
    sealed = Step.objects.filter(position__isnull=False).only("position", "link")
    return sealed.order_by("-position").first()


def checkpoint_covering(gateway: Gateway, system: InformationSystem, position: int) -> Checkpoint:
    """Return the system's checkpoint that covers a sealed place, made now where none is near enough.

    It lies less than `STEPS_BETWEEN` links after the place. Raises `CannotSign`.
    """
    last = position + STEPS_BETWEEN - 1
    near = Checkpoint.objects.filter(system=system, position__range=(position, last))
    found = near.order_by("position").first()
    if found is not None:
        return found
    sealed = Step.objects.filter(position__range=(position, last)).only("position", "link")
    return make_checkpoint(gateway, system, sealed.order_by("-position")[0])


def make_checkpoint(gateway: Gateway, system: InformationSystem, step: Step) -> Checkpoint:
    """Sign the link of a sealed step; one that is there already is returned. Raises `CannotSign`."""
    now, position, link = gateway.clock(), step.position or 0, bytes(step.link or b"")
    text = checkpoint_text(position, link, written(now))
    signature = sign_cms(text, gateway.ring.signer(system), gateway.provider, at=now)
    try:
        with transaction.atomic():
            return Checkpoint.objects.create(
                system=system, position=position, link=link, at=now, signature=signature
            )
    except IntegrityError:
        return Checkpoint.objects.get(system=system, position=position)


def written(moment: datetime) -> str:
    """Return a moment as the chain and the checkpoints write it."""
    return moment.isoformat(timespec="microseconds")


def make_due(gateway: Gateway) -> int:
    """Make the checkpoints that are due for each system in work; return how many."""
    last = head()
    if last is None or last.position is None:
        return 0
    made, now = 0, gateway.clock()
    systems = InformationSystem.objects.select_related("connection").filter(is_active=True)
    for system in systems:
        before = Checkpoint.objects.filter(system=system).order_by("-position").first()
        place = 0 if before is None else before.position
        waited = before is None or now - before.at >= LONGEST
        if last.position - place >= STEPS_BETWEEN or (last.position > place and waited):
            try:
                make_checkpoint(gateway, system, last)
            except CannotSign as error:
                gateway.log.warning("checkpoint_failed", system=system.mnemonic, reason=str(error.what))
            else:
                made += 1
    return made


class Checkpointer(Loop):
    """Makes checkpoints while it holds the duty."""

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(gateway, "checkpoints")

    def tick(self) -> float:
        """Make what is due."""
        if take_duty(DUTY, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS):
            make_due(self._gateway)
        self.went_well()
        return PERIOD_SECONDS

    def ended(self) -> None:
        """Let another process do it."""
        leave(DUTY, self._gateway.owner)
        super().ended()
