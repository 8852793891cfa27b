"""Addresses of jobs."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.jobs import views

urlpatterns = [
    path("", views.own_jobs, name="jobs"),
    path("<uuid:uid>/", views.one_job, name="job"),
    path("<uuid:uid>/progress/", views.progress, name="job_progress"),
    path("<uuid:uid>/stop/", views.stop_job, name="job_stop"),
    path("<uuid:uid>/file/", views.job_file, name="job_file"),
]
