"""Where the store's database is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from mezhved.bus.storage.errors import StorageError
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.bus.storage.sql import Dialect

_ENGINES: Mapping[str, Dialect] = {
    "django.db.backends.sqlite3": "sqlite",
    "django.db.backends.postgresql": "postgresql",
}


@dataclass(frozen=True, slots=True, repr=False)
class DatabaseAddress:
    """A SQLite file's path, or a libpq connection string (which may hold a password)."""

    dialect: Dialect
    location: str

    def __repr__(self) -> str:
        return f"DatabaseAddress({self.dialect})"

    @classmethod
    def of_url(cls, url: str) -> DatabaseAddress:
        """Read `postgresql://...`, or SQLite's `sqlite:///absolute`, `sqlite:relative` or a bare path."""
        scheme = url.split(":", 1)[0] if ":" in url else ""
        if scheme in {"postgresql", "postgres"} and "://" in url:
            return cls("postgresql", url)
        if scheme == "sqlite":
            path = re.sub("^/{2,}", "/", unquote(url.removeprefix("sqlite:").removeprefix("//")))
            return cls("sqlite", str(Path(path).absolute()))
        if "://" not in url and url:
            return cls("sqlite", str(Path(url).absolute()))
        raise StorageError(
            Text(
                ru="адрес базы данных не понят",
                en="the database address is not understood",
            ),
            cure=Text(
                ru="нужен путь к файлу SQLite или postgresql://пользователь@узел/база",
                en="use the path of an SQLite file or postgresql://user@host/database",
            ),
        )

    @classmethod
    def of_django(cls, settings: Mapping[str, Any]) -> DatabaseAddress:
        """Take the address from one entry of Django's DATABASES (`connections[alias].settings_dict`)."""
        dialect = _ENGINES.get(str(settings["ENGINE"]))
        if dialect is None:
            raise StorageError(
                Text(
                    ru=f"база данных {settings['ENGINE']} не поддерживается",
                    en=f"the database {settings['ENGINE']} is not supported",
                )
            )
        if dialect == "sqlite":
            return cls("sqlite", str(Path(str(settings["NAME"])).absolute()))
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - SQLite needs no driver of PostgreSQL

        given = {
            "dbname": settings.get("NAME"),
            "user": settings.get("USER"),
            "password": settings.get("PASSWORD"),
            "host": settings.get("HOST"),
            "port": settings.get("PORT"),
        }
        options = {
            name: value
            for name, value in (settings.get("OPTIONS") or {}).items()
            if isinstance(value, str) and name not in {"isolation_level", "assume_role"}
        }
        return cls("postgresql", make_conninfo(**options, **{k: v for k, v in given.items() if v}))
