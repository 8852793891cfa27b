"""Addresses of files of requests."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.batch.views import (
    batch,
    batch_cancel,
    batch_new,
    batch_report,
    batch_send,
    batch_template,
    batches,
)

urlpatterns = [
    path("", batches, name="batches"),
    path("new/", batch_new, name="batch_new"),
    path("template/<path:code>/", batch_template, name="batch_template"),
    path("<uuid:uid>/", batch, name="batch"),
    path("<uuid:uid>/send/", batch_send, name="batch_send"),
    path("<uuid:uid>/cancel/", batch_cancel, name="batch_cancel"),
    path("<uuid:uid>/report/", batch_report, name="batch_report"),
]
