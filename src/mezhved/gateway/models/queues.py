"""How the polling of SMEV's queues goes, and which messages wait for their files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from mezhved.gateway.models.connections import InformationSystem
from mezhved.gateway.models.fields import count, json_value, moment, optional_moment, text


class QueueState(models.Model):
    """One polled queue, as people look at it; written when something changes and about twice a minute."""

    name = text(200, unique=True)
    """The name of the duty of polling it."""
    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem, on_delete=models.CASCADE, related_name="queues"
    )
    kind = text(16)
    """request, response or status."""
    node = text(50, blank=True, default="")
    """NodeID of the requests whose answers wait in it."""
    polled_at = optional_moment()
    """When SMEV answered last."""
    taken_at = optional_moment()
    """When a message came last."""
    failures = count(default=0)
    """Failed polls in a row."""
    problem = json_value(null=True)
    """Why nothing comes: name, ru, en, code, cure_ru, cure_en; None while all is well."""

    class Meta:
        """Table."""

        db_table = "gateway_queue"

    def __str__(self) -> str:
        return self.name


class AwaitedFiles(models.Model):
    """A message that is not kept yet because its files could not be fetched; SMEV hands it out again."""

    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem, on_delete=models.CASCADE, related_name="+"
    )
    message_id = text(36)
    first_at = moment()
    attempts = count(default=0)
    problem = json_value(null=True)
    """What went wrong last: name, ru, en, cure_ru, cure_en."""

    class Meta:
        """Table."""

        db_table = "gateway_awaited_files"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "message_id"], name="gateway_awaited_files_once")
        ]

    def __str__(self) -> str:
        return self.message_id
