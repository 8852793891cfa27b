"""Notices pushed to participants, and messages found by the chain they belong to."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Notices pushed to participants, and messages found by the chain they belong to."""

    dependencies: ClassVar = [("bus", "0005_attachments")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="PushState",
            fields=[
                ("system", models.BigIntegerField(primary_key=True, serialize=False)),
                ("address", models.TextField()),
                ("leased_until", models.BigIntegerField()),
                ("next_at", models.BigIntegerField()),
                ("sent_at", models.BigIntegerField()),
                ("notified", models.BigIntegerField()),
                ("told", models.BigIntegerField()),
                ("failures", models.IntegerField()),
                ("reported_at", models.BigIntegerField()),
            ],
            options={"db_table": "bus_push"},
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["reference_key"],
                name="bus_message_reference",
                condition=Q(reference_key__isnull=False),
            ),
        ),
    ]
