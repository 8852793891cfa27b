"""Sources of revocation data and what was fetched from them."""

from __future__ import annotations

from typing import ClassVar

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import mezhved.registry.models.revocation


class Migration(migrations.Migration):
    """Sources of revocation data and what was fetched from them."""

    dependencies: ClassVar = [("registry", "0003_routing")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RevocationSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("crl", "список отзыва (CRL)"), ("ocsp", "служба OCSP")],
                        default="crl",
                        max_length=10,
                        verbose_name="вид",
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        max_length=1000,
                        validators=[mezhved.registry.models.revocation.check_source_address],
                        verbose_name="адрес или путь к файлу",
                    ),
                ),
                (
                    "period_seconds",
                    models.PositiveIntegerField(
                        default=3600,
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(2592000),
                        ],
                        verbose_name="период, секунды",
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        choices=[
                            ("sha1", "SHA-1"),
                            ("sha256", "SHA-256"),
                            ("streebog256", "ГОСТ Р 34.11-2012 (256)"),
                            ("streebog512", "ГОСТ Р 34.11-2012 (512)"),
                            ("gost94", "ГОСТ Р 34.11-94"),
                        ],
                        default="sha1",
                        max_length=20,
                        verbose_name="хэш в запросе OCSP",
                    ),
                ),
                ("from_certificate", models.BooleanField(default=False, verbose_name="взят из сертификата")),
                ("enabled", models.BooleanField(default=True, verbose_name="действует")),
                (
                    "added_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="добавлен"
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revocation_sources",
                        to="registry.trustedauthority",
                        verbose_name="удостоверяющий центр",
                    ),
                ),
            ],
            options={
                "verbose_name": "источник данных об отзыве",
                "verbose_name_plural": "источники данных об отзыве",
                "ordering": ["authority__subject", "kind", "address", "id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="RevocationRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(blank=True, default="", max_length=64)),
                ("certificate", models.BinaryField(default=b"")),
                ("asked_since", models.BigIntegerField()),
                ("last_seen", models.BigIntegerField(default=0)),
                ("der", models.BinaryField(default=b"")),
                ("thumbprint", models.CharField(blank=True, default="", max_length=64)),
                ("this_update", models.BigIntegerField(default=0)),
                ("next_update", models.BigIntegerField(default=0)),
                ("entries", models.PositiveIntegerField(default=0)),
                ("fetched_at", models.BigIntegerField(default=0)),
                ("next_at", models.BigIntegerField(default=0)),
                ("leased_until", models.BigIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("problem_ru", models.TextField(blank=True, default="")),
                ("problem_en", models.TextField(blank=True, default="")),
                ("etag", models.CharField(blank=True, default="", max_length=200)),
                ("modified", models.CharField(blank=True, default="", max_length=100)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="registry.revocationsource",
                    ),
                ),
            ],
            options={
                "verbose_name": "полученные данные об отзыве",
                "verbose_name_plural": "полученные данные об отзыве",
            },
        ),
        migrations.AddConstraint(
            model_name="revocationsource",
            constraint=models.UniqueConstraint(
                fields=("authority", "kind", "address"), name="registry_source_unique"
            ),
        ),
        migrations.AddIndex(
            model_name="revocationrecord",
            index=models.Index(fields=["next_at"], name="registry_revocation_due"),
        ),
        migrations.AddConstraint(
            model_name="revocationrecord",
            constraint=models.UniqueConstraint(
                fields=("source", "subject"), name="registry_revocation_subject"
            ),
        ),
    ]
