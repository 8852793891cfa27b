from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateway", "0002_rest")]

    operations = [
        migrations.AddField(
            model_name="exchange",
            name="forgotten_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="unread_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[
                    ("call", "Call"),
                    ("receipt", "Receipt"),
                    ("fault", "Fault"),
                    ("received", "Received"),
                    ("ack", "Ack"),
                    ("forgotten", "Forgotten"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="Forgetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("rule", models.CharField(max_length=200)),
                ("messages", models.PositiveIntegerField(default=0)),
                ("files", models.PositiveIntegerField(default=0)),
                ("octets", models.BigIntegerField(default=0)),
                ("digests", models.JSONField(default=dict)),
                (
                    "exchange",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forgettings",
                        to="gateway.exchange",
                    ),
                ),
            ],
            options={
                "db_table": "gateway_forgetting",
                "indexes": [models.Index(fields=["at"], name="gateway_forgetting_at")],
            },
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False), ("forgotten_at__isnull", True)),
                fields=["type", "closed_at"],
                name="gateway_exchange_forget",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("unread_since__isnull", False)),
                fields=["system", "id"],
                name="gateway_message_unread",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["system", "created_at"], name="gateway_message_stored"),
        ),
    ]
