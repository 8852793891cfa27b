"""The pages as a WSGI application, for a role to stand in front of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.handlers.wsgi import WSGIHandler

if TYPE_CHECKING:
    from mezhved.site.settings import RoleSettings


def application(settings: RoleSettings) -> WSGIHandler:
    """Return Django's WSGI callable for `/admin/`, `/static/` and `/i18n/`; starts Django if need be."""
    from mezhved.site.setup import configure  # noqa: PLC0415 - importing this module starts nothing

    configure(settings)
    return WSGIHandler()
