"""Signed places of the journal's chain."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from mezhved.gateway.models.connections import InformationSystem
from mezhved.gateway.models.fields import binary, moment


class Checkpoint(models.Model):
    """A link of the chain that an organisation signed: what stands before it can no longer be changed."""

    position: models.BigIntegerField[int, int] = models.BigIntegerField()
    link = binary()
    at = moment()
    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem, on_delete=models.CASCADE, related_name="checkpoints"
    )
    signature = binary()
    """Detached CMS over the checkpoint's text, DER."""

    class Meta:
        """Table: one checkpoint of a place for a system."""

        db_table = "gateway_checkpoint"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "position"], name="gateway_checkpoint_once")
        ]

    def __str__(self) -> str:
        return f"{self.position}"
