"""The archive of finished messages, and statistics by day.

An archived message has its rows here, with the ids that they had, and nowhere else.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mezhved.bus.models.messages import MessageColumns
from mezhved.bus.storage.records import EventKind, Kind, State
from mezhved.service.lazytext import lazy_text


class ArchivedMessage(MessageColumns):
    """A finished message; `archived_at` is when it was moved, microseconds."""

    archived_at: models.BigIntegerField[int, int] = models.BigIntegerField()

    class Meta:
        """Found as in the hot table."""

        db_table = "bus_archive_message"
        indexes: ClassVar = [
            models.Index(
                fields=["original_key"],
                name="bus_archive_original",
                condition=Q(original_key__isnull=False),
            ),
            models.Index(
                fields=["reference_key"],
                name="bus_archive_reference",
                condition=Q(reference_key__isnull=False),
            ),
        ]


class ArchivedBody(models.Model):
    """The signed bytes of an archived message."""

    message_id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    data: models.BinaryField[bytes, bytes] = models.BinaryField()
    signature: models.BinaryField[bytes, bytes] = models.BinaryField()

    class Meta:
        """One per message."""

        db_table = "bus_archive_body"

    def __str__(self) -> str:
        return str(self.pk)


class ArchivedAttachment(models.Model):
    """An attachment of an archived message; a large one stays in the store of blobs."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    message_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    position: models.IntegerField[int, int] = models.IntegerField()
    content_id: models.TextField[str, str] = models.TextField()
    mime_type: models.TextField[str, str] = models.TextField()
    octets: models.BinaryField[bytes, bytes] = models.BinaryField()
    blob: models.TextField[str, str] = models.TextField()
    size: models.BigIntegerField[int, int] = models.BigIntegerField()

    class Meta:
        """Found by message, a blob's row by its key."""

        db_table = "bus_archive_attachment"
        indexes: ClassVar = [
            models.Index(fields=["message_id"], name="bus_archive_attachment_of"),
            models.Index(fields=["blob"], name="bus_archive_blob", condition=Q(blob__gt="")),
        ]

    def __str__(self) -> str:
        return self.content_id


class ArchivedEvent(models.Model):
    """A line of an archived message's history."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    message_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    at: models.BigIntegerField[int, int] = models.BigIntegerField()
    kind: models.SmallIntegerField[int, int] = models.SmallIntegerField(
        choices=[(kind.value, kind.name) for kind in EventKind]
    )
    detail: models.TextField[str, str] = models.TextField()

    class Meta:
        """Found by message."""

        db_table = "bus_archive_event"
        indexes: ClassVar = [models.Index(fields=["message_id"], name="bus_archive_event_of")]

    def __str__(self) -> str:
        return EventKind(self.kind).name


class ArchivedRecipient(models.Model):
    """How an archived message to many ended with one recipient."""

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
        """Found by message and recipient."""

        db_table = "bus_archive_recipient"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message_id", "owner"], name="bus_archive_recipient_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.owner} {State(self.state).name}"


class Duty(models.Model):
    """Something that one process does at a time; `value` is how far it has come."""

    name: models.TextField[str, str] = models.TextField(primary_key=True)
    leased_until: models.BigIntegerField[int, int] = models.BigIntegerField()
    value: models.BigIntegerField[int, int] = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class Uncounted(models.Model):
    """A message that ended and whose end is not in the statistics yet; noted as it ended."""

    message_id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.pk)


class Statistics(models.Model):
    """What one system did in one day (of Moscow, days since 1970-01-01) with messages of one type.

    `sent` to `longest` are of messages that it sent, `taken` of those that it took; system 0 is the bus,
    type 0 no type. A message to many is sent once and ends once for each recipient. Times are microseconds
    from the acceptance to the acknowledgement.
    """

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    day: models.IntegerField[int, int] = models.IntegerField(lazy_text("день", "day"))
    system: models.BigIntegerField[int, int] = models.BigIntegerField()
    type_id: models.BigIntegerField[int, int] = models.BigIntegerField()
    kind: models.SmallIntegerField[int, int] = models.SmallIntegerField(
        lazy_text("род", "kind"), choices=[(kind.value, kind.name) for kind in Kind]
    )
    sent: models.BigIntegerField[int, int] = models.BigIntegerField(lazy_text("отправлено", "sent"))
    octets: models.BigIntegerField[int, int] = models.BigIntegerField(lazy_text("октетов", "octets"))
    delivered: models.BigIntegerField[int, int] = models.BigIntegerField(lazy_text("доставлено", "delivered"))
    refused: models.BigIntegerField[int, int] = models.BigIntegerField(lazy_text("отказано", "refused"))
    expired: models.BigIntegerField[int, int] = models.BigIntegerField(lazy_text("истекло", "expired"))
    delivery_time: models.BigIntegerField[int, int] = models.BigIntegerField()
    longest: models.BigIntegerField[int, int] = models.BigIntegerField()
    taken: models.BigIntegerField[int, int] = models.BigIntegerField(lazy_text("получено", "taken"))

    class Meta:
        """One row for each of these."""

        verbose_name = lazy_text("статистика за день", "statistics of a day")
        verbose_name_plural = lazy_text("статистика по дням", "statistics by day")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "system", "type_id", "kind"], name="bus_statistics_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.system} {self.type_id}"
