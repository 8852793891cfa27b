"""The trace of what was deleted when its term was over."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from mezhved.gateway.models.exchanges import Exchange
from mezhved.gateway.models.fields import count, json_value, moment, text


class Forgetting(models.Model):
    """That the personal data of an exchange were deleted: when, by which rule, what; never the data."""

    if TYPE_CHECKING:
        exchange_id: int

    exchange: models.ForeignKey[Exchange, Exchange] = models.ForeignKey(
        Exchange, on_delete=models.CASCADE, related_name="forgettings"
    )
    at = moment()
    rule = text(200)
    """Code of the type and its `retention_days`, such as `VS00051v003-FNS001 365`."""
    messages = count(default=0)
    files = count(default=0)
    octets: models.BigIntegerField[int, int] = models.BigIntegerField(default=0)
    """Of contents, files and raw steps together."""
    digests = json_value(default=dict)
    """GOST R 34.11-2012 (256 bits) of every content by the message's uid, hexadecimal."""

    class Meta:
        """Table."""

        db_table = "gateway_forgetting"
        indexes: ClassVar = [models.Index(fields=["at"], name="gateway_forgetting_at")]

    def __str__(self) -> str:
        return f"{self.exchange_id} {self.rule}"
