"""Fresh migrated databases for tests, on SQLite and on a real PostgreSQL.

The server is that of the fixture `postgres_server`; its account creates databases there.
"""

from __future__ import annotations

import contextlib
import hashlib
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
from tests.support.roles import start_django
from tests.support.shared import shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Django starts here, so that tests may import models at their top; no test reaches this database.
start_django("/nonexistent/no-test-asked-for-a-database")

Engine = Literal["sqlite", "postgres"]
# What migrations put in for good; all other tables are emptied between tests.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
SET_SEQUENCES = """
SELECT setval(own.objid::regclass, %s, %s) FROM pg_depend own JOIN pg_class it ON it.oid = own.refobjid
WHERE own.classid = 'pg_class'::regclass AND own.deptype IN ('a', 'i') AND it.relname <> ALL (%s)
  AND (SELECT relkind FROM pg_class WHERE oid = own.objid) = 'S'
"""
COPY_OUT = sql.SQL("COPY {} TO STDOUT (FORMAT BINARY)")
COPY_IN = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)")
EMPTY_COPY_OCTETS = 21  # the head and the end of a binary COPY
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
    # Waiting for the disk matters when the server dies; no test kills the server.
    _execute(server, sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))
    return with_name(server, name)


def close_template(server: str, name: str) -> None:
    """Let nobody connect to a database any more: one that somebody uses cannot be copied."""
    _execute(server, sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
    _execute(
        server,
        sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(
            sql.Literal(name)
        ),
    )


def drop_database(server: str, name: str) -> None:
    """Drop a database, disconnecting whoever still holds it."""
    _execute(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def sqlite_maker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Maker of migrated SQLite files: copies of one template."""
    with shared(tmp_path_factory, "bus.sqlite3", lambda path: _migrate(str(path))) as template:

        def make() -> str:
            target = tmp_path_factory.mktemp("database") / "bus.sqlite3"
            shutil.copyfile(template, target)
            return str(target)

        yield make


@contextlib.contextmanager
def postgres_template(
    factory: pytest.TempPathFactory, server: str, kind: str, migrated: Callable[[str], None]
) -> Iterator[str]:
    """Give the name of a database to copy: the first process of the run to ask makes and migrates it."""

    def make(path: Path) -> None:
        name = f"{kind}_{uuid.uuid4().hex}"
        migrated(create_database(server, name))
        close_template(server, name)
        path.write_text(name)

    # Without a server for the whole run each process has its own.
    mark = hashlib.sha256(server.encode()).hexdigest()[:8]
    with shared(
        factory, f"{kind}-{mark}.postgres", make, lambda path: drop_database(server, path.read_text())
    ) as file:
        yield file.read_text()


class PostgresDatabases:
    """Migrated databases of one server; what a test gives back is emptied and handed out again."""

    def __init__(self, server: str, template: str) -> None:
        self._server = server
        self._template = template
        self._made: list[str] = []
        self._free = [self.unused()]
        self._first_rows = read_tables(self._free[0])

    def __call__(self) -> str:
        """Return the address of a database as migrations leave it."""
        if self._free:
            address = self._free.pop()
            empty_tables(address)
            write_tables(address, self._first_rows)
            return address
        return self.unused()

    def unused(self) -> str:
        """Return the address of a database that nobody has had before, so without any statistics."""
        self._made.append(f"mezhved_{uuid.uuid4().hex}")
        return create_database(self._server, self._made[-1], self._template)

    def release(self, address: str) -> None:
        """Take a database back."""
        self._free.append(address)

    def drop(self) -> None:
        """Drop all of them."""
        for each in self._made:
            drop_database(self._server, each)


def empty_tables(address: str) -> None:
    """Empty all tables but those that migrations fill for good; whoever holds them is disconnected."""
    with psycopg.connect(address) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        # Some tables let nobody delete, by triggers; foreign keys hold where all is deleted.
        connection.execute("SET LOCAL session_replication_role = replica")
        # Far quicker than TRUNCATE on small tables.
        deletions = [
            sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for (name,) in names if name not in KEPT
        ]
        connection.execute(sql.SQL("; ").join(deletions))
        connection.execute(SET_SEQUENCES, [1, False, list(KEPT)])


def read_tables(address: str) -> dict[str, bytes]:
    """Return the rows of all tables but those that migrations fill for good, as COPY writes them."""
    with psycopg.connect(address) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found = {}
        for (name,) in names:
            if name not in KEPT:
                with connection.cursor().copy(COPY_OUT.format(sql.Identifier(name))) as copy:
                    found[name] = b"".join(bytes(block) for block in copy)
        return found


def write_tables(address: str, tables: dict[str, bytes]) -> None:
    """Put rows into empty tables; new rows get numbers far above theirs."""
    with psycopg.connect(address) as connection:
        for name, rows in tables.items():
            if len(rows) > EMPTY_COPY_OCTETS:
                with connection.cursor().copy(COPY_IN.format(sql.Identifier(name))) as copy:
                    copy.write(rows)
                connection.execute(SET_SEQUENCES, [1_000_000, True, [*KEPT, *(set(tables) - {name})]])


@pytest.fixture(scope="session")
def postgres_maker(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresDatabases]:
    """Maker of migrated PostgreSQL databases, dropped at the end."""
    with postgres_template(tmp_path_factory, postgres_server, "mezhved", _migrate) as template:
        maker = PostgresDatabases(postgres_server, template)
        yield maker
        maker.drop()


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest) -> Iterator[Callable[[Engine], Database]]:
    """Maker of migrated databases; every call gives a new one. Migrations run once per engine."""
    lent: list[str] = []

    def make(engine: Engine) -> Database:
        address: str = request.getfixturevalue(f"{engine}_maker")()
        if engine == "postgres":
            lent.append(address)
        return Database(engine=engine, url=address)

    yield make
    for address in lent:
        request.getfixturevalue("postgres_maker").release(address)


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


@pytest.fixture
def sqlite_database(fresh_database: Callable[[Engine], Database]) -> Iterator[Database]:
    """A fresh database on SQLite alone, for what is judged before any database is asked.

    A module makes it its `database`.
    """
    made = fresh_database("sqlite")
    configure(BusSettings(database=made.url))
    use_database(made.url)
    yield made
    connections.close_all()
