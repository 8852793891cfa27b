"""Addresses of own requests."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.getting.evidence import request_evidence
from mezhved.cabinet.getting.views import (
    request,
    request_cancel,
    request_case,
    request_copy,
    request_seen_by,
    request_signatures,
    request_status,
)
from mezhved.cabinet.lists.pages import requests

urlpatterns = [
    path("", requests, name="getting"),
    path("<uuid:uid>/", request, name="request"),
    path("<uuid:uid>/status/", request_status, name="request_status"),
    path("<uuid:uid>/signatures/", request_signatures, name="request_signatures"),
    path("<uuid:uid>/seen-by/", request_seen_by, name="request_seen_by"),
    path("<uuid:uid>/evidence/", request_evidence, name="request_evidence"),
    path("<uuid:uid>/copy/", request_copy, name="request_copy"),
    path("<uuid:uid>/case/", request_case, name="request_case"),
    path("<uuid:uid>/cancel/", request_cancel, name="request_cancel"),
]
