"""Many requests that are made of one Excel file."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models import Department, Exchange, InformationSystem, InformationType
from mezhved.gateway.models.fields import (
    count,
    flag,
    json_value,
    moment,
    optional_binary,
    optional_moment,
    text,
)


class Batch(models.Model):
    """One file of requests; what it held goes into its rows, and from there into the exchanges."""

    if TYPE_CHECKING:
        department_id: int
        account_id: int | None

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    account: models.ForeignKey[Account | None, Account | None] = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    author = text(150)
    """The account's name; it outlives the account."""
    department: models.ForeignKey[Department, Department] = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+"
    )
    """Which asks, and whose people see it."""
    kind: models.ForeignKey[InformationType, InformationType] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, related_name="+"
    )
    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem, on_delete=models.CASCADE, related_name="+"
    )
    is_test = flag(default=False)
    digest = text(64, blank=True, default="")
    """SHA-256 of its columns and rows, hexadecimal: by which what is brought twice is known; empty before."""
    notes = json_value(default=list)
    """What is amiss with the file as a whole: pairs of Russian and English."""
    created_at = moment()
    checked_at = optional_moment()
    """When every row had been looked at; None before."""
    sent_at = optional_moment()
    """When it was given to be sent."""
    cancelled_at = optional_moment()
    job: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    """The last piece of long work about it."""
    wiped_at = optional_moment()
    """When the contents of the rows that were never sent were deleted."""

    class Meta:
        """Table and the index of its list."""

        db_table = "cabinet_batch"
        indexes: ClassVar = [
            models.Index(fields=["department", "-created_at"], name="cabinet_batch_list"),
            models.Index(
                fields=["created_at"],
                name="cabinet_batch_unwiped",
                condition=models.Q(wiped_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class RowState(models.TextChoices):
    """Where a row stands; what becomes of its request is the exchange's."""

    WRONG = "wrong"
    """Something is to be corrected in the file."""
    READY = "ready"
    TAKEN = "taken"
    """It is a request now."""
    REFUSED = "refused"
    """The gateway did not take it."""
    CANCELLED = "cancelled"


class BatchRow(models.Model):
    """One row of the file; `content` lies here until it is a request, or called off."""

    if TYPE_CHECKING:
        batch_id: int
        exchange_id: int | None

    batch: models.ForeignKey[Batch, Batch] = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="rows"
    )
    number = count()
    """As Excel counts it."""
    state = text(16, choices=RowState.choices)
    content = optional_binary()
    """The business data: XML octets."""
    problems = json_value(default=list)
    """What is wrong: column, heading, ru, en, cure_ru, cure_en; no values."""
    exchange: models.ForeignKey[Exchange | None, Exchange | None] = models.ForeignKey(
        Exchange, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        """Table: a row counts once."""

        db_table = "cabinet_batch_row"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="cabinet_batch_row_once")
        ]
        indexes: ClassVar = [models.Index(fields=["batch", "state"], name="cabinet_batch_row_state")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"
