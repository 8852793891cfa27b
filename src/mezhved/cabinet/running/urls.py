"""Addresses of these pages."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.running.views import index

urlpatterns = [path("", index, name="running")]
