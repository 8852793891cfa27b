"""The registry as a Django application."""

from __future__ import annotations

from django.apps import AppConfig

from mezhved.service.lazytext import lazy_text


class RegistryConfig(AppConfig):
    """Connects the history when Django starts."""

    name = "mezhved.registry"
    label = "registry"
    verbose_name = lazy_text("Реестр обмена", "Registry of the exchange")

    def ready(self) -> None:
        """Start recording."""
        from mezhved.registry.recording import connect  # noqa: PLC0415 - models must be loaded first

        connect()
