"""Kinds of columns of the gateway's tables, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from datetime import datetime


def text(length: int, **options: Any) -> models.CharField[str, str]:
    """Make a short text of up to `length` characters."""
    return models.CharField(max_length=length, **options)


def optional_text(length: int, **options: Any) -> models.CharField[str | None, str | None]:
    """Make a short text that may be absent, so that a constraint can tell absent ones from equal ones."""
    return models.CharField(max_length=length, null=True, **options)


class BlobField(models.CharField):  # type: ignore[type-arg]
    """A key of the store of contents: what such a column of any table names is kept, all else is cleaned."""

    def deconstruct(self) -> Any:
        """Be a plain text in migrations."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


def content_key() -> models.CharField[str, str]:
    """Make a key of the store of contents; empty: none."""
    return BlobField(max_length=32, blank=True, default="")


def long_text(**options: Any) -> models.TextField[str, str]:
    """Make a text of any length."""
    return models.TextField(**options)


def flag(*, default: bool) -> models.BooleanField[bool, bool]:
    """Make a yes or no."""
    return models.BooleanField(default=default)


def count(**options: Any) -> models.PositiveIntegerField[int, int]:
    """Make a number from 0 up."""
    return models.PositiveIntegerField(**options)


def binary(**options: Any) -> models.BinaryField[bytes, bytes]:
    """Make octets."""
    return models.BinaryField(**options)


def optional_binary(**options: Any) -> models.BinaryField[bytes | None, bytes | None]:
    """Make octets that may be absent."""
    return models.BinaryField(null=True, **options)


def json_value(**options: Any) -> models.JSONField[Any, Any]:
    """Make a value of JSON."""
    return models.JSONField(**options)


def moment(**options: Any) -> models.DateTimeField[datetime, datetime]:
    """Make a moment, aware, UTC in the database."""
    return models.DateTimeField(**options)


def optional_moment(**options: Any) -> models.DateTimeField[datetime | None, datetime | None]:
    """Make a moment that may be absent."""
    return models.DateTimeField(null=True, **options)


def place(**options: Any) -> models.BigIntegerField[int | None, int | None]:
    """Make a place in an order that is given later."""
    return models.BigIntegerField(null=True, unique=True, **options)
