"""Senders' logins to the file store, as the registry keeps them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from django.contrib.auth.hashers import check_password, make_password

from mezhved.registry.loading import borrowed_connection

__all__ = ["FileLogin", "check_password", "file_login", "unusable_password"]


@dataclass(frozen=True, slots=True)
class FileLogin:
    """The login of an enabled system."""

    system_id: int
    password_hash: str = field(repr=False)


def file_login(login: str) -> FileLogin | None:
    """Return the system that a login belongs to; None for an unknown, disabled or passwordless one."""
    from mezhved.registry.models import InformationSystem  # noqa: PLC0415 - needs a started Django

    if not login:
        return None
    with borrowed_connection():
        row = InformationSystem.objects.filter(
            file_login=login, enabled=True, participant__enabled=True
        ).first()
    return FileLogin(row.pk, row.file_password) if row is not None and row.file_password else None


def unusable_password() -> str:
    """Return the hash of a password that nobody knows."""
    return make_password(secrets.token_urlsafe(32))
