"""Addresses for push notifications."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import mezhved.registry.models.push


class Migration(migrations.Migration):
    """Addresses for push notifications."""

    dependencies: ClassVar = [("registry", "0004_revocation")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="PushAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        max_length=1000,
                        validators=[mezhved.registry.models.push.check_push_address],
                        verbose_name="адрес",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="действует")),
                (
                    "system",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_address",
                        to="registry.informationsystem",
                        verbose_name="информационная система",
                    ),
                ),
            ],
            options={
                "verbose_name": "адрес уведомлений",
                "verbose_name_plural": "адреса уведомлений",
                "ordering": ["system"],
                "base_manager_name": "objects",
            },
        ),
    ]
