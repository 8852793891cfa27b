"""Failed attempts to sign in to the administration."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from mezhved.service.lazytext import lazy_text


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

        verbose_name = lazy_text("неудачный вход", "failure to sign in")
        verbose_name_plural = lazy_text("неудачные входы", "failures to sign in")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.key
