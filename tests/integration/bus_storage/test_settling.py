"""After a filling the database has nothing left to do that would run beside a measurement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from mezhved.bench.filling import fill, note_counted, settle
from mezhved.bench.server_log import LogMeter
from mezhved.bus.storage import Box, Queue, Store

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


def test_what_waited_for_long_is_in_the_statistics(address: DatabaseAddress) -> None:
    fill(address, Queue(7, Box.REQUESTS), 10)
    note_counted(address)
    with Store.open(address) as store:
        assert store.archive.count_accepted(10**18, 100) == 0
        assert store.check().right


def test_the_servers_log_is_measured(address: DatabaseAddress) -> None:
    meter = LogMeter(address)
    before = meter.read()
    fill(address, Queue(7, Box.REQUESTS), 100)
    written = meter.since(before)
    if address.dialect == "sqlite":
        assert written == {}
        return
    assert written["octets"] > 100 * 100
    assert set(written) == {"octets", "full_pages", "records"}
