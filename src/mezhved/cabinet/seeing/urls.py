"""Addresses of these pages."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.seeing.pivot.views import pivot, pivot_file
from mezhved.cabinet.seeing.reports.views import (
    report,
    report_file,
    report_forget,
    report_save,
    report_saved,
    reports,
)
from mezhved.cabinet.seeing.views import index

urlpatterns = [
    path("", index, name="seeing"),
    path("pivot/", pivot, name="pivot"),
    path("pivot/file.<str:form>", pivot_file, name="pivot_file"),
    path("reports/", reports, name="reports"),
    path("reports/show/", report, name="report"),
    path("reports/file.<str:form>", report_file, name="report_file"),
    path("reports/save/", report_save, name="report_save"),
    path("reports/saved/<uuid:uid>/", report_saved, name="report_saved"),
    path("reports/saved/<uuid:uid>/forget/", report_forget, name="report_forget"),
]
