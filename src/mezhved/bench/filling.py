"""Many messages at once, written past the store: for measurements and tests behind a long queue."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg

from mezhved.bus.storage.archive import COUNTING

if TYPE_CHECKING:
    from mezhved.bus.storage import DatabaseAddress, Queue

_MESSAGES = """INSERT INTO bus_message (
    message_key, owner, kind, state, version, sender, recipient, type_id, root_namespace, root_name,
    original_key, reference_key, transaction_code, node, reply_to, test, eol, attachments, accepted_at,
    first_leased_at, finished_at, leases, reason, answer_key)"""
_VALUES = """, {owner}, 1, {state}, '1.2', 1, {owner}, {type_id},
    'urn://x-artefacts-test/fill/1.0.0', 'Request', NULL, NULL, '', '{node}', '', {false}, 0, 0, 1 + n,
    {finished}, {finished}, {finished}, '', NULL FROM numbers"""
_BODIES = """INSERT INTO bus_body (message_id, owner, data, signature)
SELECT id, owner, {data}, {data} FROM bus_message
WHERE accepted_at BETWEEN {first} AND {last} AND owner = {owner}
"""
_ENTRIES = """INSERT INTO bus_queue (
    owner, box, node, type_id, message_id, message_key, eol, leased_until, first_leased_at, leases)
SELECT owner, {box}, node, type_id, id, message_key, 0, 0, 0, 0 FROM bus_message
WHERE state = 1 AND accepted_at BETWEEN {first} AND {last} AND owner = {owner} ORDER BY id
"""
_COUNTED = """INSERT INTO bus_duty (name, leased_until, value)
SELECT {}, 0, coalesce(max(id), 0) FROM bus_message"""
_NUMBERS = {
    "sqlite": """WITH RECURSIVE numbers(n) AS (
        SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) """,
    "postgresql": "WITH numbers(n) AS (SELECT generate_series({first}, {last})) ",
}
_KEY = {
    "sqlite": "unhex16({owner}, n)",
    "postgresql": "int8send({owner}) || int8send(n::bigint)",
}
_DATA = {"sqlite": "x'3C612F3E'", "postgresql": "'<a/>'::bytea"}


def fill(
    address: DatabaseAddress,
    queue: Queue,
    count: int,
    *,
    delivered: bool = False,
    first: int = 1,
    type_id: int | None = None,
) -> None:
    """Write `count` messages into the queue, or as delivered long ago; `accepted_at` is 1 + their number.

    Without `type_id` they are of the types 0 to 4 in turn.
    """
    dialect = address.dialect
    words = {
        "owner": queue.owner,
        "node": queue.node,
        "box": queue.box.value,
        "state": 2 if delivered else 1,
        "finished": 1 if delivered else 0,
        "false": "false" if dialect == "postgresql" else 0,
        "data": _DATA[dialect],
        "type_id": "n % 5" if type_id is None else type_id,
    }
    numbers = {"first": first, "last": first + count - 1}
    times = {"first": first + 1, "last": first + count}
    statements = [
        " ".join(
            (
                _MESSAGES,
                _NUMBERS[dialect].format(**numbers),
                "SELECT",
                _KEY[dialect].format(**words),
                _VALUES.format(**words),
            )
        ),
        _BODIES.format(**words, **times),
    ]
    if not delivered:
        statements.append(_ENTRIES.format(**words, **times))
    if dialect == "sqlite":
        with sqlite3.connect(address.location, isolation_level=None) as connection:
            connection.create_function(
                "unhex16", 2, lambda owner, n: owner.to_bytes(8, "big") + n.to_bytes(8, "big")
            )
            for statement in ["BEGIN IMMEDIATE", *statements, "COMMIT"]:
                connection.execute(statement)
        connection.close()
    else:
        with psycopg.connect(address.location) as server:
            for statement in statements:
                server.execute(statement)


def note_counted(address: DatabaseAddress) -> None:
    """Note that all messages are in the statistics by day, so that the bus does not count them."""
    if address.dialect == "sqlite":
        with sqlite3.connect(address.location) as connection:
            connection.execute(_COUNTED.format("?"), (COUNTING,))
        connection.close()
    else:
        with psycopg.connect(address.location) as server:
            server.execute(_COUNTED.format("%s"), (COUNTING,))


def settle(address: DatabaseAddress) -> list[str]:
    """Let the server finish what the filling left behind, so that it does not work beside a measurement.

    On PostgreSQL dead rows are cleared, statistics taken and pages written; on SQLite the log is moved
    into the file. Returns what was done: a server may not let this user make a checkpoint.
    """
    if address.dialect == "sqlite":
        with sqlite3.connect(address.location, isolation_level=None) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return ["PRAGMA wal_checkpoint(TRUNCATE)"]
    done = []
    with psycopg.connect(address.location, autocommit=True) as server:
        for statement in ("VACUUM (ANALYZE)", "CHECKPOINT"):
            with suppress(psycopg.errors.InsufficientPrivilege):
                server.execute(statement)
                done.append(statement)
    return done
