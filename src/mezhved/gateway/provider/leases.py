"""Rows of work that this process does now: leased, so that no two processes do one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from mezhved.gateway.statements import rows

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from django.db.models import Model

# An index of each table on the moment, where there is one, serves it.
_CLAIM = """
UPDATE {table} SET lease_owner = %s, leased_until = %s, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM {table}
    WHERE {moment} <= %s AND (leased_until IS NULL OR leased_until < %s)
    ORDER BY {moment}, id LIMIT %s {lock}
)
RETURNING id
"""


def lease(
    model: type[Model], moment: str, owner: str, *, now: datetime, term: timedelta, limit: int
) -> list[int]:
    """Lease up to `limit` rows whose `moment` has come, for a term; return their keys."""
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    statement = _CLAIM.format(table=model._meta.db_table, moment=moment, lock=lock)  # noqa: SLF001
    at, until = (connection.ops.adapt_datetimefield_value(each) for each in (now, now + term))
    due = f"SELECT 1 FROM {model._meta.db_table} WHERE {moment} <= %s LIMIT 1"  # noqa: S608, SLF001
    if not rows(due, [at]):
        return []  # an UPDATE of nothing would take SQLite's one write lock all the same
    with transaction.atomic():
        return sorted(row[0] for row in rows(statement, [owner, until, at, at, limit]))
