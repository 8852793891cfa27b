"""Addresses of these pages."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.directories.views import index

urlpatterns = [path("", index, name="directories")]
