"""A store on a fresh database of each engine."""

from __future__ import annotations

from tests.integration.bus_storage.conftest import (
    address,
    database,
    fresh_database,
    postgres_maker,
    sqlite_maker,
    store,
)

__all__ = ["address", "database", "fresh_database", "postgres_maker", "sqlite_maker", "store"]
