from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from mezhved.bus.storage import DatabaseAddress, StorageError


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////var/lib/bus.sqlite3", "/var/lib/bus.sqlite3"),
        ("sqlite:///var/lib/bus.sqlite3", "/var/lib/bus.sqlite3"),
        ("/var/lib/bus.sqlite3", "/var/lib/bus.sqlite3"),
        ("sqlite:////var/lib/a%20b.sqlite3", "/var/lib/a b.sqlite3"),
        ("sqlite:var/bus.sqlite3", str(Path("var/bus.sqlite3").absolute())),
        ("var/bus.sqlite3", str(Path("var/bus.sqlite3").absolute())),
    ],
)
def test_an_sqlite_address_names_a_file(url: str, path: str) -> None:
    assert DatabaseAddress.of_url(url) == DatabaseAddress("sqlite", path)


def test_a_postgresql_address_is_given_to_the_driver_as_it_is() -> None:
    address = DatabaseAddress.of_url("postgresql://bus:secret@127.0.0.1:5433/bus")

    assert conninfo_to_dict(address.location)["port"] == "5433"


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(DatabaseAddress.of_url("postgresql://bus:secret@127.0.0.1/bus"))


def test_an_unknown_address_is_refused_without_showing_it() -> None:
    with pytest.raises(StorageError) as refusal:
        DatabaseAddress.of_url("mysql://bus:secret@127.0.0.1/bus")

    assert "secret" not in str(refusal.value)
    assert refusal.value.cure is not None


def test_the_address_can_be_taken_from_djangos_settings() -> None:
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": Path("/var/lib/bus.sqlite3")}
    server = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "bus",
        "USER": "bus",
        "PASSWORD": "it's secret",
        "HOST": "127.0.0.1",
        "PORT": "",
        "OPTIONS": {"sslmode": "disable", "pool": True},
    }

    assert DatabaseAddress.of_django(sqlite).location == "/var/lib/bus.sqlite3"
    assert conninfo_to_dict(DatabaseAddress.of_django(server).location) == {
        "dbname": "bus",
        "user": "bus",
        "password": "it's secret",
        "host": "127.0.0.1",
        "sslmode": "disable",
    }
    with pytest.raises(StorageError):
        DatabaseAddress.of_django({"ENGINE": "django.db.backends.mysql", "NAME": "bus"})
