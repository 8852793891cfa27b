"""Drafts, their files, templates and favourite types."""

from __future__ import annotations

import uuid
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of the room `forms`."""

    dependencies: ClassVar = [("cabinet", "0002_accounts"), ("gateway", "0006_provider")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("root", models.CharField(max_length=200)),
                ("purpose", models.CharField(choices=[("ask", "Ask"), ("answer", "Answer")], max_length=8)),
                ("is_test", models.BooleanField(default=False)),
                ("wants_signature", models.BooleanField(default=False)),
                ("contents", models.TextField(default="{}")),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="cabinet.account",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="gateway.department",
                    ),
                ),
                (
                    "exchange",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="gateway.exchange",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="gateway.informationtype",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="gateway.informationsystem",
                    ),
                ),
            ],
            options={
                "db_table": "cabinet_draft",
            },
        ),
        migrations.CreateModel(
            name="DraftFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                ("mime_type", models.CharField(max_length=255)),
                ("size", models.BigIntegerField()),
                ("octets", models.BinaryField(null=True)),
                ("blob", models.CharField(blank=True, default="", max_length=32)),
                ("digest", models.BinaryField(default=b"")),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="cabinet.draft"
                    ),
                ),
            ],
            options={
                "db_table": "cabinet_draft_file",
            },
        ),
        migrations.CreateModel(
            name="FavouriteType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cabinet.account"
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="gateway.informationtype",
                    ),
                ),
            ],
            options={
                "db_table": "cabinet_favourite",
            },
        ),
        migrations.CreateModel(
            name="RequestTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("contents", models.TextField(default="{}")),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cabinet.account"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="gateway.department",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="gateway.informationtype",
                    ),
                ),
            ],
            options={
                "db_table": "cabinet_template",
            },
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["account", "-updated_at"], name="cabinet_draft_list"),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("purpose", "answer"), ("sent_at__isnull", True)),
                fields=("exchange",),
                name="cabinet_draft_answer_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="favouritetype",
            constraint=models.UniqueConstraint(fields=("account", "kind"), name="cabinet_favourite_once"),
        ),
        migrations.AddIndex(
            model_name="requesttemplate",
            index=models.Index(fields=["account", "name"], name="cabinet_template_list"),
        ),
    ]
