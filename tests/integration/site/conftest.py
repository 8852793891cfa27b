"""Databases of both engines."""

from __future__ import annotations

from tests.support.databases import database, fresh_database, postgres_maker, sqlite_maker

__all__ = ["database", "fresh_database", "postgres_maker", "sqlite_maker"]
