"""What PostgreSQL has to know of large tables before it can find anything in them quickly."""

from __future__ import annotations

from typing import Final

from django.db import connection

LEAST_OCTETS: Final = 8 * 1024 * 1024
_UNKNOWN: Final = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind = 'r' AND starts_with(relname, 'gateway_') AND pg_table_is_visible(oid)
    AND reltuples <= 0 AND pg_relation_size(oid) >= %s"""


def learn_sizes(least_octets: int = LEAST_OCTETS) -> list[str]:
    """Have PostgreSQL look through the tables of this size that it knows nothing of; return their names.

    A database that was just restored has no statistics: until the server's own daemon comes round, if one
    does, lists walk whole tables. SQLite chooses by the indexes alone.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [least_octets])
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"ANALYZE {table}")
    return tables
