"""The archive and the daily statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import migrations, models

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_KINDS: Final = [(1, "REQUEST"), (2, "RESPONSE"), (3, "SYSTEM"), (4, "BROADCAST")]
_STATES: Final = [(1, "QUEUED"), (2, "DELIVERED"), (3, "REFUSED"), (4, "EXPIRED"), (5, "RECEIVED")]
_EVENTS: Final = [(1, "REFUSED"), (2, "EXPIRED"), (3, "REDELIVERED"), (4, "NOT_ACCEPTED")]
# As in the hot tables, where the figures stand.
_BODY: Final = """
DO $$
BEGIN
    ALTER TABLE bus_archive_body ALTER data SET COMPRESSION lz4, ALTER signature SET COMPRESSION lz4;
EXCEPTION WHEN OTHERS THEN
    ALTER TABLE bus_archive_body
        ALTER data SET STORAGE EXTERNAL, ALTER signature SET STORAGE EXTERNAL;
END $$
"""
_ATTACHMENT: Final = "ALTER TABLE bus_archive_attachment ALTER octets SET STORAGE EXTERNAL"


def tune(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Set the storage parameters; other engines have none."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in (_BODY, _ATTACHMENT):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    """The archive and the daily statistics."""

    dependencies: ClassVar = [("bus", "0006_push")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ArchivedBody",
            fields=[
                ("message_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("owner", models.BigIntegerField()),
                ("data", models.BinaryField()),
                ("signature", models.BinaryField()),
            ],
            options={
                "db_table": "bus_archive_body",
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("leased_until", models.BigIntegerField()),
                ("value", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Uncounted",
            fields=[
                ("message_id", models.BigAutoField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="ArchivedAttachment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_id", models.BigIntegerField()),
                ("owner", models.BigIntegerField()),
                ("position", models.IntegerField()),
                ("content_id", models.TextField()),
                ("mime_type", models.TextField()),
                ("octets", models.BinaryField()),
                ("blob", models.TextField()),
                ("size", models.BigIntegerField()),
            ],
            options={
                "db_table": "bus_archive_attachment",
                "indexes": [
                    models.Index(fields=["message_id"], name="bus_archive_attachment_of"),
                    models.Index(
                        condition=models.Q(("blob__gt", "")), fields=["blob"], name="bus_archive_blob"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArchivedEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_id", models.BigIntegerField()),
                ("owner", models.BigIntegerField()),
                ("at", models.BigIntegerField()),
                ("kind", models.SmallIntegerField(choices=_EVENTS)),
                ("detail", models.TextField()),
            ],
            options={
                "db_table": "bus_archive_event",
                "indexes": [models.Index(fields=["message_id"], name="bus_archive_event_of")],
            },
        ),
        migrations.CreateModel(
            name="ArchivedMessage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_key", models.BinaryField(max_length=16, unique=True)),
                ("owner", models.BigIntegerField()),
                ("kind", models.SmallIntegerField(choices=_KINDS)),
                ("state", models.SmallIntegerField(choices=_STATES)),
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
                ("recipients", models.IntegerField(db_default=0)),
                ("lease_factor", models.SmallIntegerField(db_default=1)),
                ("accepted_at", models.BigIntegerField()),
                ("first_leased_at", models.BigIntegerField()),
                ("finished_at", models.BigIntegerField()),
                ("leases", models.IntegerField()),
                ("reason", models.TextField()),
                ("answer_key", models.BinaryField(max_length=16, null=True)),
                ("archived_at", models.BigIntegerField()),
            ],
            options={
                "db_table": "bus_archive_message",
                "indexes": [
                    models.Index(
                        condition=models.Q(("original_key__isnull", False)),
                        fields=["original_key"],
                        name="bus_archive_original",
                    ),
                    models.Index(
                        condition=models.Q(("reference_key__isnull", False)),
                        fields=["reference_key"],
                        name="bus_archive_reference",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArchivedRecipient",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_id", models.BigIntegerField()),
                ("owner", models.BigIntegerField()),
                ("state", models.SmallIntegerField(choices=_STATES)),
                ("first_leased_at", models.BigIntegerField()),
                ("finished_at", models.BigIntegerField()),
                ("leases", models.IntegerField()),
                ("reason", models.TextField()),
            ],
            options={
                "db_table": "bus_archive_recipient",
                "constraints": [
                    models.UniqueConstraint(fields=("message_id", "owner"), name="bus_archive_recipient_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Statistics",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.IntegerField(verbose_name="день")),
                ("system", models.BigIntegerField()),
                ("type_id", models.BigIntegerField()),
                ("kind", models.SmallIntegerField(choices=_KINDS, verbose_name="род")),
                ("sent", models.BigIntegerField(verbose_name="отправлено")),
                ("octets", models.BigIntegerField(verbose_name="октетов")),
                ("delivered", models.BigIntegerField(verbose_name="доставлено")),
                ("refused", models.BigIntegerField(verbose_name="отказано")),
                ("expired", models.BigIntegerField(verbose_name="истекло")),
                ("delivery_time", models.BigIntegerField()),
                ("longest", models.BigIntegerField()),
                ("taken", models.BigIntegerField(verbose_name="получено")),
            ],
            options={
                "verbose_name": "статистика за день",
                "verbose_name_plural": "статистика по дням",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "system", "type_id", "kind"), name="bus_statistics_day"
                    )
                ],
            },
        ),
        migrations.RunPython(tune, migrations.RunPython.noop),
    ]
