"""The tables of the registry."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

import mezhved.registry.checks


def first_revision(apps: Any, _: Any) -> None:
    """Put in the one row of the revision, so that nobody has to race for it."""
    apps.get_model("registry", "Revision").objects.create(pk=1, number=0)


class Migration(migrations.Migration):
    """Everything of the first release."""

    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=500, verbose_name="наименование")),
                (
                    "short_name",
                    models.CharField(blank=True, max_length=200, verbose_name="краткое наименование"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("federal", "федеральный орган"),
                            ("fund", "внебюджетный фонд"),
                            ("regional", "региональный орган"),
                            ("municipal", "орган местного самоуправления"),
                            ("mfc", "МФЦ"),
                            ("bank", "банк"),
                            ("ca", "удостоверяющий центр"),
                            ("subordinate", "подведомственная организация"),
                            ("other", "иная организация"),
                        ],
                        max_length=20,
                        verbose_name="вид",
                    ),
                ),
                (
                    "ogrn",
                    models.CharField(
                        max_length=15,
                        unique=True,
                        validators=[mezhved.registry.checks.check_ogrn],
                        verbose_name="ОГРН",
                    ),
                ),
                (
                    "inn",
                    models.CharField(
                        max_length=12, validators=[mezhved.registry.checks.check_inn], verbose_name="ИНН"
                    ),
                ),
                (
                    "kpp",
                    models.CharField(
                        blank=True,
                        max_length=9,
                        validators=[mezhved.registry.checks.check_kpp],
                        verbose_name="КПП",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="действует")),
            ],
            options={
                "verbose_name": "участник",
                "verbose_name_plural": "участники",
                "ordering": ["name", "id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="RevocationList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("der", models.BinaryField(verbose_name="список отзыва")),
                (
                    "thumbprint",
                    models.CharField(
                        editable=False, max_length=64, unique=True, verbose_name="отпечаток SHA-256"
                    ),
                ),
                ("issuer", models.TextField(editable=False, verbose_name="издатель")),
                ("this_update", models.DateTimeField(editable=False, verbose_name="издан")),
                (
                    "next_update",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="следующее обновление"
                    ),
                ),
                ("entries", models.PositiveIntegerField(editable=False, verbose_name="отозвано")),
            ],
            options={
                "verbose_name": "список отзыва",
                "verbose_name_plural": "списки отзыва",
                "ordering": ["issuer", "-this_update", "id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="TrustedAuthority",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("der", models.BinaryField(max_length=65536, verbose_name="сертификат")),
                (
                    "thumbprint",
                    models.CharField(
                        editable=False, max_length=64, unique=True, verbose_name="отпечаток SHA-256"
                    ),
                ),
                ("subject", models.TextField(editable=False, verbose_name="владелец")),
                ("issuer", models.TextField(editable=False, verbose_name="издатель")),
                ("serial", models.CharField(editable=False, max_length=64, verbose_name="серийный номер")),
                ("not_before", models.DateTimeField(editable=False, verbose_name="действителен с")),
                ("not_after", models.DateTimeField(editable=False, verbose_name="действителен до")),
                ("enabled", models.BooleanField(default=True, verbose_name="действует")),
                ("root", models.BooleanField(default=False, verbose_name="корневой (верим без проверки)")),
            ],
            options={
                "verbose_name": "доверенный удостоверяющий центр",
                "verbose_name_plural": "доверенные удостоверяющие центры",
                "ordering": ["-root", "subject", "id"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ChangeRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, verbose_name="когда")),
                ("actor", models.CharField(max_length=200, verbose_name="кто")),
                ("via", models.CharField(max_length=20, verbose_name="откуда")),
                (
                    "action",
                    models.CharField(
                        choices=[("created", "создано"), ("changed", "изменено"), ("removed", "удалено")],
                        max_length=10,
                        verbose_name="что сделано",
                    ),
                ),
                ("model", models.CharField(max_length=50, verbose_name="таблица")),
                ("key", models.CharField(max_length=1000, verbose_name="запись")),
                ("before", models.JSONField(null=True, verbose_name="было")),
                ("after", models.JSONField(null=True, verbose_name="стало")),
            ],
            options={
                "verbose_name": "запись истории",
                "verbose_name_plural": "история изменений",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["model", "key"], name="registry_change_row")],
            },
        ),
        migrations.CreateModel(
            name="InformationType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="действует с")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="действует по")),
                ("code", models.CharField(max_length=64, unique=True, verbose_name="код (VS…)")),
                ("name", models.CharField(max_length=1000, verbose_name="наименование")),
                ("description", models.TextField(blank=True, verbose_name="описание")),
                ("broadcast", models.BooleanField(default=False, verbose_name="рассылка")),
                (
                    "routing",
                    models.CharField(
                        choices=[
                            ("fixed", "единственный поставщик"),
                            ("xpath", "код маршрутизации по XPath"),
                            ("dynamic", "динамическая (1.3)"),
                            ("identifier", "по идентификатору (1.3)"),
                            ("registry", "реестровая (1.3)"),
                        ],
                        default="fixed",
                        max_length=12,
                        verbose_name="маршрутизация",
                    ),
                ),
                (
                    "xpath",
                    models.TextField(
                        blank=True,
                        help_text="XPath 1.0; префикс t — пространство имён версии; остальные — ниже.",
                        verbose_name="XPath кода маршрутизации",
                    ),
                ),
                (
                    "xpath_namespaces",
                    models.JSONField(blank=True, default=dict, verbose_name="префиксы XPath"),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="действует")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="types",
                        to="registry.participant",
                        verbose_name="владелец",
                    ),
                ),
            ],
            options={
                "verbose_name": "вид сведений",
                "verbose_name_plural": "виды сведений",
                "ordering": ["code"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="InformationSystem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mnemonic",
                    models.CharField(
                        max_length=50,
                        unique=True,
                        validators=[mezhved.registry.checks.check_mnemonic],
                        verbose_name="мнемоника",
                    ),
                ),
                ("name", models.CharField(max_length=500, verbose_name="наименование")),
                (
                    "environment",
                    models.CharField(
                        choices=[("dev", "разработка"), ("test", "тестовая"), ("production", "промышленная")],
                        default="test",
                        max_length=10,
                        verbose_name="среда",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="действует")),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="systems",
                        to="registry.participant",
                        verbose_name="участник",
                    ),
                ),
            ],
            options={
                "verbose_name": "информационная система",
                "verbose_name_plural": "информационные системы",
                "ordering": ["mnemonic"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SystemCertificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("der", models.BinaryField(max_length=65536, verbose_name="сертификат")),
                (
                    "thumbprint",
                    models.CharField(
                        editable=False, max_length=64, unique=True, verbose_name="отпечаток SHA-256"
                    ),
                ),
                ("subject", models.TextField(editable=False, verbose_name="владелец")),
                ("issuer", models.TextField(editable=False, verbose_name="издатель")),
                ("serial", models.CharField(editable=False, max_length=64, verbose_name="серийный номер")),
                ("not_before", models.DateTimeField(editable=False, verbose_name="действителен с")),
                ("not_after", models.DateTimeField(editable=False, verbose_name="действителен до")),
                ("enabled", models.BooleanField(default=True, verbose_name="действует")),
                ("bound_from", models.DateTimeField(blank=True, null=True, verbose_name="привязан с")),
                ("bound_to", models.DateTimeField(blank=True, null=True, verbose_name="привязан до")),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="certificates",
                        to="registry.informationsystem",
                        verbose_name="информационная система",
                    ),
                ),
            ],
            options={
                "verbose_name": "сертификат системы",
                "verbose_name_plural": "сертификаты систем",
                "ordering": ["system", "-not_before", "id"],
                "abstract": False,
                "base_manager_name": "objects",
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
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="действует с")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="действует по")),
                ("version", models.CharField(max_length=50, verbose_name="версия")),
                (
                    "namespace",
                    models.CharField(
                        max_length=500,
                        validators=[mezhved.registry.checks.check_namespace],
                        verbose_name="пространство имён",
                    ),
                ),
                (
                    "request_root",
                    models.CharField(
                        max_length=200,
                        validators=[mezhved.registry.checks.check_ncname],
                        verbose_name="корень запроса (рассылки)",
                    ),
                ),
                (
                    "response_root",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[mezhved.registry.checks.check_ncname],
                        verbose_name="корень ответа",
                    ),
                ),
                (
                    "response_namespace",
                    models.CharField(
                        blank=True,
                        max_length=500,
                        validators=[mezhved.registry.checks.check_namespace],
                        verbose_name="пространство имён ответа, если иное",
                    ),
                ),
                ("xpath", models.TextField(blank=True, verbose_name="свой XPath кода маршрутизации")),
                ("enabled", models.BooleanField(default=True, verbose_name="действует")),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="registry.informationtype",
                        verbose_name="вид сведений",
                    ),
                ),
            ],
            options={
                "verbose_name": "версия вида сведений",
                "verbose_name_plural": "версии видов сведений",
                "ordering": ["type", "version"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="SchemaFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "path",
                    models.CharField(
                        max_length=500,
                        validators=[mezhved.registry.checks.check_relative_path],
                        verbose_name="путь",
                    ),
                ),
                ("content", models.BinaryField(verbose_name="содержимое")),
                ("sha256", models.CharField(editable=False, max_length=64, verbose_name="SHA-256")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schema_files",
                        to="registry.typeversion",
                        verbose_name="версия",
                    ),
                ),
            ],
            options={
                "verbose_name": "файл схемы",
                "verbose_name_plural": "файлы схем",
                "ordering": ["version", "path"],
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="AccessRight",
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
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rights",
                        to="registry.informationsystem",
                        verbose_name="информационная система",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rights",
                        to="registry.informationtype",
                        verbose_name="вид сведений",
                    ),
                ),
            ],
            options={
                "verbose_name": "право доступа",
                "verbose_name_plural": "права доступа",
                "ordering": ["type", "system", "valid_from"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("system", "type", "valid_from"), name="registry_right_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_from__isnull", True)),
                        fields=("system", "type"),
                        name="registry_right_always_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TypeProvider",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "routing_code",
                    models.CharField(blank=True, max_length=200, verbose_name="код маршрутизации"),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="действует")),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provided",
                        to="registry.informationsystem",
                        verbose_name="информационная система",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="providers",
                        to="registry.informationtype",
                        verbose_name="вид сведений",
                    ),
                ),
            ],
            options={
                "verbose_name": "поставщик",
                "verbose_name_plural": "поставщики",
                "ordering": ["type", "routing_code", "system"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("type", "system", "routing_code"), name="registry_provider_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="typeversion",
            constraint=models.UniqueConstraint(fields=("type", "version"), name="registry_version_once"),
        ),
        migrations.AddConstraint(
            model_name="typeversion",
            constraint=models.UniqueConstraint(
                fields=("namespace", "request_root"), name="registry_request_root_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="schemafile",
            constraint=models.UniqueConstraint(fields=("version", "path"), name="registry_schema_path_once"),
        ),
        migrations.RunPython(first_revision, migrations.RunPython.noop),
    ]
