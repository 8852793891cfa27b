"""Fresh migrated databases for tests, on SQLite and on a real PostgreSQL.

The server is that of the fixture `postgres_server`; its account creates databases there.
"""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from mezhved.configuration import BusSettings
from mezhved.site.setup import configure, migrate, use_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Engine = Literal["sqlite", "postgres"]
ENGINES: tuple[Engine, ...] = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Database:
    """A database that Django's "default" connection now points at."""

    engine: Engine
    url: str


def with_name(address: str, name: str) -> str:
    """Return the same server's address with another database's name."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def _execute(address: str, statement: sql.Composed) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


def create_database(server: str, name: str, template: str | None = None) -> str:
    """Create a database, empty or as a copy; return its address."""
    copy = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
    _execute(server, sql.SQL("CREATE DATABASE {}{}").format(sql.Identifier(name), copy))
    return with_name(server, name)


def drop_database(server: str, name: str) -> None:
    """Drop a database, disconnecting whoever still holds it."""
    _execute(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def sqlite_maker(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Maker of migrated SQLite files: copies of one template."""
    template = tmp_path_factory.mktemp("template") / "bus.sqlite3"
    _migrate(str(template))

    def make() -> str:
        target = tmp_path_factory.mktemp("database") / "bus.sqlite3"
        shutil.copyfile(template, target)
        return str(target)

    return make


@pytest.fixture(scope="session")
def postgres_maker(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Maker of migrated PostgreSQL databases: copies of one template, dropped at the end."""
    template = f"mezhved_{uuid.uuid4().hex}"
    made = [template]
    _migrate(create_database(postgres_server, template))

    def make() -> str:
        made.append(f"mezhved_{uuid.uuid4().hex}")
        return create_database(postgres_server, made[-1], template)

    yield make
    for each in made:
        drop_database(postgres_server, each)


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest) -> Callable[[Engine], Database]:
    """Maker of migrated databases; every call gives a new one. Migrations run once per engine."""

    def make(engine: Engine) -> Database:
        maker: Callable[[], str] = request.getfixturevalue(f"{engine}_maker")
        return Database(engine=engine, url=maker())

    return make


def _migrate(address: str) -> None:
    configure(BusSettings(database=address))
    migrate()
    connections.close_all()


@pytest.fixture(params=ENGINES)
def database(
    request: pytest.FixtureRequest, fresh_database: Callable[[Engine], Database]
) -> Iterator[Database]:
    """A fresh migrated database, once on SQLite and once on PostgreSQL; Django points at it.

    Threads of a test close their own connections (`django.db.connections.close_all()`).
    """
    made = fresh_database(request.param)
    configure(BusSettings(database=made.url))
    use_database(made.url)
    yield made
    connections.close_all()
