"""The tables of background jobs and of versions of packages."""

from __future__ import annotations

import uuid
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Jobs and versions."""

    dependencies: ClassVar = [("cabinet", "0006_seeing"), ("gateway", "0007_retention")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("kind", models.CharField(max_length=64)),
                ("title", models.JSONField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="jobs",
                        to="cabinet.account",
                    ),
                ),
                ("permission", models.CharField(blank=True, default="", max_length=16)),
                ("parameters", models.JSONField(default=dict)),
                ("source", models.CharField(blank=True, default="", max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("working", "Working"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("stopped", "Stopped"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(null=True)),
                ("memory", models.JSONField(default=dict)),
                ("outcome", models.JSONField(null=True)),
                ("result", models.CharField(blank=True, default="", max_length=32)),
                ("result_name", models.CharField(blank=True, default="", max_length=255)),
                ("result_mime", models.CharField(blank=True, default="", max_length=255)),
                ("result_size", models.BigIntegerField(default=0)),
                ("link", models.CharField(blank=True, default="", max_length=500)),
                ("problem", models.JSONField(null=True)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("stop_wanted", models.BooleanField(default=False)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("lease_owner", models.CharField(blank=True, default="", max_length=64)),
                ("leased_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "cabinet_job",
                "indexes": [
                    models.Index(fields=["account", "-id"], name="cabinet_job_account"),
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "working"))),
                        fields=["id"],
                        name="cabinet_job_unfinished",
                    ),
                    models.Index(
                        condition=models.Q(("expires_at__isnull", False)),
                        fields=["expires_at"],
                        name="cabinet_job_expiring",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TypeVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="gateway.informationtype",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("package", models.CharField(blank=True, default="", max_length=32)),
                ("digest", models.CharField(max_length=64)),
                ("size", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cabinet.account",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("holds", models.BooleanField(default=True)),
                ("report", models.JSONField(null=True)),
            ],
            options={
                "db_table": "cabinet_type_version",
                "constraints": [
                    models.UniqueConstraint(fields=("type", "number"), name="cabinet_type_version_once")
                ],
            },
        ),
    ]
