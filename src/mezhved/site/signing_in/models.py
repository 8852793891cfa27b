"""Failed attempts to sign in to the pages of a role."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SignInFailure(models.Model):
    """Failures of one address or one account name, shared by all workers.

    `key` is a hash: what people type into the name's field by mistake is not kept. Times are microseconds
    since the epoch, UTC.
    """

    key: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    failures: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    last_at: models.BigIntegerField[int, int] = models.BigIntegerField(db_index=True)

    class Meta:
        """Written by the program alone."""

        db_table = "sign_in_failure"
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.key
