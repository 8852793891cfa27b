"""Addresses of these pages."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.answering.views import index

urlpatterns = [path("", index, name="answering")]
