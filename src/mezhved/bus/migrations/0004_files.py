"""Files of the file store."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Files of the file store."""

    dependencies: ClassVar = [("bus", "0003_processing")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="FileHold",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_key", models.BinaryField(max_length=16)),
                ("owner", models.BigIntegerField()),
                ("type_id", models.BigIntegerField()),
                ("octets", models.BigIntegerField()),
            ],
            options={
                "db_table": "bus_file_hold",
                "indexes": [models.Index(fields=["owner", "type_id"], name="bus_file_hold_quota")],
                "constraints": [
                    models.UniqueConstraint(fields=("message_key", "owner"), name="bus_file_hold_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="FileLogin",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("username", models.TextField(unique=True)),
                ("secret", models.BinaryField(max_length=32)),
                ("message_key", models.BinaryField(max_length=16)),
                ("position", models.IntegerField()),
                ("owner", models.BigIntegerField()),
                ("created_at", models.BigIntegerField()),
            ],
            options={
                "db_table": "bus_file_login",
                "indexes": [models.Index(fields=["message_key"], name="bus_file_login_message")],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_key", models.BinaryField(max_length=16)),
                ("position", models.IntegerField()),
                ("uuid", models.TextField()),
                ("name", models.TextField()),
                ("key", models.TextField()),
                ("size", models.BigIntegerField()),
                ("digest", models.TextField()),
                ("taken_at", models.BigIntegerField()),
            ],
            options={
                "db_table": "bus_file",
                "indexes": [models.Index(fields=["key"], name="bus_file_key")],
                "constraints": [
                    models.UniqueConstraint(fields=("message_key", "position"), name="bus_file_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("area", models.BigIntegerField()),
                ("folder", models.TextField()),
                ("name", models.TextField()),
                ("key", models.TextField()),
                ("size", models.BigIntegerField()),
                ("complete", models.BooleanField()),
                ("digest", models.TextField()),
                ("changed_at", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key"], name="bus_upload_key"),
                    models.Index(fields=["changed_at"], name="bus_upload_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "folder", "name"), name="bus_upload_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="UploadFolder",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("area", models.BigIntegerField()),
                ("name", models.TextField()),
                ("created_at", models.BigIntegerField()),
            ],
            options={
                "db_table": "bus_upload_folder",
                "indexes": [models.Index(fields=["created_at"], name="bus_upload_folder_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "name"), name="bus_upload_folder_name")
                ],
            },
        ),
    ]
