"""A database that goes away, is busy, or was never made ready."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from typing import TYPE_CHECKING

import psycopg
import pytest

from mezhved.bus.storage import DatabaseAddress, StorageError, StorageUnavailable, Store
from mezhved.bus.storage.postgresql import PostgresSession
from mezhved.bus.storage.sqlite import SqliteSession
from tests.support.databases import create_database, drop_database
from tests.support.queueing import MINUTE, RECIPIENT, REQUESTS, message_id, new_message

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.databases import Database, Engine

OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.fixture
def server(fresh_database: Callable[[Engine], Database]) -> DatabaseAddress:
    return DatabaseAddress.of_url(fresh_database("postgres").url)


@pytest.fixture
def file(fresh_database: Callable[[Engine], Database]) -> DatabaseAddress:
    return DatabaseAddress.of_url(fresh_database("sqlite").url)


def cut_all(server: DatabaseAddress) -> None:
    with psycopg.connect(server.location, autocommit=True) as connection:
        connection.execute(OTHERS)


def test_a_restarted_postgresql_is_connected_to_again(server: DatabaseAddress) -> None:
    with Store.open(server) as store:
        assert store.accept(new_message(1), REQUESTS)
        assert store.known(message_id(1))
        cut_all(server)

        assert store.accept(new_message(2), REQUESTS)
        assert store.known(message_id(2))
        assert store.check().right


def test_work_of_several_steps_survives_a_connection_cut_before_it(server: DatabaseAddress) -> None:
    with Store.open(server) as store:
        store.accept(new_message(1), REQUESTS)
        store.lease(REQUESTS, None, 1, MINUTE)
        cut_all(server)

        assert store.ack(RECIPIENT, message_id(1), False, 2)


def test_reading_goes_on_after_the_connection_was_cut(server: DatabaseAddress) -> None:
    with Store.open(server) as store:
        store.accept(new_message(1), REQUESTS)
        assert store.waiting(REQUESTS, 5) == 1
        cut_all(server)

        assert store.waiting(REQUESTS, 5) == 1
        cut_all(server)
        assert store.check().right


def test_a_database_that_is_gone_is_named_and_nothing_hangs(postgres_server: str) -> None:
    name = f"gone_{uuid.uuid4().hex}"
    with Store.open(create_database(postgres_server, name), patience=0.1) as store:
        for call in (lambda: store.accept(new_message(1), REQUESTS), store.ping):
            with pytest.raises(StorageError, match="mezhved bus migrate"):
                call()
        drop_database(postgres_server, name)

        for _ in range(2):
            with pytest.raises(StorageUnavailable):
                store.accept(new_message(1), REQUESTS)
            with pytest.raises(StorageUnavailable):
                store.known(message_id(1))


def test_a_server_that_does_not_listen_is_named() -> None:
    nowhere = DatabaseAddress("postgresql", "postgresql://nobody@127.0.0.1:1/none")

    with Store.open(nowhere, patience=0.1) as store, pytest.raises(StorageUnavailable):
        store.ping()


def test_an_sqlite_file_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "missing.sqlite3"

    with Store.open(str(missing), patience=0.1) as store:
        with pytest.raises(StorageUnavailable):
            store.accept(new_message(1), REQUESTS)
        with pytest.raises(StorageUnavailable):
            store.ping()

    assert not missing.exists()


def test_a_database_without_tables_is_named_with_the_cure(tmp_path: Path) -> None:
    empty = tmp_path / "empty.sqlite3"
    sqlite3.connect(empty).close()

    with Store.open(str(empty)) as store:
        for call in (lambda: store.accept(new_message(1), REQUESTS), store.check, store.ping):
            with pytest.raises(StorageError, match="mezhved bus migrate"):
                call()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.sqlite3"
    wrong.write_bytes(b"this is no database" * 100)

    with Store.open(str(wrong), patience=0.1) as store, pytest.raises(StorageUnavailable):
        store.accept(new_message(1), REQUESTS)


def test_a_writer_beside_the_store_is_waited_for(file: DatabaseAddress) -> None:
    other = sqlite3.connect(file.location, isolation_level=None, check_same_thread=False)
    with Store.open(file) as store:
        store.accept(new_message(1), REQUESTS)
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
        timer.start()

        assert store.accept(new_message(2), REQUESTS)

        timer.join()
    other.close()


def test_a_long_reader_does_not_hold_up_writing(file: DatabaseAddress) -> None:
    reader = sqlite3.connect(file.location, isolation_level=None)
    with Store.open(file) as store:
        store.accept(new_message(1), REQUESTS)
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM bus_message").fetchone() == (1,)

        assert store.accept(new_message(2), REQUESTS)

        assert reader.execute("SELECT count(*) FROM bus_message").fetchone() == (1,)
    reader.close()


def test_commits_are_synced_to_disk_on_both_engines(file: DatabaseAddress, postgres_address: str) -> None:
    sqlite_session = SqliteSession(file.location, writing=True)
    assert sqlite_session._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert sqlite_session._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    sqlite_session.close()
    with psycopg.connect(postgres_address, autocommit=True) as connection:
        name = postgres_address.rsplit("/", 1)[1]
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    own = f"{postgres_address}?options=-c%20search_path%3Dpublic"
    postgres_session = PostgresSession(own, writing=True)
    assert postgres_session._connection.execute("SHOW search_path").fetchone() == ("public",)
    assert postgres_session._connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
    isolation = postgres_session._connection.execute("SHOW transaction_isolation").fetchone()
    assert isolation == ("read committed",)
    postgres_session.close()
