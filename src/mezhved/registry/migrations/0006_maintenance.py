"""The switch for the time of works."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The switch for the time of works."""

    dependencies: ClassVar = [("registry", "0005_push")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Maintenance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="с какого времени")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="зачем")),
            ],
            options={
                "verbose_name": "регламентные работы",
                "verbose_name_plural": "регламентные работы",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
    ]
