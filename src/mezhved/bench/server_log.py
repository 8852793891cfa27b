"""What a PostgreSQL server writes into its log while something is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.bus.storage import DatabaseAddress

# Of the whole server, as the log is; the server's processes tell what they wrote about once a second.
_COUNTERS = """SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint, wal_fpi, wal_records FROM pg_stat_wal"""


@dataclass(frozen=True, slots=True)
class LogMeter:
    """Reads the counters of the server's log; nothing for SQLite or a server that does not tell."""

    address: DatabaseAddress

    def read(self) -> Mapping[str, int]:
        """Return how much was written since the server's start: octets, pages written whole, records."""
        if self.address.dialect != "postgresql":
            return {}
        try:
            with psycopg.connect(self.address.location, autocommit=True) as server:
                row = server.execute(_COUNTERS).fetchone() or (0, 0, 0)
        except psycopg.errors.InsufficientPrivilege:
            return {}
        return {"octets": int(row[0]), "full_pages": int(row[1]), "records": int(row[2])}

    def since(self, before: Mapping[str, int]) -> Mapping[str, int]:
        """Return how much was written since that reading."""
        return {name: value - before.get(name, 0) for name, value in self.read().items()}
