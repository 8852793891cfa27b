"""Django's administration under our own site object."""

from __future__ import annotations

from django.contrib.admin.apps import SimpleAdminConfig


class MezhvedAdminConfig(SimpleAdminConfig):
    """Makes `django.contrib.admin.site` a `MezhvedAdminSite`; pages are loaded with the addresses only."""

    default_site = "mezhved.site.admin.MezhvedAdminSite"
