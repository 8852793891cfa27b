"""Addresses of signing in and of one's own account."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.accounts import factor_pages, own
from mezhved.cabinet.accounts.views import sign_in, sign_in_code, sign_out

urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/code/", sign_in_code, name="sign_in_code"),
    path("sign-out/", sign_out, name="sign_out"),
    path("account/", own.account, name="account"),
    path("account/password/", own.account_password, name="account_password"),
    path("account/language/", own.account_language, name="account_language"),
    path("account/session/", own.account_session, name="account_session"),
    path("account/sessions/end/", own.account_sessions_end, name="account_sessions_end"),
    path("account/sessions/<uuid:uid>/end/", own.account_session_end, name="account_session_end"),
    path("account/second-factor/", factor_pages.account_factor, name="account_factor"),
    path("account/second-factor/start/", factor_pages.account_factor_start, name="account_factor_start"),
    path(
        "account/second-factor/confirm/", factor_pages.account_factor_confirm, name="account_factor_confirm"
    ),
    path("account/second-factor/cancel/", factor_pages.account_factor_cancel, name="account_factor_cancel"),
    path("account/second-factor/codes/", factor_pages.account_factor_codes, name="account_factor_codes"),
    path("account/second-factor/off/", factor_pages.account_factor_off, name="account_factor_off"),
]
