"""The bus as a Django application: models and migrations of the durable store."""

from __future__ import annotations

from django.apps import AppConfig


class BusConfig(AppConfig):
    """Application `bus`: the tables that `mezhved.bus.storage` works on."""

    name = "mezhved.bus"
    label = "bus"
    verbose_name = "Шина"
    default_auto_field = "django.db.models.BigAutoField"
