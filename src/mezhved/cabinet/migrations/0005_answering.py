"""Tables of lists and answers: saved filters, kept answers."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import migrations, models


def _id() -> models.BigAutoField[int, int]:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Make them."""

    dependencies: ClassVar = [("cabinet", "0004_getting"), ("gateway", "0008_lists")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="AnswerTemplate",
            fields=[
                ("id", _id()),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="answer_templates", to="cabinet.account"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True, on_delete=models.CASCADE, related_name="+", to="gateway.department"
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="+", to="gateway.informationtype"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("content", models.BinaryField()),
            ],
            options={
                "db_table": "cabinet_answer_template",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "type", "name"), name="cabinet_answer_template_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", _id()),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="saved_filters", to="cabinet.account"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True, on_delete=models.CASCADE, related_name="+", to="gateway.department"
                    ),
                ),
                ("view", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=100)),
                ("query", models.TextField(blank=True, default="")),
                ("person", models.JSONField(null=True)),
                ("is_default", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "cabinet_saved_filter",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "view", "name"), name="cabinet_saved_filter_once"
                    )
                ],
            },
        ),
    ]
