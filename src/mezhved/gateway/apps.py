"""The gateway as a Django application: its models and migrations."""

from __future__ import annotations

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """Application `gateway`."""

    name = "mezhved.gateway"
    label = "gateway"
    verbose_name = "Шлюз"
    default_auto_field = "django.db.models.BigAutoField"
