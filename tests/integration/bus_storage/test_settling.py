"""After a filling the database has nothing left to do that would run beside a measurement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from mezhved.bench.filling import fill, settle
from mezhved.bus.storage import Box, Queue

if TYPE_CHECKING:
    from mezhved.bus.storage import DatabaseAddress

WAITING = 3000


def test_a_filled_database_is_settled(address: DatabaseAddress) -> None:
    fill(address, Queue(7, Box.REQUESTS), WAITING)
    done = settle(address)
    if address.dialect == "sqlite":
        log = Path(f"{address.location}-wal")
        assert not log.exists() or log.stat().st_size == 0
        return
    assert done[0] == "VACUUM (ANALYZE)"
    with psycopg.connect(address.location) as server:
        rows = server.execute("SELECT reltuples FROM pg_class WHERE relname = 'bus_queue'").fetchall()
    assert rows == [(WAITING,)]
