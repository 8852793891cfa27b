"""The packages that an information type had: one of them is applied, the others wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.cabinet.models.accounts import Account
from mezhved.gateway.models import InformationType
from mezhved.gateway.models.fields import content_key, count, flag, json_value, moment, text

if TYPE_CHECKING:
    from typing import Any


class TypeVersion(models.Model):
    """One package of a type as it was uploaded, with what its examination found."""

    if TYPE_CHECKING:
        type_id: int

    type: models.ForeignKey[InformationType, InformationType] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, related_name="+"
    )
    number = count()
    package = content_key()
    digest = text(64)
    """SHA-256 of the package, hexadecimal: the version is applied where the type's is the same."""
    size: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    at = moment()
    account: models.ForeignKey[Account | None, Account | None] = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    note = text(300, blank=True, default="")
    holds = flag(default=True)
    """Whether all that can be expected of the package does."""
    report: models.JSONField[Any, Any] = json_value(null=True)
    """What the examination found; None where it was not examined here."""

    class Meta:
        """Table."""

        db_table = "cabinet_type_version"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["type", "number"], name="cabinet_type_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.type_id} {self.number}"
