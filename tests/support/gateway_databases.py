"""Fresh databases of the gateway, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from mezhved.configuration import GatewaySettings
from mezhved.site.setup import configure, migrate, use_database
from tests.support.databases import close_template, create_database, drop_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _migrate(address: str) -> None:
    configure(GatewaySettings(database=address))
    migrate()
    connections.close_all()


@pytest.fixture(scope="session")
def gateway_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Maker of migrated SQLite files: copies of one template."""
    template = tmp_path_factory.mktemp("template") / "gateway.sqlite3"
    _migrate(str(template))

    def make() -> str:
        target = tmp_path_factory.mktemp("database") / "gateway.sqlite3"
        shutil.copyfile(template, target)
        return str(target)

    return make


@pytest.fixture(scope="session")
def postgres_gateways(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Maker of migrated PostgreSQL databases: copies of one template, dropped at the end."""
    template = f"gateway_{uuid.uuid4().hex}"
    _migrate(create_database(postgres_server, template))
    close_template(postgres_server, template)
    made = [template]

    def make() -> str:
        made.append(f"gateway_{uuid.uuid4().hex}")
        return create_database(postgres_server, made[-1], template)

    yield make
    for each in reversed(made):
        drop_database(postgres_server, each)


@pytest.fixture(params=("sqlite", "postgres"))
def gateway_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh migrated database, once on each engine; Django points at it."""
    maker = "gateway_sqlite" if request.param == "sqlite" else "postgres_gateways"
    address: str = request.getfixturevalue(maker)()
    configure(GatewaySettings(database=address))
    use_database(address)
    yield address
    connections.close_all()
