"""Statements of the hot way: straight to the driver, within Django's connection and transactions.

Django's cursors cost some forty calls of Python a statement, most of them for what only a program under
examination needs; where somebody examines (`execute_wrapper`, logged queries), they are used.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_SQLITE: Final = "sqlite"
_STATEMENTS: Final = 1024
_CURSOR: Final = "mezhved_cursor"
_PREPARED_AFTER: Final = 2
"""How often PostgreSQL runs a statement before it is kept prepared."""


def own_connection() -> Any:
    """Return the thread's connection itself and not its stand-in, open."""
    own: Any = connections[DEFAULT_DB_ALIAS]
    if own.connection is None:
        own.ensure_connection()
    return own


def rows(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return all rows of a statement; `%s` stands for a parameter. Raises Django's database errors."""
    return rows_of(own_connection(), statement, parameters)


def rows_of(own: Any, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the same of a connection that is at hand."""
    if _is_watched(own):
        with own.cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())
    with own.wrap_database_errors:
        found: list[tuple[Any, ...]] = _run(own, statement, parameters).fetchall()
        return found


def change(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement that returns nothing; tell how many rows it changed."""
    own = own_connection()
    if _is_watched(own):
        with own.cursor() as cursor:
            cursor.execute(statement, parameters)
            return int(cursor.rowcount)
    with own.wrap_database_errors:
        return int(_run(own, statement, parameters).rowcount)


def change_each(statement: str, parameters: Iterable[Sequence[Any]]) -> int:
    """Run a statement for each set of parameters; tell how many rows were changed in all."""
    own = own_connection()
    if _is_watched(own):
        with own.cursor() as cursor:
            cursor.executemany(statement, list(parameters))
            return int(cursor.rowcount)
    with own.wrap_database_errors:
        return int(_run_each(own, statement, parameters).rowcount)


def moment(value: datetime | None) -> Any:
    """Return a moment as the database's statements take it."""
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(value)


def _is_watched(own: Any) -> bool:
    return bool(own.execute_wrappers) or own.queries_logged or own.needs_rollback


def _run(own: Any, statement: str, parameters: Sequence[Any]) -> Any:
    if own.vendor == _SQLITE:
        return own.connection.execute(_by_marks(statement), parameters)
    return _preparing(own).execute(statement, parameters)


def _run_each(own: Any, statement: str, parameters: Iterable[Sequence[Any]]) -> Any:
    if own.vendor == _SQLITE:
        return own.connection.executemany(_by_marks(statement), parameters)
    cursor = _preparing(own)
    cursor.executemany(statement, list(parameters))
    return cursor


def _preparing(own: Any) -> Any:
    """Return the cursor of PostgreSQL that leaves values apart from the text: the server keeps that read.

    Django's own cursors write the values into the text and never prepare anything. There is one for each
    connection: what it found is taken from it at once.
    """
    kept = own.__dict__.get(_CURSOR)
    if kept is not None and kept.connection is own.connection:
        return kept
    from psycopg import Cursor  # noqa: PLC0415 - a gateway over SQLite needs no driver of PostgreSQL

    own.connection.prepare_threshold = _PREPARED_AFTER
    made = own.__dict__[_CURSOR] = Cursor(own.connection)
    return made


@lru_cache(maxsize=_STATEMENTS)
def _by_marks(statement: str) -> str:
    """Return the statement with SQLite's own marks of parameters."""
    return statement.replace("%s", "?").replace("%%", "%")
