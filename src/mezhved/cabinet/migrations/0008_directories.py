"""Dictionaries, addresses and cards."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cabinet", "0007_running"),
        ("gateway", "0008_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="Directory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                ("name", models.CharField(max_length=300)),
                ("columns", models.JSONField(default=list)),
                ("code_column", models.CharField(max_length=300)),
                ("name_column", models.CharField(max_length=300)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveIntegerField(default=0)),
                ("loaded_at", models.DateTimeField()),
                ("source", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "db_table": "cabinet_directory",
            },
        ),
        migrations.CreateModel(
            name="AddressLoad",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region", models.PositiveIntegerField()),
                ("file", models.CharField(max_length=300)),
                ("records", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "cabinet_address_load",
                "constraints": [
                    models.UniqueConstraint(fields=("region", "file"), name="cabinet_address_load_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AddressObject",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("guid", models.UUIDField(null=True)),
                ("region", models.PositiveIntegerField()),
                ("level", models.PositiveIntegerField(default=0)),
                ("kind", models.CharField(blank=True, default="", max_length=100)),
                ("name", models.CharField(blank=True, default="", max_length=500)),
                ("number", models.CharField(blank=True, default="", max_length=100)),
                ("parent", models.BigIntegerField(null=True)),
                ("municipal_parent", models.BigIntegerField(null=True)),
                ("postcode", models.CharField(blank=True, default="", max_length=6)),
                ("oktmo", models.CharField(blank=True, default="", max_length=11)),
                ("whole", models.TextField(blank=True, default="")),
            ],
            options={
                "db_table": "cabinet_address",
                "indexes": [
                    models.Index(fields=["guid"], name="cabinet_address_by_guid"),
                    models.Index(fields=["parent", "level"], name="cabinet_address_by_parent"),
                    models.Index(fields=["region", "level"], name="cabinet_address_by_region"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AddressWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=100)),
                ("place", models.BigIntegerField()),
            ],
            options={
                "db_table": "cabinet_address_word",
                "indexes": [
                    models.Index(
                        fields=["word", "place"],
                        name="cabinet_address_word_place",
                        opclasses=["varchar_pattern_ops", "int8_ops"],
                    ),
                    models.Index(fields=["place"], name="cabinet_address_by_place"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "Person"), ("organisation", "Organisation")], max_length=20
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("fields", models.JSONField(default=dict)),
                ("folded", models.TextField()),
                ("added_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("keep_until", models.DateField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="gateway.department"
                    ),
                ),
            ],
            options={
                "db_table": "cabinet_card",
                "indexes": [
                    models.Index(fields=["department", "kind", "title"], name="cabinet_card_list"),
                    models.Index(fields=["keep_until"], name="cabinet_card_end"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectoryEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("generation", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=200)),
                ("name", models.TextField()),
                ("folded_code", models.CharField(max_length=200)),
                ("folded_name", models.CharField(max_length=300)),
                ("values", models.JSONField(default=list)),
                (
                    "directory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="cabinet.directory",
                    ),
                ),
            ],
            options={
                "db_table": "cabinet_directory_entry",
                "indexes": [
                    models.Index(
                        fields=["directory", "generation", "folded_code"],
                        name="cabinet_entry_code",
                        opclasses=["int8_ops", "int4_ops", "varchar_pattern_ops"],
                    ),
                    models.Index(
                        fields=["directory", "generation", "folded_name"],
                        name="cabinet_entry_name",
                        opclasses=["int8_ops", "int4_ops", "varchar_pattern_ops"],
                    ),
                ],
            },
        ),
    ]
