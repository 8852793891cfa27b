"""Years of exchanges at once, written past the gateway: for measurements of the cabinet's pages.

What people look for lies as it does in offices: a few types and senders make most of the traffic, the latest
hundredth is open, a few of the old ones still are, one exchange in five hundred is a test. The same number
of exchanges is the same exchanges each time, on both engines.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import transaction

from mezhved.bench.cabinet_pages import YEARS
from mezhved.bench.cabinet_writing import settle, written_quickly
from mezhved.gateway.models import (
    Connection,
    Department,
    Exchange,
    Handling,
    InformationSystem,
    InformationType,
    Message,
    Person,
    Standing,
    Subject,
)
from mezhved.gateway.watching.summing import (
    BY_SIDE,
    BY_TYPE,
    MOSCOW,
    add_up_month,
    add_up_year,
    count_day,
    month_of,
    year_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mezhved.bench.cabinet_writing import Write

SYSTEMS: Final = ("MEASURE01", "MEASURE02")
TYPES: Final = 120
SENDERS: Final = 200
OFFICES: Final = 10
BELOW: Final = 3
PEOPLE: Final = 8
"""In each department."""
SUBJECTS: Final = 300_000
CASES: Final = 100_000
NOTED: Final = 50
"""One incoming request in so many has a question to a colleague."""
CHUNK: Final = 20_000
_DAY: Final = timedelta(days=1)
_OPEN: Final = frozenset({"new", "in_work", "waiting"})
_INCOMING: Final = 0.6
_TESTS: Final = 0.002
_UNREAD: Final = 0.005
_LATEST: Final = 0.01
_STILL_OPEN: Final = 0.0005
_STATES: Final = ((0.93, "answered"), (0.98, "rejected"), (0.99, "faulted"), (0.993, "unsent"))
_CANCELLED: Final = 0.998
"""Shares of all; of states, up to where each goes."""
_EXCHANGES: Final = (
    "id", "uid", "system_id", "direction", "type_id", "state", "is_test", "environment", "message_id",
    "counterpart", "counterpart_name", "reply_to", "author", "department_id", "executor", "account_id",
    "created_at", "term", "due_at", "closed_at", "is_overdue",
    "case_number",
)  # fmt: skip
_MESSAGES: Final = (
    "uid", "exchange_id", "system_id", "direction", "kind", "state", "message_id", "client_digest", "content",
    "details", "options", "attempts", "missed", "needs_upload", "smev_state", "lease_owner", "created_at",
    "settled_at",
)  # fmt: skip
_SUBJECTS: Final = ("exchange_id", "kind", "key", "is_asked")
_HANDLINGS: Final = ("exchange_id", "at", "kind", "actor", "department_id", "executor", "note")


@dataclass(frozen=True, slots=True)
class Office:
    """Who works where: departments and systems by key, the keys of types, the accounts of some people."""

    departments: tuple[int, ...]
    systems: tuple[int, ...]
    types: tuple[int, ...]
    accounts: Mapping[str, int]
    """Users by the names of people."""

    def with_accounts(self, accounts: Mapping[str, int]) -> Office:
        """Return it with the accounts of some people."""
        return replace(self, accounts=accounts)


def make_office() -> Office:
    """Write departments with their people, systems and types into an empty, migrated database."""
    with transaction.atomic():
        departments = _make_people()
        return Office(departments, _make_systems(), _make_types(), {})


def person(department: int, number: int) -> str:
    """Return the name of a person of a department."""
    return f"Сотрудник {department}-{number}"


def fill(count: int, now: datetime, office: Office, known: Mapping[str, int]) -> None:
    """Write `count` exchanges that ended at `now`; one in so many is about the person of a `known` key."""
    past = _Past(count, now.astimezone(UTC).replace(tzinfo=None), office, known)
    with written_quickly((Exchange, Message, Subject, Handling)) as write:
        for first in range(1, count + 1, CHUNK):
            _write_chunk(past, range(first, min(first + CHUNK, count + 1)), write)


def add_up(now: datetime) -> None:
    """Count how all of it stands, by what the gateway counts with along the events."""
    first = now.astimezone(MOSCOW).date() - timedelta(days=YEARS * 365)
    days = [first + _DAY * number for number in range(YEARS * 365 + 1)]
    with transaction.atomic():
        for cube in (BY_TYPE, BY_SIDE):
            for day in days:
                count_day(cube, day, now)
            for month in sorted({month_of(day) for day in days}):
                add_up_month(cube, month)
            for year in sorted({year_of(day) for day in days}):
                add_up_year(cube, year)
    settle(Standing)


def _write_chunk(past: _Past, numbers: range, write: Write) -> None:
    exchanges = [past.exchange(each) for each in numbers]
    write(Exchange, _EXCHANGES, (each.row for each in exchanges))
    write(Message, _MESSAGES, (row for each in exchanges for row in past.messages(each)))
    write(Subject, _SUBJECTS, (row for each in exchanges for row in past.subjects(each)))
    write(Handling, _HANDLINGS, (row for each in exchanges for row in past.handlings(each)))


class _Exchange(NamedTuple):
    number: int
    system: int
    direction: str
    state: str
    message_id: str
    department: int
    executor: str
    came: str
    is_unread: bool
    row: tuple[Any, ...]


class _Past:
    """Makes the rows, one exchange after another."""

    def __init__(self, count: int, now: datetime, office: Office, known: Mapping[str, int]) -> None:
        self._count, self._office, self._known = count, office, known
        span = YEARS * 365 * _DAY
        self._begin, self._step = now - span, span // count
        self._unread = count * (1 - _UNREAD)
        dice = random.Random(5)  # noqa: S311 - no secret
        self._die: Callable[[], float] = dice.random
        self._bits: Callable[[int], int] = dice.getrandbits

    def exchange(self, number: int) -> _Exchange:
        die, office = self._die, self._office
        at = self._begin + self._step * number
        came = at.isoformat(" ")
        incoming = die() < _INCOMING
        direction = "in" if incoming else "out"
        department = office.departments[int(len(office.departments) * die())]
        sender = 1 + int(SENDERS * die() ** 3)
        kind = office.types[int(len(office.types) * die() ** 2)]
        name = person(department, int(PEOPLE * die()))
        state = self._state(number, incoming=incoming)
        is_open = state in _OPEN
        executor = name if incoming and state != "new" else ""
        system, message_id = office.systems[incoming], self._uuid()
        row = (
            number, self._hex(), system, direction, kind, state, die() < _TESTS, "production", message_id,
            f"SENDER{sender}", f"Ведомство {sender}", "", "" if incoming else name, department, executor,
            None if incoming and not executor else office.accounts.get(name),
            came, "5wd", None if state == "no_answer" else (at + 7 * _DAY).isoformat(" "),
            None if is_open else (at + 2 * _DAY).isoformat(" "), False,
            f"{number % CASES}-pv",
        )  # fmt: skip
        is_unread = number > self._unread
        return _Exchange(
            number, system, direction, state, message_id, department, executor, came, is_unread, row
        )

    def messages(self, made: _Exchange) -> list[tuple[Any, ...]]:
        incoming = made.direction == "in"
        rows = [self._message(made, "request", made.message_id, comes=incoming)]
        if made.state == "answered":
            rows.append(self._message(made, "answer", self._uuid(), comes=not incoming))
        return rows

    def subjects(self, made: _Exchange) -> list[tuple[Any, ...]]:
        number = made.number
        keys = [key for key, every in self._known.items() if number % every == 1]
        return [(number, "snils", each, True) for each in (f"{number % SUBJECTS:032x}", *keys)]

    def handlings(self, made: _Exchange) -> list[tuple[Any, ...]]:
        if made.direction == "out":
            return []
        noted = made.number % NOTED == 0 and made.executor != ""
        kind, executor = ("noted", made.executor) if noted else ("routed", "")
        return [(made.number, made.came, kind, "", made.department, executor, "")]

    def _message(self, made: _Exchange, kind: str, message_id: str, *, comes: bool) -> tuple[Any, ...]:
        state = "SENT" if not comes else "RECEIVED" if made.is_unread else "READ"
        return (
            self._hex(), made.number, made.system, "in" if comes else "out", kind, state, message_id, "",
            b"<a/>", "{}", "{}", 1, 0, False, "", "", made.came, made.came,
        )  # fmt: skip

    def _state(self, number: int, *, incoming: bool) -> str:
        dice = self._die()
        if number > self._count * (1 - _LATEST) or dice < _STILL_OPEN:
            return ("new", "in_work")[self._bits(1)] if incoming else "waiting"
        for bound, state in _STATES:
            if dice < bound:
                return state
        return "cancelled" if dice < _CANCELLED or not incoming else "no_answer"

    def _hex(self) -> str:
        return f"{self._bits(128):032x}"

    def _uuid(self) -> str:
        text = self._hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _make_people() -> tuple[int, ...]:
    for number in range(OFFICES):
        office = Department.objects.create(code=f"office{number}", name=f"Управление {number}")
        for each in range(BELOW):
            Department.objects.create(
                code=f"office{number}-{each}", name=f"Отдел {number}-{each}", parent=office
            )
    keys = tuple(Department.objects.order_by("pk").values_list("pk", flat=True))
    Person.objects.bulk_create(
        Person(department_id=key, name=person(key, number)) for key in keys for number in range(PEOPLE)
    )
    return keys


def _make_types() -> tuple[int, ...]:
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
    return tuple(each.pk for each in rows)


def _make_systems() -> tuple[int, ...]:
    at = Connection.objects.create(
        name="measured", environment="production", version="1.3", url="http://127.0.0.1:9/ws"
    )
    return tuple(InformationSystem.objects.create(mnemonic=each, connection=at).pk for each in SYSTEMS)
