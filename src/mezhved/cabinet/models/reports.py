"""Reports that are made again and again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models.fields import json_value, moment, optional_moment, text


class Schedule(models.TextChoices):
    """When a report is due."""

    NEVER = "never"
    WEEKLY = "weekly"
    """On Mondays, of the week before."""
    MONTHLY = "monthly"
    """On the first day of a month, of the month before."""


class SavedReport(models.Model):
    """What a report counts, under a name; its figures are never kept."""

    if TYPE_CHECKING:
        account_id: int

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="reports"
    )
    name = text(150)
    parameters = json_value(default=dict)
    """The query of the report's page: period, since, until, direction, department."""
    schedule = text(8, choices=Schedule.choices, default=Schedule.NEVER)
    next_at = optional_moment()
    """When the account is told next that it is ready."""
    created_at = moment()

    class Meta:
        """Table: a name is one report of an account; the index of what is due."""

        db_table = "cabinet_report"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name"], name="cabinet_report_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"],
                name="cabinet_report_due",
                condition=models.Q(next_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.uid)
