"""The shared table of signing in as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class SigningInConfig(AppConfig):
    """Application `signing_in`, in the database of every role that has pages."""

    name = "mezhved.site.signing_in"
    label = "signing_in"
    default_auto_field = "django.db.models.BigAutoField"
