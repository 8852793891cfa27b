"""The databases these tests run on, and the registry in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import load_provider
from tests.support.databases import database, fresh_database, postgres_maker, sqlite_maker
from tests.support.pki import Pki, make_pki
from tests.support.registry import registry_document

if TYPE_CHECKING:
    from tests.support.databases import Database

__all__ = ["database", "fresh_database", "postgres_maker", "sqlite_maker"]


@pytest.fixture(scope="session")
def pki() -> Pki:
    """The test PKI."""
    return make_pki(load_provider())


@pytest.fixture
def document(pki: Pki) -> str:
    """A small registry as YAML."""
    return registry_document(pki)


@pytest.fixture
def filled(database: Database, document: str) -> Database:
    """A database with the small registry in it."""
    from mezhved.registry.importing import import_registry  # noqa: PLC0415 - needs a started Django

    import_registry(document, Path())
    return database
