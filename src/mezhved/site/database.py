"""Django's database settings from one address."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from mezhved.configuration import SettingError
from mezhved.texts import Text

POSTGRES = ("postgresql", "postgres")
SQLITE = "sqlite"
# Durable before acknowledged: FULL syncs the WAL at every commit.
SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384"
)
SQLITE_BUSY_SECONDS = 20


def database_settings(address: str) -> dict[str, Any]:
    """Return the `DATABASES["default"]` entry for an SQLite path or a postgresql:// address.

    `sqlite:///absolute`, `sqlite:relative` and a bare path name a file. Query parameters of
    a PostgreSQL address are libpq's connection options; `host` may name a socket's folder.
    Raises `SettingError`.
    """
    scheme = address.split(":", 1)[0] if ":" in address else ""
    if scheme in POSTGRES and "://" in address:
        return _postgres(address)
    if scheme == SQLITE:
        return _sqlite(unquote(address.removeprefix("sqlite:").removeprefix("//")))
    if "://" in address:
        raise SettingError(
            Text(ru=f"база данных {scheme} не поддерживается", en=f"database {scheme} is not supported"),
            where="database",
            cure=Text(
                ru="укажите путь к файлу SQLite или postgresql://…",
                en="give the path of an SQLite file or postgresql://...",
            ),
        )
    return _sqlite(address)


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "init_command": SQLITE_START,
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_BUSY_SECONDS,
        },
    }


def _postgres(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    try:
        port = str(parts.port or options.pop("port", ""))
    except ValueError as error:
        raise SettingError(
            Text(ru="порт в адресе базы данных не число", en="the database address's port is no number"),
            where="database",
            cure=Text(ru="postgresql://узел:5432/база", en="postgresql://host:5432/name"),
        ) from error
    name = unquote(parts.path.removeprefix("/")) or options.pop("dbname", "")
    if not name:
        raise SettingError(
            Text(ru="в адресе нет имени базы данных", en="the address names no database"),
            where="database",
            cure=Text(ru="postgresql://узел:5432/база", en="postgresql://host:5432/name"),
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or options.pop("password", ""),
        "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
        "PORT": port,
        "CONN_MAX_AGE": None,
        "OPTIONS": options,
    }
