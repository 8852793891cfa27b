from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateway", "0004_keys")]

    operations = [
        migrations.AddField(
            model_name="exchange",
            name="environment",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="exchange",
            name="is_overdue",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="message",
            name="missed",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="message",
            name="needs_upload",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="message",
            name="smev_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("queued", "Queued"),
                    ("accepted", "Accepted"),
                    ("delivered", "Delivered"),
                    ("rejected", "Rejected"),
                    ("undeliverable", "Undeliverable"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="informationsystem",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="informationtype",
            name="environment",
            field=models.CharField(
                blank=True,
                choices=[("test", "Test"), ("production", "Production")],
                default="",
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="QueueState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=16)),
                ("node", models.CharField(blank=True, default="", max_length=50)),
                ("polled_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("problem", models.JSONField(null=True)),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="queues",
                        to="gateway.informationsystem",
                    ),
                ),
            ],
            options={"db_table": "gateway_queue"},
        ),
        migrations.CreateModel(
            name="AwaitedFiles",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(max_length=36)),
                ("first_at", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("problem", models.JSONField(null=True)),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="gateway.informationsystem",
                    ),
                ),
            ],
            options={
                "db_table": "gateway_awaited_files",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("system", "message_id"), name="gateway_awaited_files_once"
                    )
                ],
            },
        ),
    ]
