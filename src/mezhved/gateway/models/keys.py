"""What was told of keys that run out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from mezhved.gateway.models.connections import SigningKey
from mezhved.gateway.models.fields import count, moment, text


class KeyWarning(models.Model):
    """One warning of a certificate's end: the row is what makes it told once, by whatever process."""

    key: models.ForeignKey[SigningKey, SigningKey] = models.ForeignKey(
        SigningKey, on_delete=models.CASCADE, related_name="warnings"
    )
    thumbprint = text(64)
    """SHA-256 of the certificate, hexadecimal: another certificate of the same key is warned of anew."""
    days = count()
    """How many days before the end it is for; 0: the end has come."""
    not_after = moment()
    at = moment()

    class Meta:
        """Table: one warning of a certificate for a number of days."""

        db_table = "gateway_key_warning"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "thumbprint", "days"], name="gateway_key_warning_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.days}"
