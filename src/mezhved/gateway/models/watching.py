"""What the journal is searched and counted by."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.gateway.models.connections import InformationSystem
from mezhved.gateway.models.exchanges import Exchange
from mezhved.gateway.models.fields import count, flag, text
from mezhved.gateway.models.types import InformationType

if TYPE_CHECKING:
    from datetime import date


class Subject(models.Model):
    """An identifier of a person or organisation met in an exchange: as a keyed hash, never in clear."""

    if TYPE_CHECKING:
        exchange_id: int

    exchange: models.ForeignKey[Exchange, Exchange] = models.ForeignKey(
        Exchange, on_delete=models.CASCADE, related_name="subjects"
    )
    kind = text(16)
    """snils, inn, ogrn, document, policy, name."""
    key = text(32)
    """First 128 bits of HMAC-SHA256 over kind and value, hexadecimal."""
    is_asked = flag(default=False)
    """Met in the request itself: these are the people that one asked about."""

    class Meta:
        """Table: an identifier counts once in an exchange."""

        db_table = "gateway_subject"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "exchange"], name="gateway_subject_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.exchange_id}"


class DayCount(models.Model):
    """How many events of one kind a day had, in one system, with one type."""

    day: models.DateField[date, date] = models.DateField()
    """By Moscow time."""
    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem, on_delete=models.CASCADE, related_name="+"
    )
    type: models.ForeignKey[InformationType | None, InformationType | None] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, null=True, related_name="+"
    )
    department = text(100, blank=True, default="")
    """Code of the department that has the exchange; empty: none."""
    direction = text(3)
    kind = text(32)
    """The event's."""
    state = text(16)
    """The exchange's after it."""
    is_test = flag(default=False)
    events = count(default=0)
    seconds: models.FloatField[float, float] = models.FloatField(default=0.0)
    """From the beginning of the exchanges to these events, in all."""

    class Meta:
        """Table."""

        db_table = "gateway_day_count"
        indexes: ClassVar = [models.Index(fields=["day"], name="gateway_day_count_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class Reader(models.Model):
    """Up to which event a reader of the order has come."""

    name = text(50, unique=True)
    position: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)

    class Meta:
        """Table."""

        db_table = "gateway_reader"

    def __str__(self) -> str:
        return self.name
