"""What people saw and did: kept, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models.fields import moment, text

if TYPE_CHECKING:
    import uuid


class AuditEntry(models.Model):
    """One thing that an account did or saw; of personal data it holds nothing."""

    if TYPE_CHECKING:
        account_id: int | None

    at = moment()
    account: models.ForeignKey[Account | None, Account | None] = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    name = text(150, blank=True, default="")
    """The account's name then: it outlives the account."""
    action = text(40)
    exchange: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    """The exchange that was seen or changed; it may be deleted since."""
    subject = text(300, blank=True, default="")
    """What else it was about: a code, a name of an account, a page."""
    address = text(64, blank=True, default="")
    """From where."""

    class Meta:
        """Table and the indexes of its three lists."""

        db_table = "cabinet_audit"
        indexes: ClassVar = [
            models.Index(fields=["-at"], name="cabinet_audit_list"),
            models.Index(fields=["account", "-at"], name="cabinet_audit_account"),
            models.Index(fields=["exchange", "-at"], name="cabinet_audit_exchange"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"
