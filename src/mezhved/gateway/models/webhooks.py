"""Addresses that are told of events, and what they were told."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.gateway.models.access import AccessToken
from mezhved.gateway.models.fields import count, flag, json_value, moment, optional_moment, text
from mezhved.gateway.models.journal import Event
from mezhved.gateway.models.keys import KeyWarning

KEY_RUNS_OUT = "key_runs_out"
"""Kind of what is told of a certificate whose end is near; no exchange has it."""


class DeliveryState(models.TextChoices):
    """Where telling an address of one event stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    """It was tried for a day."""


class Webhook(models.Model):
    """An address of a calling system; it is told only what its token may see."""

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    token: models.ForeignKey[AccessToken, AccessToken] = models.ForeignKey(
        AccessToken, on_delete=models.CASCADE, related_name="webhooks"
    )
    url = text(2000)
    secret = text(100)
    """Key of the signatures over what is sent; told once."""
    kinds = json_value(default=list)
    """Kinds of events; empty: all."""
    is_active = flag(default=True)
    position: models.BigIntegerField[int, int] = models.BigIntegerField()
    """Events up to this place were looked at."""
    failures = count(default=0)
    """Attempts in a row that failed."""
    quiet_until = optional_moment()
    """After a failure nothing is sent there until then."""
    created_at = moment()

    class Meta:
        """Table."""

        db_table = "gateway_webhook"

    def __str__(self) -> str:
        return str(self.uid)


class Delivery(models.Model):
    """One event, or one warning of a key's end, that one address is told of."""

    if TYPE_CHECKING:
        webhook_id: int

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    webhook: models.ForeignKey[Webhook, Webhook] = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries"
    )
    event: models.ForeignKey[Event | None, Event | None] = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, related_name="+"
    )
    key_warning: models.ForeignKey[KeyWarning | None, KeyWarning | None] = models.ForeignKey(
        KeyWarning, on_delete=models.CASCADE, null=True, related_name="+"
    )
    """What is told instead of an event of an exchange: that a certificate runs out."""
    state = text(16, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = count(default=0)
    next_at = optional_moment()
    give_up_at = moment()
    last_status = count(default=0)
    """HTTP status of the last attempt; 0 when there was no answer."""
    problem = text(100, blank=True, default="")
    """Why the last attempt failed: a word of ours, never what the other side wrote."""
    created_at = moment()
    settled_at = optional_moment()

    class Meta:
        """Table, and the index of what is due."""

        db_table = "gateway_delivery"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["webhook", "event"], name="gateway_delivery_once"),
            models.UniqueConstraint(fields=["webhook", "key_warning"], name="gateway_delivery_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"],
                name="gateway_delivery_due",
                condition=models.Q(next_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def kind(self) -> str:
        """What it tells."""
        return KEY_RUNS_OUT if self.event is None else self.event.kind
