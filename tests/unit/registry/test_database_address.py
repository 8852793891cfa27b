"""Addresses of databases as an operator writes them."""

from __future__ import annotations

import pytest

from mezhved.configuration import SettingError
from mezhved.site.database import database_settings


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("var/bus.sqlite3", "var/bus.sqlite3"),
        ("/data/bus.sqlite3", "/data/bus.sqlite3"),
        ("sqlite:bus.sqlite3", "bus.sqlite3"),
        ("sqlite:///data/bus.sqlite3", "/data/bus.sqlite3"),
        ("sqlite:///data/my%20bus.sqlite3", "/data/my bus.sqlite3"),
        (":memory:", ":memory:"),
    ],
)
def test_a_path_is_sqlite(address: str, path: str) -> None:
    found = database_settings(address)

    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", path)
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://u:p@h:5433/d", ("d", "u", "p", "h", "5433", {})),
        ("postgres://u@h/d", ("d", "u", "", "h", "", {})),
        ("postgresql:///d?host=/run/pg&port=5433&user=u", ("d", "u", "", "/run/pg", "5433", {})),
        ("postgresql://u:p%40%2F@[::1]/d", ("d", "u", "p@/", "::1", "", {})),
        ("postgresql://h/d?sslmode=verify-full", ("d", "", "", "h", "", {"sslmode": "verify-full"})),
    ],
)
def test_an_address_is_postgresql(address: str, expected: tuple[object, ...]) -> None:
    found = database_settings(address)

    assert found["ENGINE"] == "django.db.backends.postgresql"
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert tuple(found[name] for name in names) == expected


@pytest.mark.parametrize(
    "address", ["mysql://h/d", "postgresql://h:port/d", "postgresql://h", "postgresql://h/"]
)
def test_anything_else_is_refused(address: str) -> None:
    with pytest.raises(SettingError) as caught:
        database_settings(address)

    assert caught.value.cure
