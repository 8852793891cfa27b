"""The databases these tests run on."""

from __future__ import annotations

from tests.support.databases import database, fresh_database, postgres_maker, sqlite_maker

__all__ = ["database", "fresh_database", "postgres_maker", "sqlite_maker"]
