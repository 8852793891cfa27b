"""Messages on their way to many recipients, and work left for after the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import migrations, models

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_STATES: Final = [(1, "QUEUED"), (2, "DELIVERED"), (3, "REFUSED"), (4, "EXPIRED"), (5, "RECEIVED")]
_KINDS: Final = [(1, "REQUEST"), (2, "RESPONSE"), (3, "SYSTEM"), (4, "BROADCAST")]
# A recipient's row is updated once and no index covers what changes; works come and go all the time.
_PARAMETERS: Final = (
    "ALTER TABLE bus_recipient SET (fillfactor = 80)",
    "ALTER TABLE bus_work SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500)",
)


def tune(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Set the storage parameters; other engines have none."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in _PARAMETERS:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Recipients of a message to many, works, messages in distribution."""

    dependencies: ClassVar = [("bus", "0002_postgresql_storage")]

    operations: ClassVar = [
        migrations.AlterField("Message", "kind", models.SmallIntegerField(choices=_KINDS)),
        migrations.AlterField("Message", "state", models.SmallIntegerField(choices=_STATES)),
        migrations.AddField("Message", "recipients", models.IntegerField(db_default=0)),
        migrations.AddField("Message", "lease_factor", models.SmallIntegerField(db_default=1)),
        migrations.AddField("QueueEntry", "many", models.BooleanField(db_default=False)),
        migrations.AddField("QueueEntry", "lease_factor", models.SmallIntegerField(db_default=1)),
        migrations.RemoveIndex("QueueEntry", "bus_queue_message"),
        migrations.AddIndex(
            "QueueEntry", models.Index("message_key", models.F("owner") + 0, name="bus_queue_message")
        ),
        migrations.CreateModel(
            name="Recipient",
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
                "constraints": [
                    models.UniqueConstraint(fields=("message_id", "owner"), name="bus_recipient_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Work",
            fields=[
                ("message_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("owner", models.BigIntegerField()),
                ("plan", models.TextField()),
                ("leased_until", models.BigIntegerField()),
                ("attempts", models.IntegerField()),
            ],
            options={"indexes": [models.Index(fields=["leased_until"], name="bus_work_due")]},
        ),
        migrations.CreateModel(
            name="Distribution",
            fields=[
                ("message_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("owner", models.BigIntegerField()),
            ],
        ),
        migrations.RunPython(tune, migrations.RunPython.noop),
    ]
