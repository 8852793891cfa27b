"""The administration site: its titles and its language switch."""

from __future__ import annotations

from django.contrib.admin import AdminSite

from mezhved.registry.lazytext import lazy_text


class MezhvedAdminSite(AdminSite):
    """Pages at /admin/, in Russian, with English on request."""

    site_title = lazy_text("Межвед", "Mezhved")
    site_header = lazy_text("Межвед: реестр обмена СМЭВ 3", "Mezhved: the registry of the SMEV 3 exchange")
    index_title = lazy_text("Администрирование", "Administration")
