"""Tables of the bus. The hot path works on them by plain SQL (`mezhved.bus.storage`), not by the ORM.

Relations carry no database constraint: rows of one message are written in one transaction by one
program, and `mezhved bus check` proves that they belong together; a constraint would cost a lookup
and a lock on each of them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mezhved.bus.storage.records import Box, EventKind, Kind, State


class MessageColumns(models.Model):
    """What is known of a message, in the hot tables and in the archive.

    `recipients` is 0 for a message to one recipient, whose delivery is told in this very row. A message
    to many has a row of `Recipient` for each, and its own rows belong to nobody's queue: `owner` is 0.
    """

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    message_key: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=16, unique=True)
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    kind: models.SmallIntegerField[int, int] = models.SmallIntegerField(
        choices=[(kind.value, kind.name) for kind in Kind]
    )
    state: models.SmallIntegerField[int, int] = models.SmallIntegerField(
        choices=[(state.value, state.name) for state in State]
    )
    version: models.TextField[str, str] = models.TextField()
    sender: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    recipient: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    type_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    root_namespace: models.TextField[str, str] = models.TextField()
    root_name: models.TextField[str, str] = models.TextField()
    original_key: models.BinaryField[bytes | None, bytes | None] = models.BinaryField(
        max_length=16, null=True
    )
    reference_key: models.BinaryField[bytes | None, bytes | None] = models.BinaryField(
        max_length=16, null=True
    )
    transaction_code: models.TextField[str, str] = models.TextField()
    node: models.TextField[str, str] = models.TextField()
    reply_to: models.TextField[str, str] = models.TextField()
    test: models.BooleanField[bool, bool] = models.BooleanField()
    eol: models.BigIntegerField[int, int] = models.BigIntegerField()
    attachments: models.IntegerField[int, int] = models.IntegerField()
    recipients: models.IntegerField[int, int] = models.IntegerField(db_default=0)
    lease_factor: models.SmallIntegerField[int, int] = models.SmallIntegerField(db_default=1)
    accepted_at: models.BigIntegerField[int, int] = models.BigIntegerField()
    first_leased_at: models.BigIntegerField[int, int] = models.BigIntegerField()
    finished_at: models.BigIntegerField[int, int] = models.BigIntegerField()
    leases: models.IntegerField[int, int] = models.IntegerField()
    reason: models.TextField[str, str] = models.TextField()
    answer_key: models.BinaryField[bytes | None, bytes | None] = models.BinaryField(max_length=16, null=True)

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        return f"{Kind(self.kind).name} {bytes(self.message_key).hex()}"


class Message(MessageColumns):
    """A message that the bus took over: also the memory of used MessageIDs, until it is archived."""

    class Meta:
        """Indexes: by id, the answers of a request, and the messages of a chain."""

        indexes: ClassVar = [
            models.Index(
                fields=["original_key"],
                name="bus_message_original",
                condition=Q(original_key__isnull=False),
            ),
            models.Index(
                fields=["reference_key"],
                name="bus_message_reference",
                condition=Q(reference_key__isnull=False),
            ),
        ]


class Body(models.Model):
    """The signed bytes of a message, apart so that the message row stays narrow.

    The key is the message's; it is declared as a row id because SQLite then needs no second index.
    """

    message_id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    data: models.BinaryField[bytes, bytes] = models.BinaryField()
    signature: models.BinaryField[bytes, bytes] = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class Attachment(models.Model):
    """An attachment that came inside a message: `octets` here, or a large one in the store of blobs.

    `blob` is its key there, empty for one that lies here; a blob is deleted when no row names it.
    """

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    message: models.ForeignKey[Message, Message] = models.ForeignKey(
        Message, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="files"
    )
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    position: models.IntegerField[int, int] = models.IntegerField()
    content_id: models.TextField[str, str] = models.TextField()
    mime_type: models.TextField[str, str] = models.TextField()
    octets: models.BinaryField[bytes, bytes] = models.BinaryField()
    blob: models.TextField[str, str] = models.TextField(db_default="")
    size: models.BigIntegerField[int, int] = models.BigIntegerField(db_default=0)

    class Meta:
        """One file per place; a blob's row is found by its key."""

        indexes: ClassVar = [
            models.Index(fields=["blob"], name="bus_attachment_blob", condition=Q(blob__gt="")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "position"], name="bus_attachment_place"),
        ]

    def __str__(self) -> str:
        return self.content_id


class QueueEntry(models.Model):
    """A message that its recipient has not acknowledged; the message's id is its place in the queue.

    The order is kept in `message_id`, which has no index of its own, and no index over the whole table
    holds the owner: whatever a database believes about the table's size, the indexes below are its only
    ways. For the same reason the index by type is ordered by a sum and says "below 1" where the other
    says 0 (an index that leaves the type to be filtered must not look as good, nor serve at all where
    nothing is known of the table), and that by message holds the owner as a sum. A message has one entry
    because only its acceptance, once for ever, makes one; a message to `many` has one for each
    recipient, found by id and owner.
    `leased_until` 0 means never handed out; a lease that ended puts the message at the queue's head.
    A hand-out lasts `lease_factor` times as long as is usual.
    """

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    box: models.SmallIntegerField[int, int] = models.SmallIntegerField(
        choices=[(box.value, box.name) for box in Box]
    )
    node: models.TextField[str, str] = models.TextField()
    type_id: models.BigIntegerField[int | None, int | None] = models.BigIntegerField(null=True)
    message: models.ForeignKey[Message, Message] = models.ForeignKey(
        Message, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="entries"
    )
    message_key: models.BinaryField[bytes, bytes] = models.BinaryField(max_length=16)
    eol: models.BigIntegerField[int, int] = models.BigIntegerField()
    leased_until: models.BigIntegerField[int, int] = models.BigIntegerField()
    first_leased_at: models.BigIntegerField[int, int] = models.BigIntegerField()
    leases: models.IntegerField[int, int] = models.IntegerField()
    many: models.BooleanField[bool, bool] = models.BooleanField(db_default=False)
    lease_factor: models.SmallIntegerField[int, int] = models.SmallIntegerField(db_default=1)

    class Meta:
        """Each way of taking a message from a queue has an index in its own order."""

        db_table = "bus_queue"
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "box", "node", "message"],
                name="bus_queue_waiting",
                condition=Q(leased_until=0),
            ),
            models.Index(
                "owner",
                "box",
                "node",
                "type_id",
                F("message_id") + 0,
                name="bus_queue_waiting_type",
                condition=Q(leased_until__lt=1),
            ),
            models.Index(
                fields=["owner", "box", "node", "leased_until", "type_id", "message"],
                name="bus_queue_leased",
                condition=Q(leased_until__gt=0),
            ),
            models.Index("message_key", F("owner") + 0, name="bus_queue_message"),
            models.Index(fields=["eol"], name="bus_queue_eol", condition=Q(eol__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.owner}/{self.box}/{self.node} {self.pk}"


class Event(models.Model):
    """What happened to a message besides the times in its own row."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    message: models.ForeignKey[Message, Message] = models.ForeignKey(
        Message, on_delete=models.DO_NOTHING, db_constraint=False, related_name="events"
    )
    owner: models.BigIntegerField[int, int] = models.BigIntegerField()
    at: models.BigIntegerField[int, int] = models.BigIntegerField()
    kind: models.SmallIntegerField[int, int] = models.SmallIntegerField(
        choices=[(kind.value, kind.name) for kind in EventKind]
    )
    detail: models.TextField[str, str] = models.TextField()

    def __str__(self) -> str:
        return EventKind(self.kind).name
