"""Addresses of the pages people use."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

# Here and not at Django's start: commands that serve no pages start sooner.
admin.autodiscover()

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]
