"""A bus with a registry of its own on both engines, and a web server for revocation data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.databases import database, fresh_database, postgres_maker, sqlite_maker
from tests.support.live_bus import LiveBus
from tests.support.web import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.databases import Database
    from tests.support.web import Web

__all__ = ["database", "fresh_database", "postgres_maker", "sqlite_maker"]


@pytest.fixture
def live(database: Database) -> Iterator[LiveBus]:
    """A bus that follows its registry."""
    made = LiveBus(database.url)
    yield made
    made.store.close()


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server on loopback."""
    with serving() as made:
        yield made
