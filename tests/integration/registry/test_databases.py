"""The databases the bus role runs on, and how Django is pointed at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import connection

from mezhved.site.setup import migrate, pending_migrations, use_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.databases import Database, Engine


def _tables() -> list[str]:
    return connection.introspection.table_names()


def test_a_fresh_database_lacks_no_migration(database: Database) -> None:
    assert pending_migrations() == []
    assert "django_migrations" in _tables()


def test_sqlite_is_opened_durable_and_with_foreign_keys(fresh_database: Callable[[Engine], Database]) -> None:
    use_database(fresh_database("sqlite").url)
    with connection.cursor() as cursor:
        answers = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    connection.close()

    assert answers == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20000}


def test_one_process_moves_between_databases(
    fresh_database: Callable[[Engine], Database], tmp_path: Path
) -> None:
    full = fresh_database("sqlite")
    empty = tmp_path / "new" / "folder" / "empty.sqlite3"

    use_database(str(empty))
    migrate()
    use_database(full.url)
    assert pending_migrations() == []
    use_database(str(empty))
    assert pending_migrations() == []
    use_database(":memory:")
    assert pending_migrations() != []


def test_migrations_describe_the_tables_as_they_are(fresh_database: Callable[[Engine], Database]) -> None:
    use_database(fresh_database("sqlite").url)

    call_command("makemigrations", "registry", check_changes=True, dry_run=True, verbosity=0)
    connection.close()
