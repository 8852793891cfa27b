"""Deliveries of a message to many recipients, and work that is left after a receipt."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from mezhved.bus.storage.records import State


class Recipient(models.Model):
    """How a message to many stands with one of its recipients; `owner` is the recipient's system.

    While it is queued, hand-outs are told by its entry in the queue, as for any message.
    """

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    message_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    state: models.SmallIntegerField[int, int] = models.SmallIntegerField(
        choices=[(state.value, state.name) for state in State]
    )
    first_leased_at: models.BigIntegerField[int, int] = models.BigIntegerField()
    finished_at: models.BigIntegerField[int, int] = models.BigIntegerField()
    leases: models.IntegerField[int, int] = models.IntegerField()
    reason: models.TextField[str, str] = models.TextField()

    class Meta:
        """A recipient has a message once, however often it is put into the queues."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message_id", "owner"], name="bus_recipient_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.owner} {State(self.state).name}"


class Work(models.Model):
    """A message that has its receipt and waits for more: files to be taken over, a large fan-out.

    The key is the message's. `leased_until` says how long a process works on it; `attempts` counts those
    that began, and is the fence that a process which was thought dead does not pass.
    """

    message_id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    plan: models.TextField[str, str] = models.TextField()
    leased_until: models.BigIntegerField[int, int] = models.BigIntegerField()
    attempts: models.IntegerField[int, int] = models.IntegerField()

    class Meta:
        """Taken in the order of time."""

        indexes: ClassVar = [models.Index(fields=["leased_until"], name="bus_work_due")]

    def __str__(self) -> str:
        return str(self.pk)


class Distribution(models.Model):
    """A message that lies in the queues of many; the row goes when the last of them is done with it."""

    message_id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.pk)
