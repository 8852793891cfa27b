"""How the engines find rows: by the index made for it, whatever they believe of the tables' sizes."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from mezhved.bench.filling import fill, settle
from mezhved.bus.storage import Box, DatabaseAddress, Queue, Store
from mezhved.bus.storage.postgresql import SESSION_OPTIONS
from mezhved.bus.storage.sql import statements
from tests.support.queueing import MINUTE, RECIPIENT, REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.databases import Database, Engine, PostgresDatabases

PARAMETERS: dict[str, Any] = {
    "owner": RECIPIENT,
    "box": Box.REQUESTS.value,
    "node": "",
    "type_id": 1,
    "now": MINUTE,
    "until": 2 * MINUTE,
    "limit": 1000,
    "floor": 7,
    "ended_floor": 7,
    "message_key": bytes(16),
    "answer_key": None,
    "pk": 5,
    "leases": None,
    "id": 5,
}
SQLITE_PLANS = {
    "lease": [
        "SEARCH bus_queue USING INTEGER PRIMARY KEY (rowid=?)",
        "INDEX bus_queue_leased (owner=? AND box=? AND node=? AND leased_until>? AND leased_until<?)",
        "INDEX bus_queue_waiting (owner=? AND box=? AND node=?)",
    ],
    "lease_typed": [
        "SEARCH bus_queue USING INTEGER PRIMARY KEY (rowid=?)",
        "INDEX bus_queue_leased (owner=? AND box=? AND node=? AND leased_until>? AND leased_until<?)",
        "INDEX bus_queue_waiting_type (owner=? AND box=? AND node=? AND type_id=?)",
    ],
    "ack_entry": ["bus_queue USING INDEX bus_queue_message (message_key=? AND <expr>=?)"],
    "expire_entry": ["bus_queue USING INTEGER PRIMARY KEY (rowid=?)"],
    "finish_message": ["bus_message USING INTEGER PRIMARY KEY (rowid=?)"],
    "delivered_content": ["m USING INTEGER PRIMARY KEY (rowid=?)", "b USING INTEGER PRIMARY KEY (rowid=?)"],
    "attachments": ["bus_attachment USING INDEX sqlite_autoindex_bus_attachment_1 (message_id=?)"],
    "known": ["bus_message USING COVERING INDEX sqlite_autoindex_bus_message_1 (message_key=?)"],
    "find": ["m USING INDEX sqlite_autoindex_bus_message_1 (message_key=?)"],
    "answers": ["m USING INDEX bus_message_original (original_key=?)"],
    "overdue": ["q USING INDEX bus_queue_eol (eol>? AND eol<?)"],
    "recipients": [
        "r USING INDEX sqlite_autoindex_bus_recipient_1 (message_id=?)",
        "q USING INDEX bus_queue_message (message_key=? AND <expr>=?)",
    ],
    "recipient": ["r USING INDEX sqlite_autoindex_bus_recipient_1 (message_id=? AND owner=?)"],
    "finish_recipient": ["USING INDEX sqlite_autoindex_bus_recipient_1 (message_id=? AND owner=?)"],
    "queued": ["bus_queue USING COVERING INDEX bus_queue_message (message_key=?)"],
    "close": ["bus_message USING INTEGER PRIMARY KEY (rowid=?)"],
    "claim": ["INDEX bus_work_due (leased_until<?)"],
    "archived_find": ["m USING INDEX sqlite_autoindex_bus_archive_message_1 (message_key=?)"],
    "archived_answers": ["m USING INDEX bus_archive_original (original_key=?)"],
    "archived_history": ["e USING INDEX bus_archive_event_of (message_id=?)"],
    "statistics": ["INDEX bus_queue_waiting", "INDEX bus_queue_leased (owner=?)"],
}
_QUEUE = "Index Cond: ((owner = '22'::smallint) AND (box = '1'::smallint) AND (node = ''::text)"
_FLOOR = "AND (message_id >= '7'::smallint))"
_LEASE = [
    "using bus_queue_pkey on bus_queue q Index Cond: (id = ",
    "using bus_queue_pkey on bus_queue q_2 Index Cond: (id = COALESCE(",
    "using bus_message_pkey on bus_message m Index Cond: (id = $",
    "using bus_body_pkey on bus_body b Index Cond: (message_id = $",
    f"using bus_queue_leased on bus_queue {_QUEUE} AND (leased_until > '7'::smallint)",
]
_FINISH = "using bus_message_pkey on bus_message m Index Cond: (id = $"
_SHARE = "using bus_recipient_once on bus_recipient r Index Cond: ((message_id = $"
_ACK = (
    "using bus_queue_message on bus_queue Index Cond: "
    r"((message_key = '\x00000000000000000000000000000000'::bytea) AND ((owner + 0) = '22'::smallint))"
)
POSTGRES_PLANS = {
    "lease": [*_LEASE, f"using bus_queue_waiting on bus_queue q_1 {_QUEUE} {_FLOOR}"],
    "lease_typed": [
        *_LEASE,
        (
            f"using bus_queue_waiting_type on bus_queue q_1 {_QUEUE} AND (type_id = '1'::smallint) "
            "AND ((message_id + 0) >= '7'::smallint))"
        ),
    ],
    "ack": [_ACK, _FINISH, _SHARE],
    "expire": ["using bus_queue_pkey on bus_queue Index Cond: (id = '5'::smallint)", _FINISH, _SHARE],
    "attachments": ["using bus_attachment_place on bus_attachment Index Cond: (message_id = "],
    "known": ["using bus_message_message_key_", "Index Cond: (message_key = "],
    "find": ["using bus_message_message_key_", "Index Cond: (message_key = "],
    "answers": ["using bus_message_original on bus_message m Index Cond: (original_key = "],
    "overdue": ["using bus_queue_eol on bus_queue q Index Cond: (eol <= "],
    "recipients": [
        "using bus_recipient_once on bus_recipient r Index Cond: (message_id = ",
        "using bus_queue_message on bus_queue Index Cond: ((message_key = ",
        "((owner + 0) = (r.owner + 0)))",
    ],
    "recipient": ["bus_recipient_once on bus_recipient r Index Cond: ((message_id = "],
    "queued": ["using bus_queue_message on bus_queue Index Cond: (message_key = "],
    "close": ["using bus_message_pkey on bus_message Index Cond: (id = "],
    "claim": ["using bus_work_due on bus_work", "using bus_work_pkey on bus_work w"],
    "archived_find": ["using bus_archive_message_message_key_", "Index Cond: (message_key = "],
    "statistics": [
        "using bus_queue_waiting",
        "using bus_queue_leased on bus_queue bus_queue_1 Index Cond: (owner = '22'::smallint)",
    ],
    "waiting": ["using bus_queue_waiting", f"using bus_queue_leased on bus_queue bus_queue_1 {_QUEUE}"],
}


@pytest.mark.parametrize("analyzed", [False, True], ids=["without-statistics", "with-statistics"])
@pytest.mark.parametrize("name", SQLITE_PLANS)
def test_sqlite_goes_by_the_index(
    name: str, analyzed: bool, fresh_database: Callable[[Engine], Database]
) -> None:
    location = DatabaseAddress.of_url(fresh_database("sqlite").url).location
    connection = sqlite3.connect(location, isolation_level=None)
    if analyzed:
        fill(DatabaseAddress("sqlite", location), REQUESTS, 2000)
        connection.execute("ANALYZE")
    text = statements("sqlite")[name].text
    names = set(re.findall(r":([a-z_]+)", text))
    values = {each: PARAMETERS.get(each, 0) for each in names}

    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]
    connection.close()

    lines = "\n".join(plan)
    for expected in SQLITE_PLANS[name]:
        assert expected in lines
    assert not [line for line in plan if re.match(r"SCAN (?!\(subquery|constant|counted)", line)], lines
    if name.startswith("lease"):
        assert lines.count("TEMP B-TREE") == 1, "only the ended leases are sorted"


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest) -> dict[str, str]:
    """Databases whose statistics were taken of an empty store, of a drained, of a full one, and never."""
    databases: PostgresDatabases = request.getfixturevalue("postgres_maker")
    made = {name: databases.unused() for name in ("fresh", "unseen", "empty", "drained", "full")}
    unseen = DatabaseAddress.of_url(made["unseen"])
    with psycopg.connect(unseen.location) as server:
        for table in ("bus_queue", "bus_message", "bus_body"):
            server.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    fill(unseen, REQUESTS, 20_000)
    for name in ("empty", "drained", "full"):
        address = DatabaseAddress.of_url(made[name])
        if name != "empty":
            fill(address, REQUESTS, 20_000, delivered=True, first=100_001)
        if name == "full":
            fill(address, REQUESTS, 20_000)
        with psycopg.connect(address.location, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")
    return made


@pytest.mark.parametrize("state", ["fresh", "unseen", "empty", "drained", "full"])
@pytest.mark.parametrize("name", POSTGRES_PLANS)
def test_postgresql_goes_by_the_index(name: str, state: str, servers: dict[str, str]) -> None:
    with psycopg.connect(servers[state], options=SESSION_OPTIONS) as server:
        rows = server.execute(f"EXPLAIN (COSTS OFF) {statements('postgresql')[name].text}", PARAMETERS)
        plan = re.sub(r"\s+", " ", " ".join(row[0] for row in rows))

    if not (state == "empty" and name in {"answers", "close"}):  # of a single page every way is as good
        for expected in POSTGRES_PLANS[name]:
            assert expected in plan
    assert "Seq Scan" not in plan
    assert "Bitmap" not in plan
    if name.startswith("lease"):
        assert plan.count("Sort Key") == 1, "only the ended leases are sorted"


def _work(address: DatabaseAddress, name: str, **parameters: object) -> int:
    """What a statement takes: steps of SQLite's machine, pages of PostgreSQL. It is undone."""
    text, values = statements(address.dialect)[name].text, PARAMETERS | parameters
    if address.dialect == "postgresql":
        with psycopg.connect(address.location, options=SESSION_OPTIONS) as server:
            return _pages(server, text, values)
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    connection = sqlite3.connect(address.location, isolation_level=None)
    connection.execute("BEGIN")
    connection.set_progress_handler(step, 1)
    names = set(re.findall(r":([a-z_]+)", text))
    connection.execute(text, {each: values.get(each, 0) for each in names}).fetchall()
    connection.set_progress_handler(None, 1)
    connection.close()
    return steps


def _pages(server: psycopg.Connection[Any], text: str, values: dict[str, Any]) -> int:
    statement = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}"
    (plans,) = server.execute(statement, values).fetchone() or ([],)
    server.rollback()
    return sum(int(plans[0]["Plan"][f"Shared {each} Blocks"]) for each in ("Hit", "Read"))


def test_the_work_of_a_hand_out_is_the_same_behind_thousands_of_messages(address: DatabaseAddress) -> None:
    others = Queue(RECIPIENT + 1, Box.REQUESTS)

    def work() -> list[int]:
        one, another = REQUESTS.owner, others.owner
        return [
            _work(address, "lease", owner=one, floor=0, ended_floor=0),
            _work(address, "lease_typed", owner=one, type_id=3, floor=0, ended_floor=0),
            _work(address, "lease_typed", owner=one, type_id=9, floor=0, ended_floor=0),
            _work(address, "lease", owner=another, floor=0, ended_floor=0),
        ]

    fill(address, REQUESTS, 50)
    fill(address, others, 50, delivered=True, first=100_001)
    settle(address)
    few = work()
    fill(address, REQUESTS, 20_000, first=51)
    fill(address, others, 5000, delivered=True, first=200_001)
    with Store.open(address) as store:
        assert store.waiting(REQUESTS, 1000) == 1000
        # The books go over every row, on a server that may know nothing of its tables yet.
        report = store.check()
    assert report.right
    assert report.totals[0].accepted == 25_100
    settle(address)
    for before, after in zip(few, work(), strict=True):
        assert after < 2 * before + 20


def test_where_a_backup_keeps_the_dead_the_search_begins_behind_them(
    fresh_database: Callable[[Engine], Database],
) -> None:
    address = DatabaseAddress.of_url(fresh_database("postgres").url)
    fill(address, REQUESTS, 10_000)

    text = statements("postgresql")["lease"].text

    with (
        psycopg.connect(address.location) as backup,
        psycopg.connect(address.location, options=SESSION_OPTIONS) as server,
    ):
        first = server.execute("SELECT min(message_id) FROM bus_queue").fetchone()
        assert first is not None
        backup.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        backup.execute("SELECT count(*) FROM bus_queue")
        server.execute("DELETE FROM bus_queue WHERE message_id < %s", [first[0] + 9_000])
        server.commit()

        assert _pages(server, text, PARAMETERS | {"floor": 0}) > 100
        assert _pages(server, text, PARAMETERS | {"floor": first[0] + 9_000}) < 60
