"""Addresses that signing needs besides the pages of requests and answers."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.signing.plugin import signing_plugin

urlpatterns = [path("plugin.js", signing_plugin, name="signing_plugin")]
