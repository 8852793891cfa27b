"""Logins to the file store."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

import mezhved.registry.checks
from mezhved.service.lazytext import lazy_text


class Migration(migrations.Migration):
    """Logins to the file store."""

    dependencies: ClassVar = [("registry", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="informationsystem",
            name="file_login",
            field=models.CharField(
                blank=True,
                default="",
                max_length=29,
                validators=[mezhved.registry.checks.check_login],
                verbose_name=lazy_text("логин файлового хранилища", "login to the file store"),
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="informationsystem",
            name="file_password",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                max_length=200,
                verbose_name=lazy_text("хэш пароля файлового хранилища", "hash of the file store's password"),
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="informationsystem",
            constraint=models.UniqueConstraint(
                condition=~models.Q(file_login=""),
                fields=("file_login",),
                name="registry_system_file_login",
                violation_error_message=lazy_text(
                    "Этот логин файлового хранилища уже занят.", "This login to the file store is taken."
                ),
            ),
        ),
    ]
