"""What every test stands on: a clean environment, no network beyond this machine, PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import sys
import uuid
from typing import TYPE_CHECKING

import hypothesis
import psycopg
import pytest
from psycopg import conninfo, sql
from tools.with_postgres import VARIABLE, PostgresUnavailable, postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = {VARIABLE, "MEZHVED_REFERENCE", "MEZHVED_SCREENSHOTS", "MEZHVED_CHROMIUM"}

# Settings of the developer's own shell must not reach the tests.
for _name in [name for name in os.environ if name.startswith("MEZHVED_") and name not in KEPT]:
    del os.environ[_name]

# `make long` chooses the profile "long".
hypothesis.settings.register_profile("long", deadline=None, print_blob=True, max_examples=100)
hypothesis.settings.register_profile("mezhved", deadline=None, print_blob=True, max_examples=25)
hypothesis.settings.load_profile("mezhved")


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and address[0] not in {"localhost", "::1"}:
        host = str(address[0])
        if not host.startswith("127."):
            raise PermissionError(f"a test may reach this machine only, not {host}")


sys.addaudithook(_stay_on_this_machine)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the address of a PostgreSQL: the one the test command brought up, else one for this session."""
    with contextlib.ExitStack() as stack:
        try:
            address = os.environ.get(VARIABLE) or stack.enter_context(postgres())
        except PostgresUnavailable as reason:
            pytest.skip(str(reason))
        yield address


@pytest.fixture
def postgres_address(postgres_server: str) -> Iterator[str]:
    """Give the address of an empty database of the test's own."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    parts = conninfo.conninfo_to_dict(postgres_server)
    yield (f"postgresql://{parts['user']}:{parts.get('password', '')}@{parts['host']}:{parts['port']}/{name}")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
