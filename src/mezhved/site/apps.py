"""Django's administration under our own site object."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class MezhvedAdminConfig(AdminConfig):
    """Makes `django.contrib.admin.site` a `MezhvedAdminSite`."""

    default_site = "mezhved.site.admin.MezhvedAdminSite"
