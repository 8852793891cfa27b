"""A gateway over a fresh database with nobody at the other end: REST alone is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connections

from tests.support.gateway_databases import gateway_database, gateway_sqlite, postgres_gateways
from tests.support.gateways import GatewayUnderTest, gateway_over, present_pki, write_keys
from tests.support.rest import RestClient, rest_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["gateway_database", "gateway_sqlite", "postgres_gateways"]

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys, certificates and packages of the test's systems."""
    folder = tmp_path_factory.mktemp("rest-keys")
    write_keys(folder, present_pki())
    return folder


@pytest.fixture
def alone(gateway_database: str, keys_folder: Path) -> GatewayUnderTest:
    """A gateway on each engine in turn."""
    return gateway_over(gateway_database, keys_folder, NOWHERE, language="en")


@pytest.fixture
def on_sqlite(gateway_sqlite: Callable[[], str], keys_folder: Path) -> Iterator[GatewayUnderTest]:
    """A gateway on SQLite: for what does not depend on the engine."""
    yield gateway_over(gateway_sqlite(), keys_folder, NOWHERE, language="en")
    connections.close_all()


@pytest.fixture
def client(on_sqlite: GatewayUnderTest) -> RestClient:
    """A client with all rights."""
    return rest_client(on_sqlite)
