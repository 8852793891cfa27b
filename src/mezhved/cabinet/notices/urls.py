"""Addresses of the notices."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.notices.views import notice_open, notices, notices_bell, notices_read, notices_settings

urlpatterns = [
    path("", notices, name="notices"),
    path("bell/", notices_bell, name="notices_bell"),
    path("read/", notices_read, name="notices_read"),
    path("settings/", notices_settings, name="notices_settings"),
    path("<int:key>/open/", notice_open, name="notice_open"),
]
