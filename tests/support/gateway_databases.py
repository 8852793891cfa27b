"""Fresh databases of the gateway, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from mezhved.configuration import GatewaySettings
from mezhved.site.setup import configure, migrate, use_database
from tests.support.databases import PostgresDatabases, postgres_template
from tests.support.shared import shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _migrate(address: str) -> None:
    configure(GatewaySettings(database=address))
    migrate()
    connections.close_all()


@pytest.fixture(scope="session")
def gateway_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Maker of migrated SQLite files: copies of one template."""
    with shared(tmp_path_factory, "gateway.sqlite3", lambda path: _migrate(str(path))) as template:

        def make() -> str:
            target = tmp_path_factory.mktemp("database") / "gateway.sqlite3"
            shutil.copyfile(template, target)
            return str(target)

        yield make


@pytest.fixture(scope="session")
def postgres_gateways(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresDatabases]:
    """Maker of migrated PostgreSQL databases, dropped at the end."""
    with postgres_template(tmp_path_factory, postgres_server, "gateway", _migrate) as template:
        maker = PostgresDatabases(postgres_server, template)
        yield maker
        maker.drop()


@pytest.fixture(params=("sqlite", "postgres"))
def gateway_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh migrated database, once on each engine; Django points at it."""
    maker = request.getfixturevalue("gateway_sqlite" if request.param == "sqlite" else "postgres_gateways")
    address: str = maker()
    configure(GatewaySettings(database=address))
    use_database(address)
    yield address
    connections.close_all()
    if request.param == "postgres":
        maker.release(address)
