"""The databases these tests run on, and the registry in them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import load_provider
from mezhved.site.setup import use_database
from tests.support.databases import (
    database,
    empty_tables,
    fresh_database,
    postgres_maker,
    read_tables,
    sqlite_maker,
    write_tables,
)
from tests.support.pki import Pki, make_pki
from tests.support.registry import registry_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.databases import Database, PostgresDatabases

__all__ = ["database", "fresh_database", "postgres_maker", "sqlite_maker"]


@pytest.fixture(scope="session")
def pki() -> Pki:
    """The test PKI."""
    return make_pki(load_provider())


@pytest.fixture(scope="session")
def document(pki: Pki) -> str:
    """A small registry as YAML."""
    return registry_document(pki)


@pytest.fixture(scope="session")
def filled_file(sqlite_maker: Callable[[], str], document: str) -> Path:
    """An SQLite file with the small registry in it, to be copied."""
    from django.db import connections  # noqa: PLC0415 - needs a started Django

    from mezhved.registry.importing import import_registry  # noqa: PLC0415

    address = sqlite_maker()
    use_database(address)
    import_registry(document, Path())
    connections.close_all()
    return Path(address)


@pytest.fixture(scope="session")
def filled_tables(postgres_maker: PostgresDatabases, document: str) -> dict[str, bytes]:
    """The tables of a PostgreSQL database with the small registry in it."""
    from django.db import connections  # noqa: PLC0415 - needs a started Django

    from mezhved.registry.importing import import_registry  # noqa: PLC0415

    address = postgres_maker()
    use_database(address)
    import_registry(document, Path())
    connections.close_all()
    tables = read_tables(address)
    postgres_maker.release(address)
    return tables


@pytest.fixture
def filled(request: pytest.FixtureRequest, database: Database) -> Database:
    """A database with the small registry in it."""
    if database.engine == "postgres":
        empty_tables(database.url)
        write_tables(database.url, request.getfixturevalue("filled_tables"))
    else:
        shutil.copyfile(request.getfixturevalue("filled_file"), database.url)
    use_database(database.url)
    return database
