"""How far each system was told of its messages."""

from __future__ import annotations

from django.db import models


class PushState(models.Model):
    """One row per system with a push address, written by senders of notices alone.

    `notified` is the newest message (its row id) and `told` the number of messages that waited when the
    system was told last; `leased_until` holds off other senders while one is at work.
    """

    system: models.BigIntegerField[int, int] = models.BigIntegerField(primary_key=True)
    address: models.TextField[str, str] = models.TextField()
    leased_until: models.BigIntegerField[int, int] = models.BigIntegerField()
    next_at: models.BigIntegerField[int, int] = models.BigIntegerField()
    sent_at: models.BigIntegerField[int, int] = models.BigIntegerField()
    notified: models.BigIntegerField[int, int] = models.BigIntegerField()
    told: models.BigIntegerField[int, int] = models.BigIntegerField()
    failures: models.IntegerField[int, int] = models.IntegerField()
    reported_at: models.BigIntegerField[int, int] = models.BigIntegerField()

    class Meta:
        """A small table."""

        db_table = "bus_push"

    def __str__(self) -> str:
        return str(self.system)
