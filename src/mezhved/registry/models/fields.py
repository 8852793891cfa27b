"""Fields of the registry's tables, typed, with their names in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from mezhved.service.lazytext import lazy_text

if TYPE_CHECKING:
    from datetime import date, datetime


def line(ru: str, en: str, length: int, **options: Any) -> models.CharField[str, str]:
    """Return a text of one line, of at most `length` characters."""
    return models.CharField(lazy_text(ru, en), max_length=length, **options)


def text(ru: str, en: str, **options: Any) -> models.TextField[str, str]:
    """Return a text of any length."""
    return models.TextField(lazy_text(ru, en), **options)


def flag(ru: str, en: str, *, default: bool) -> models.BooleanField[bool, bool]:
    """Return a yes or no."""
    return models.BooleanField(lazy_text(ru, en), default=default)


def octets(ru: str, en: str, **options: Any) -> models.BinaryField[bytes, bytes]:
    """Return octets; the administration shows them by forms of its own."""
    return models.BinaryField(lazy_text(ru, en), **options)


def moment(ru: str, en: str, **options: Any) -> models.DateTimeField[datetime, datetime]:
    """Return a moment in UTC that is always known."""
    return models.DateTimeField(lazy_text(ru, en), **options)


def perhaps_moment(
    ru: str, en: str, **options: Any
) -> models.DateTimeField[datetime | None, datetime | None]:
    """Return a moment in UTC, or nothing."""
    return models.DateTimeField(lazy_text(ru, en), null=True, blank=True, **options)


def perhaps_day(ru: str, en: str) -> models.DateField[date | None, date | None]:
    """Return a calendar day, or nothing."""
    return models.DateField(lazy_text(ru, en), null=True, blank=True)


def enabled() -> models.BooleanField[bool, bool]:
    """Return the switch that every row of the exchange has."""
    return flag("действует", "enabled", default=True)
