"""The cabinet as a Django application: its models, pages and migrations."""

from __future__ import annotations

from django.apps import AppConfig


class CabinetConfig(AppConfig):
    """Application `cabinet`."""

    name = "mezhved.cabinet"
    label = "cabinet"
    verbose_name = "Кабинет"
    default_auto_field = "django.db.models.BigAutoField"
