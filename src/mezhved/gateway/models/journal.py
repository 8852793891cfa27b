"""What happened: raw steps with a hash chain over them, events for those who follow, duties of processes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from mezhved.gateway.models.exchanges import Exchange, Message
from mezhved.gateway.models.fields import binary, moment, optional_binary, place, text
from mezhved.gateway.models.states import StepKind


class Step(models.Model):
    """The raw octets of one step of a message's life; `position` and `link` are given when it is sealed."""

    exchange: models.ForeignKey[Exchange | None, Exchange | None] = models.ForeignKey(
        Exchange, on_delete=models.CASCADE, null=True, related_name="steps"
    )
    message: models.ForeignKey[Message | None, Message | None] = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, related_name="steps"
    )
    kind = text(16, choices=StepKind.choices)
    at = moment()
    content_type = text(255, blank=True, default="")
    octets = optional_binary()
    """As sent or received; None once deleted when its term was over (`digest` stays)."""
    digest = binary()
    """GOST R 34.11-2012 (256 bits) of the octets."""
    position = place()
    link = optional_binary()
    """Hash over this step and the link before it."""

    class Meta:
        """Table, and the index of what is not sealed yet."""

        db_table = "gateway_step"
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="gateway_step_unsealed", condition=models.Q(position__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Event(models.Model):
    """Something that the participant's systems may follow; `position` is the cursor."""

    at = moment()
    kind = text(32)
    """request_sent, answer_received, status_received, exchange_closed, request_received..."""
    exchange: models.ForeignKey[Exchange, Exchange] = models.ForeignKey(
        Exchange, on_delete=models.CASCADE, related_name="events"
    )
    message: models.ForeignKey[Message | None, Message | None] = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, related_name="+"
    )
    state = text(16)
    """The exchange's state after it."""
    position = place()
    """Given by one process at a time, in order, so that a follower of the cursor misses none."""

    class Meta:
        """Table, and the index of what has no place yet."""

        db_table = "gateway_event"
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="gateway_event_unplaced", condition=models.Q(position__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Duty(models.Model):
    """Work that one process at a time does: polling a queue, sealing the journal, sending reminders."""

    name = text(200, unique=True)
    owner = text(64, blank=True, default="")
    until = moment()

    class Meta:
        """Table."""

        db_table = "gateway_duty"

    def __str__(self) -> str:
        return self.name
