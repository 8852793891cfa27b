"""Filters of lists that people keep and share."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models import Department
from mezhved.gateway.models.fields import flag, json_value, long_text, text


class SavedFilter(models.Model):
    """What somebody looks for again and again; one with a department is its people's too."""

    if TYPE_CHECKING:
        account_id: int
        department_id: int | None

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="saved_filters"
    )
    department: models.ForeignKey[Department | None, Department | None] = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, related_name="+"
    )
    view = text(16)
    """Of which list: its code."""
    name = text(100)
    query = long_text(blank=True, default="")
    """The query string of the list, without a place in it."""
    person = json_value(null=True)
    """Whom it is about: `keys`, hashes as of `gateway.watching.subjects`, and `label`; never the value."""
    is_default = flag(default=False)
    """What its owner sees when the list is opened."""

    class Meta:
        """Table: a name is one filter of a person's list."""

        db_table = "cabinet_saved_filter"
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "view", "name"], name="cabinet_saved_filter_once")
        ]

    def __str__(self) -> str:
        return self.name
