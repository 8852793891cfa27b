"""Locks, first passwords, the second factor and sessions of accounts; an audit that stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import django.db.models.deletion
from django.db import migrations, models

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

_SQLITE = """
CREATE TRIGGER cabinet_audit_no_{verb} BEFORE {verb} ON cabinet_audit
BEGIN SELECT RAISE(ABORT, 'the audit is kept as it is'); END
"""
_POSTGRES = """
CREATE FUNCTION cabinet_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is kept as it is'; END $$;
CREATE TRIGGER cabinet_audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON cabinet_audit
FOR EACH STATEMENT EXECUTE FUNCTION cabinet_audit_refuse();
"""


def keep_the_audit(_apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    """Let the database refuse to change or delete rows of the audit."""
    with schema.connection.cursor() as cursor:
        if schema.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(_SQLITE.format(verb=verb))
        else:
            cursor.execute(_POSTGRES)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cabinet", "0001_start")]

    operations: ClassVar = [
        migrations.AddField("account", "temporary_until", models.DateTimeField(null=True)),
        migrations.AddField("account", "locked_at", models.DateTimeField(null=True)),
        migrations.AddField("account", "language", models.CharField(blank=True, default="", max_length=2)),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="second_factor",
                        serialize=False,
                        to="cabinet.account",
                    ),
                ),
                ("sealed", models.BinaryField(null=True)),
                ("pending", models.BinaryField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("last_step", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "cabinet_second_factor"},
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hash", models.CharField(max_length=64, unique=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to="cabinet.account",
                    ),
                ),
            ],
            options={"db_table": "cabinet_recovery_code"},
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("address", models.CharField(blank=True, default="", max_length=64)),
                ("browser", models.CharField(blank=True, default="", max_length=300)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to="cabinet.account",
                    ),
                ),
            ],
            options={
                "db_table": "cabinet_session",
                "indexes": [models.Index(fields=["-seen_at"], name="cabinet_session_list")],
            },
        ),
        migrations.AlterField(
            "auditentry",
            "account",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cabinet.account",
            ),
        ),
        migrations.RunPython(keep_the_audit),
    ]
