"""Routing of SMEV 3 version 1.3, the official's signature and rights."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import mezhved.registry.checks


class Migration(migrations.Migration):
    """Routing of SMEV 3 version 1.3, the official's signature and rights."""

    dependencies: ClassVar = [("registry", "0002_file_store")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="informationtype",
            name="more_routings",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Что ещё может назвать отправитель в блоке Routing.",
                verbose_name="и маршрутизация отправителем (1.3)",
            ),
        ),
        migrations.AddField(
            model_name="informationtype",
            name="personal_access",
            field=models.BooleanField(default=False, verbose_name="требует право должностного лица"),
        ),
        migrations.AddField(
            model_name="informationtype",
            name="personal_signature",
            field=models.BooleanField(default=False, verbose_name="требует ЭП-СП"),
        ),
        migrations.AlterField(
            model_name="typeprovider",
            name="routing_code",
            field=models.CharField(blank=True, max_length=500, verbose_name="код маршрутизации"),
        ),
        migrations.CreateModel(
            name="PersonalAccess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="действует с")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="действует по")),
                (
                    "official",
                    models.CharField(
                        max_length=15,
                        validators=[mezhved.registry.checks.check_official],
                        verbose_name="СНИЛС, ОГРН или ОГРНИП в сертификате",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="officials",
                        to="registry.informationsystem",
                        verbose_name="информационная система",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="officials",
                        to="registry.informationtype",
                        verbose_name="вид сведений",
                    ),
                ),
            ],
            options={
                "verbose_name": "право должностного лица",
                "verbose_name_plural": "права должностных лиц",
                "ordering": ["type", "system", "official", "valid_from"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("system", "type", "official", "valid_from"), name="registry_official_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_from__isnull", True)),
                        fields=("system", "type", "official"),
                        name="registry_official_always_once",
                    ),
                ],
            },
        ),
    ]
