"""A bus on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.databases import (
    database,
    fresh_database,
    postgres_maker,
    sqlite_database,
    sqlite_maker,
)
from tests.support.exchange import BusUnderTest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.databases import Database

__all__ = ["database", "fresh_database", "postgres_maker", "sqlite_database", "sqlite_maker"]


@pytest.fixture
def under_test(database: Database) -> Iterator[BusUnderTest]:
    """A bus over a fresh database."""
    made = BusUnderTest(database.url)
    yield made
    made.store.close()


@pytest.fixture
def bus_with_small_queues(database: Database) -> Iterator[BusUnderTest]:
    """A bus whose queues hold two messages."""
    made = BusUnderTest(database.url, queue_quota=2)
    yield made
    made.store.close()
