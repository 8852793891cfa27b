"""Millions of rows at once into tables that are empty: indexes are made afterwards, nothing is synced."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, Final, Protocol

from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import Model

_QUICK: Final = "SET LOCAL synchronous_commit = off; SET LOCAL maintenance_work_mem = '256MB'"
_TRUSTING: Final = "SET LOCAL session_replication_role = replica"
"""Foreign keys of what is written here are right; checking ten million of them takes longer than writing."""
_POSTGRES_INDEXES: Final = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'u' AND conrelid = ANY(%(tables)s::regclass[])
UNION ALL
SELECT format('DROP INDEX %%I', indexname), indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename = ANY(%(tables)s)
    AND indexname NOT IN (SELECT conname FROM pg_constraint)"""
_SQLITE_INDEXES: Final = """
SELECT 'DROP INDEX "' || name || '"', sql FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (SELECT value FROM json_each(%(tables)s))"""
_SQLITE_QUICK: Final = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA cache_size = -1048576",
)


class Write(Protocol):
    """Writes rows of a table."""

    def __call__(self, model: type[Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows; a column that is not named is empty."""


@contextlib.contextmanager
def written_quickly(models: Sequence[type[Model]]) -> Iterator[Write]:
    """Give what writes into these tables, emptied first; in the end all indexes are there."""
    if connection.vendor == "sqlite":
        with _sqlite(models):
            yield _insert
    else:
        with _postgres(models):
            yield _copy


@contextlib.contextmanager
def _postgres(models: Sequence[type[Model]]) -> Iterator[None]:
    tables = [each._meta.db_table for each in models]  # noqa: SLF001 - Django's way of asking
    with transaction.atomic(), connection.cursor() as cursor:
        with contextlib.suppress(DatabaseError), transaction.atomic():
            cursor.execute(_TRUSTING)  # a server may not let this user do it
        cursor.execute(_QUICK)
        # In the transaction that emptied it, a table takes rows that need no vacuum afterwards.
        cursor.execute(f"TRUNCATE {_tables(models)} RESTART IDENTITY CASCADE")
        with _without_indexes(_POSTGRES_INDEXES, tables):
            yield
        for each in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(each)
    settle(*models)


def settle(*models: type[Model]) -> None:
    """Do at once what PostgreSQL does by itself within minutes after much was written."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (ANALYZE) {_tables(models)}")


@contextlib.contextmanager
def _sqlite(models: Sequence[type[Model]]) -> Iterator[None]:
    tables = json.dumps([each._meta.db_table for each in models])  # noqa: SLF001
    with connection.cursor() as cursor:
        for each in _SQLITE_QUICK:
            cursor.execute(each)
        with transaction.atomic(), _without_indexes(_SQLITE_INDEXES, tables):
            yield
        cursor.execute("PRAGMA journal_mode = WAL")
    connection.close()  # the next one begins as every connection does


@contextlib.contextmanager
def _without_indexes(listing: str, tables: Any) -> Iterator[None]:
    """Leave the indexes out for the time of the block: making them anew takes a third of keeping them."""
    with connection.cursor() as cursor:
        cursor.execute(listing, {"tables": tables})
        indexes = cursor.fetchall()
        for drop, _ in indexes:
            cursor.execute(drop)
        yield
        for _, make in indexes:
            cursor.execute(make)


def _copy(model: type[Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN (FREEZE)"  # noqa: SLF001
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _insert(model: type[Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608, SLF001
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(rows))


def _tables(models: Iterable[type[Model]]) -> str:
    return ", ".join(each._meta.db_table for each in models)  # noqa: SLF001
