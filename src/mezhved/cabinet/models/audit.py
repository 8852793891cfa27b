"""What people saw and did: kept, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.db import models

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models.fields import binary, moment, text

if TYPE_CHECKING:
    import uuid


class AuditIsKept(TypeError):  # noqa: N818 - named by what it is, as the other refusals are
    """Somebody tried to change or delete what the audit holds."""


class _Kept(models.QuerySet["AuditEntry"]):
    """Rows that are added and read."""

    def update(self, **_values: Any) -> NoReturn:
        raise AuditIsKept

    def bulk_update(self, *_arguments: Any, **_options: Any) -> NoReturn:
        raise AuditIsKept

    def delete(self) -> NoReturn:
        raise AuditIsKept


class AuditEntry(models.Model):
    """One thing that an account did or saw; of personal data it holds nothing.

    The database itself refuses to change or delete a row (triggers of the migration `0002_accounts`).
    """

    if TYPE_CHECKING:
        account_id: int | None

    at = moment()
    account: models.ForeignKey[Account | None, Account | None] = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Whose account it was; None: a command of the server, or somebody who did not sign in."""
    name = text(150, blank=True, default="")
    """The account's name then; of a command, the operating system's user."""
    action = text(40)
    exchange: models.UUIDField[uuid.UUID | None, uuid.UUID | None] = models.UUIDField(null=True)
    """The exchange that was seen or changed; it may be deleted since."""
    subject = text(300, blank=True, default="")
    """What else it was about: a code, a name of an account, a page."""
    address = text(64, blank=True, default="")
    """From where."""

    objects = _Kept.as_manager()

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

    def save(self, *args: Any, **options: Any) -> None:
        """Add the row; one that is there already is refused."""
        if not self._state.adding:
            raise AuditIsKept
        super().save(*args, **options)

    def delete(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refuse."""
        raise AuditIsKept


class AuditLink(models.Model):
    """The link of an entry in the audit's hash chain; the database refuses to change it, too."""

    position: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    """From 1, without gaps."""
    entry: models.BigIntegerField[int, int] = models.BigIntegerField(unique=True)
    """The entry's key, and no reference: a link outlives an entry that was deleted, and tells of it."""
    link = binary()
    """GOST R 34.11-2012 (256 bits), see `cabinet.accounts.chain`."""

    class Meta:
        """Table."""

        db_table = "cabinet_audit_link"

    def __str__(self) -> str:
        return f"{self.position}"
