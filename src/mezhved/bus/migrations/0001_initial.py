"""The tables of the durable queues."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Messages, their content, queue entries, events."""

    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Body",
            fields=[
                ("message_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("owner", models.BigIntegerField()),
                ("data", models.BinaryField()),
                ("signature", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_key", models.BinaryField(max_length=16, unique=True)),
                ("owner", models.BigIntegerField()),
                ("kind", models.SmallIntegerField(choices=[(1, "REQUEST"), (2, "RESPONSE"), (3, "SYSTEM")])),
                (
                    "state",
                    models.SmallIntegerField(
                        choices=[(1, "QUEUED"), (2, "DELIVERED"), (3, "REFUSED"), (4, "EXPIRED")]
                    ),
                ),
                ("version", models.TextField()),
                ("sender", models.BigIntegerField(null=True)),
                ("recipient", models.BigIntegerField(null=True)),
                ("type_id", models.BigIntegerField(null=True)),
                ("root_namespace", models.TextField()),
                ("root_name", models.TextField()),
                ("original_key", models.BinaryField(max_length=16, null=True)),
                ("reference_key", models.BinaryField(max_length=16, null=True)),
                ("transaction_code", models.TextField()),
                ("node", models.TextField()),
                ("reply_to", models.TextField()),
                ("test", models.BooleanField()),
                ("eol", models.BigIntegerField()),
                ("attachments", models.IntegerField()),
                ("accepted_at", models.BigIntegerField()),
                ("first_leased_at", models.BigIntegerField()),
                ("finished_at", models.BigIntegerField()),
                ("leases", models.IntegerField()),
                ("reason", models.TextField()),
                ("answer_key", models.BinaryField(max_length=16, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("original_key__isnull", False)),
                        fields=["original_key"],
                        name="bus_message_original",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("owner", models.BigIntegerField()),
                ("at", models.BigIntegerField()),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[(1, "REFUSED"), (2, "EXPIRED"), (3, "REDELIVERED"), (4, "NOT_ACCEPTED")]
                    ),
                ),
                ("detail", models.TextField()),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=models.DO_NOTHING,
                        related_name="events",
                        to="bus.message",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("owner", models.BigIntegerField()),
                ("position", models.IntegerField()),
                ("content_id", models.TextField()),
                ("mime_type", models.TextField()),
                ("octets", models.BinaryField()),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.DO_NOTHING,
                        related_name="files",
                        to="bus.message",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("message", "position"), name="bus_attachment_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("owner", models.BigIntegerField()),
                ("box", models.SmallIntegerField(choices=[(1, "REQUESTS"), (2, "RESPONSES"), (3, "STATUS")])),
                ("node", models.TextField()),
                ("type_id", models.BigIntegerField(null=True)),
                ("message_key", models.BinaryField(max_length=16)),
                ("eol", models.BigIntegerField()),
                ("leased_until", models.BigIntegerField()),
                ("first_leased_at", models.BigIntegerField()),
                ("leases", models.IntegerField()),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.DO_NOTHING,
                        related_name="entries",
                        to="bus.message",
                    ),
                ),
            ],
            options={
                "db_table": "bus_queue",
                "indexes": [
                    models.Index(
                        condition=models.Q(("leased_until", 0)),
                        fields=["owner", "box", "node", "message"],
                        name="bus_queue_waiting",
                    ),
                    models.Index(
                        models.F("owner"),
                        models.F("box"),
                        models.F("node"),
                        models.F("type_id"),
                        models.F("message_id") + 0,
                        condition=models.Q(("leased_until", 0)),
                        name="bus_queue_waiting_type",
                    ),
                    models.Index(
                        condition=models.Q(("leased_until__gt", 0)),
                        fields=["owner", "box", "node", "leased_until", "type_id", "message"],
                        name="bus_queue_leased",
                    ),
                    models.Index(fields=["message_key"], name="bus_queue_message"),
                    models.Index(condition=models.Q(("eol__gt", 0)), fields=["eol"], name="bus_queue_eol"),
                ],
            },
        ),
    ]
