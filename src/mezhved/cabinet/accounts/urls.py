"""Addresses of signing in and of one's own account."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.accounts.views import sign_in, sign_out

urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
]
