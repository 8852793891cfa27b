"""The second factor of an account, its recovery codes, and the sessions that it has open."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models.fields import moment, optional_binary, optional_moment, text

if TYPE_CHECKING:
    import uuid


class SecondFactor(models.Model):
    """One-time codes by time (RFC 6238). Secrets are sealed with a key of the site's secret."""

    if TYPE_CHECKING:
        account_id: int

    account: models.OneToOneField[Account, Account] = models.OneToOneField(
        Account, on_delete=models.CASCADE, primary_key=True, related_name="second_factor"
    )
    sealed = optional_binary()
    """The secret in force; None until the first confirmation."""
    pending = optional_binary()
    """A secret that was shown and is not confirmed by a code yet."""
    confirmed_at = optional_moment()
    last_step: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    """The greatest step of 30 s whose code was used: none up to it is taken again."""

    class Meta:
        """Table."""

        db_table = "cabinet_second_factor"

    def __str__(self) -> str:
        return str(self.account_id)


class RecoveryCode(models.Model):
    """A code that stands in for a lost telephone, once; only its hash is kept, and that until it is used."""

    if TYPE_CHECKING:
        account_id: int

    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    hash = text(64, unique=True)

    class Meta:
        """Table."""

        db_table = "cabinet_recovery_code"

    def __str__(self) -> str:
        return str(self.pk)


class Session(models.Model):
    """One sign-in of an account: its browser is let in for as long as this row is there."""

    if TYPE_CHECKING:
        account_id: int

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(unique=True)
    """Lies in Django's session on the server; no browser sees it as a key."""
    account: models.ForeignKey[Account, Account] = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="sessions"
    )
    started_at = moment()
    seen_at = moment()
    """Of the last thing that the person did, to a minute."""
    address = text(64, blank=True, default="")
    browser = text(300, blank=True, default="")
    """What the browser calls itself."""

    class Meta:
        """Table and the order of its list."""

        db_table = "cabinet_session"
        indexes: ClassVar = [models.Index(fields=["-seen_at"], name="cabinet_session_list")]

    def __str__(self) -> str:
        return str(self.uid)
