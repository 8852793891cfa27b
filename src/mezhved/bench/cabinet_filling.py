"""Years of exchanges at once, written past the gateway: for measurements of the cabinet's pages.

What people look for lies as it does in offices: a few types and senders make most of the traffic, the latest
hundredth is open, a few of the old ones still are, one exchange in five hundred is a test.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, connection, transaction

from mezhved.gateway.models import (
    Connection,
    Department,
    InformationSystem,
    InformationType,
    Person,
)

if TYPE_CHECKING:
    from datetime import datetime

YEARS: Final = 3
SYSTEMS: Final = ("MEASURE01", "MEASURE02")
TYPES: Final = 120
SENDERS: Final = 200
OFFICES: Final = 10
BELOW: Final = 3
PEOPLE: Final = 8
"""In each department."""

_PREPARE: Final = "SET LOCAL synchronous_commit = off; SELECT setseed(0.5)"
_TRUSTING: Final = "SET LOCAL session_replication_role = replica"
"""Foreign keys of what is written here are right; checking ten million of them takes longer than writing."""
_INDEXES: Final = """
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    AND tablename IN ('gateway_exchange', 'gateway_message', 'gateway_subject', 'gateway_handling')
    AND indexname NOT IN (SELECT conname FROM pg_constraint)"""
"""What is built anew afterwards: that takes a third of the time of keeping it right meanwhile."""
_EXCHANGES: Final = """
INSERT INTO gateway_exchange (
    uid, system_id, direction, type_id, state, is_test, environment, message_id, counterpart,
    counterpart_name, reply_to, author, department_id, executor, account_id, routing, created_at, term,
    due_at, paused_at, closed_at, is_overdue, forgotten_at)
SELECT gen_random_uuid(), system, direction, type, state, die[3] < 0.002, 'production',
    gen_random_uuid()::text, 'SENDER' || sender, 'Ведомство ' || sender, '',
    CASE direction WHEN 'out' THEN person ELSE '' END, department,
    CASE WHEN direction = 'out' OR state = 'new' THEN '' ELSE person END, NULL, NULL, came, '5wd',
    CASE state WHEN 'no_answer' THEN NULL ELSE came + interval '7 days' END, NULL,
    CASE WHEN state IN ('new', 'in_work', 'waiting', 'sending') THEN NULL ELSE came + interval '2 days' END,
    false, NULL
FROM (
    SELECT n, die, came, direction, department, sender,
        (%(first_system)s + (direction = 'in')::int) AS system,
        %(first_type)s + floor(%(types)s * die[4] * die[4])::int AS type,
        'Сотрудник ' || department || '-' || floor(%(people)s * die[5])::int AS person,
        CASE
            WHEN n > %(count)s * 0.99 OR die[6] < 0.0005 THEN
                CASE WHEN direction = 'out' THEN 'waiting' WHEN die[7] < 0.5 THEN 'new' ELSE 'in_work' END
            WHEN die[6] < 0.93 THEN 'answered'
            WHEN die[6] < 0.98 THEN 'rejected'
            WHEN die[6] < 0.99 THEN 'faulted'
            WHEN die[6] < 0.993 THEN 'unsent'
            WHEN die[6] < 0.998 OR direction = 'out' THEN 'cancelled'
            ELSE 'no_answer'
        END AS state
    FROM (
        SELECT n, die,
            to_timestamp(%(begin)s + %(span)s::float8 * n / %(count)s) AS came,
            CASE WHEN die[1] < 0.6 THEN 'in' ELSE 'out' END AS direction,
            %(first_department)s + floor(%(departments)s * die[2])::int AS department,
            1 + floor(%(senders)s * die[8] * die[8] * die[8])::int AS sender
        FROM (
            SELECT n, ARRAY[random(), random(), random(), random(), random(), random(), random(), random()]
                AS die
            FROM generate_series(1, %(count)s) AS n
        ) AS thrown
    ) AS placed
) AS decided"""
_MESSAGES: Final = """
INSERT INTO gateway_message (
    uid, exchange_id, system_id, direction, kind, state, message_id, client_id, client_digest, content,
    details, options, attempts, missed, needs_upload, smev_state, send_after, lease_owner, created_at,
    settled_at)
SELECT gen_random_uuid(), e.id, e.system_id, CASE WHEN asks THEN e.direction
        ELSE CASE e.direction WHEN 'in' THEN 'out' ELSE 'in' END END,
    CASE WHEN asks THEN 'request' ELSE 'answer' END,
    CASE WHEN asks = (e.direction = 'out') THEN 'SENT'
        WHEN e.created_at > to_timestamp(%(unread)s) THEN 'RECEIVED'
        ELSE 'READ' END,
    CASE WHEN asks THEN e.message_id ELSE gen_random_uuid()::text END, NULL, '', '<a/>'::bytea,
    '{}', '{}', 1, 0, false, '', NULL, '', e.created_at, e.created_at
FROM gateway_exchange e CROSS JOIN (VALUES (true), (false)) AS sides(asks)
WHERE asks OR e.state = 'answered'"""
_SUBJECTS: Final = """
INSERT INTO gateway_subject (exchange_id, kind, key, is_asked)
SELECT id, 'snils', md5((id %% 300000)::text), true FROM gateway_exchange"""
_HANDLINGS: Final = """
INSERT INTO gateway_handling (exchange_id, at, kind, actor, department_id, executor, note)
SELECT id, created_at, CASE WHEN id %% 1000 = 0 THEN 'noted' ELSE 'routed' END, '', department_id,
    CASE WHEN id %% 1000 = 0 THEN executor ELSE '' END, '' FROM gateway_exchange WHERE direction = 'in'"""
_KNOWN: Final = """
INSERT INTO gateway_subject (exchange_id, kind, key, is_asked)
SELECT id, 'snils', %(key)s, true FROM gateway_exchange WHERE id %% %(every)s = 1 ON CONFLICT DO NOTHING"""


def fill(count: int, now: datetime) -> None:
    """Write `count` exchanges that ended at `now` into an empty, migrated PostgreSQL database."""
    _make_people()
    types = _make_types()
    systems = _make_systems()
    first = Department.objects.order_by("pk").values_list("pk", flat=True)[0]
    span = YEARS * 365 * 86400
    values = {
        "count": count,
        "begin": now.timestamp() - span,
        "span": span,
        "first_system": systems,
        "first_type": types,
        "types": TYPES,
        "people": PEOPLE,
        "senders": SENDERS,
        "first_department": first,
        "departments": OFFICES * (BELOW + 1),
        "unread": now.timestamp() - span * 0.005,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        with suppress(DatabaseError), transaction.atomic():  # a server may not let this user do it
            cursor.execute(_TRUSTING)
        cursor.execute(_PREPARE)
        cursor.execute(_INDEXES)
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(_EXCHANGES, values)
        cursor.execute(_MESSAGES, values)
        cursor.execute(_SUBJECTS, {})
        cursor.execute(_HANDLINGS, {})
        for _, definition in indexes:
            cursor.execute(definition)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def mention(key: str, every: int) -> None:
    """Have one exchange in `every` be about the person of the key."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"key": key, "every": every})


def _make_people() -> None:
    for number in range(OFFICES):
        office = Department.objects.create(code=f"office{number}", name=f"Управление {number}")
        for each in range(BELOW):
            Department.objects.create(
                code=f"office{number}-{each}", name=f"Отдел {number}-{each}", parent=office
            )
    Person.objects.bulk_create(
        Person(department=each, name=f"Сотрудник {each.pk}-{number}")
        for each in Department.objects.all()
        for number in range(PEOPLE)
    )


def _make_types() -> int:
    rows = InformationType.objects.bulk_create(
        InformationType(
            code=f"VS{number:05}",
            title=f"Измеряемые сведения {number}",
            namespace=f"urn://mezhved.example/measured/{number}",
            request_root="Request",
            response_root="Response",
            package=b"",
            package_digest="",
        )
        for number in range(TYPES)
    )
    return int(min(each.pk for each in rows))


def _make_systems() -> int:
    at = Connection.objects.create(
        name="measured", environment="production", version="1.3", url="http://127.0.0.1:9/ws"
    )
    rows = [InformationSystem.objects.create(mnemonic=each, connection=at) for each in SYSTEMS]
    return int(min(each.pk for each in rows))
