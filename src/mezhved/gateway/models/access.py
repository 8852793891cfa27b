"""Who of the participant's own systems may call, and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from mezhved.gateway.models.connections import InformationSystem
from mezhved.gateway.models.fields import flag, moment, optional_moment, text
from mezhved.gateway.models.types import InformationType


class AccessToken(models.Model):
    """A token of one calling system; the token itself is told once and never kept."""

    name = text(150, unique=True)
    digest = text(64, unique=True)
    """SHA-256 of the token, hexadecimal: it has 256 random bits, so a slow hash would add nothing."""
    created_at = moment()
    expires_at = optional_moment()
    revoked_at = optional_moment()
    last_used_at = optional_moment()
    """To the minute."""

    class Meta:
        """Table."""

        db_table = "gateway_access_token"

    def __str__(self) -> str:
        return self.name


class AccessRight(models.Model):
    """What a token may do in one system with one type, or with all types."""

    if TYPE_CHECKING:
        token_id: int
        system_id: int
        type_id: int | None

    token: models.ForeignKey[AccessToken, AccessToken] = models.ForeignKey(
        AccessToken, on_delete=models.CASCADE, related_name="rights"
    )
    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem, on_delete=models.CASCADE, related_name="+"
    )
    type: models.ForeignKey[InformationType | None, InformationType | None] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, null=True, related_name="+"
    )
    """None: every type, and what is of no known type."""
    may_ask = flag(default=False)
    """Send requests and see what became of them."""
    may_answer = flag(default=False)
    """See incoming requests and answer them."""
    may_read = flag(default=False)
    """See all of it and change nothing."""

    class Meta:
        """Table."""

        db_table = "gateway_access_right"

    def __str__(self) -> str:
        return f"{self.token_id} {self.system_id} {self.type_id or '*'}"
