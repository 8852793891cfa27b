"""The cabinet as a Django application: its models, pages and migrations."""

from __future__ import annotations

import logging

from django.apps import AppConfig


class CabinetConfig(AppConfig):
    """Application `cabinet`."""

    name = "mezhved.cabinet"
    label = "cabinet"
    verbose_name = "Кабинет"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Leave the log of failed pages to `errors.broken`: Django's would tell the error's own words."""
        logging.getLogger("django.request").setLevel(logging.CRITICAL)
