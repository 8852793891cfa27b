"""A store on a fresh database of each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.bus.storage import DatabaseAddress, Store
from tests.support.databases import database, fresh_database, postgres_maker, sqlite_maker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.databases import Database

__all__ = ["database", "fresh_database", "postgres_maker", "sqlite_maker"]


@pytest.fixture
def address(database: Database) -> DatabaseAddress:
    """Address of a fresh migrated database, once on SQLite and once on PostgreSQL."""
    return DatabaseAddress.of_url(database.url)


@pytest.fixture
def store(address: DatabaseAddress) -> Iterator[Store]:
    """Store on that database."""
    with Store.open(address) as opened:
        yield opened
