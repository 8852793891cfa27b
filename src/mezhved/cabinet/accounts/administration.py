"""Addresses of accounts, sessions and the audit, below /run/."""

from __future__ import annotations

from django.urls import path

from mezhved.cabinet.accounts import audit_pages, guarding, managing

urlpatterns = [
    path("accounts/", managing.account_list, name="account_list"),
    path("accounts/add/", managing.account_add, name="account_add"),
    path("accounts/<int:number>/", managing.account_card, name="account_card"),
    path("accounts/<int:number>/roles/add/", managing.account_role_add, name="account_role_add"),
    path(
        "accounts/<int:number>/roles/<int:assignment>/remove/",
        managing.account_role_remove,
        name="account_role_remove",
    ),
    path("accounts/<int:number>/switch/", managing.account_switch, name="account_switch"),
    path("accounts/<int:number>/password/", managing.account_password_reset, name="account_password_reset"),
    path("accounts/<int:number>/factor/", managing.account_factor_reset, name="account_factor_reset"),
    path("accounts/<int:number>/lock/", guarding.account_lock, name="account_lock"),
    path(
        "accounts/<int:number>/sessions/end/", guarding.account_sessions_close, name="account_sessions_close"
    ),
    path("security/", guarding.security_accounts, name="security_accounts"),
    path("sessions/", guarding.session_list, name="session_list"),
    path("sessions/<uuid:uid>/end/", guarding.session_end, name="session_end"),
    path("audit/", audit_pages.audit_list, name="audit_list"),
    path("audit/export/", audit_pages.audit_export, name="audit_export"),
]
