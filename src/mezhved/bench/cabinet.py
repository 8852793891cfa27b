"""Pages of the cabinet over years of exchanges (`mezhved bench cabinet`), through the whole Django stack."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from mezhved.bench.installation import CannotMeasure, new_database
from mezhved.configuration import GatewaySettings
from mezhved.site.setup import configure, migrate
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client

    from mezhved.gateway.assembly import Gateway

BUDGET_MS: Final = 300.0
DASHBOARD_MS: Final = 1000.0
SNILS: Final = "112-233-445 95"
_FAMILY: Final = "вымышленный"
_PASSWORD: Final = "measured-cabinet-password-7"  # noqa: S105 - of a database that lives for a measurement
_OK: Final = 200
DASHBOARDS: Final = (
    ("dashboard: today", "/see/?period=today"),
    ("dashboard: this week", "/see/?period=week"),
    ("dashboard: this month", "/see/?period=month"),
    ("dashboard: last quarter", "/see/?period=last_quarter"),
    ("dashboard: last year", "/see/?period=last_year"),
    ("dashboard: last year, own requests", "/see/?period=last_year&direction=out"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One measurement: so many exchanges, each page so often."""

    exchanges: int
    repeats: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A page: whose eyes, its address, what to call it."""

    who: str
    name: str
    address: str
    budget_ms: float = BUDGET_MS


def measure(setting: Setting, folder: Path, postgres: str) -> dict[str, Any]:
    """Fill a database of that server, ask for every page, return the figures, ready for JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    with new_database(folder / "unused", postgres) as database:
        configure(
            GatewaySettings(database=database, folder=folder / "contents", allowed_hosts=("127.0.0.1",))
        )
        from django.db import connections  # noqa: PLC0415 - Django is ready now

        try:
            return _measured(setting, GatewaySettings(database=database, folder=folder / "contents"))
        finally:
            connections.close_all()


def _measured(setting: Setting, settings: GatewaySettings) -> dict[str, Any]:
    from mezhved.bench.cabinet_filling import fill, mention  # noqa: PLC0415 - after Django
    from mezhved.bench.cabinet_standing import add_up  # noqa: PLC0415
    from mezhved.gateway.assembly import build_gateway  # noqa: PLC0415
    from mezhved.gateway.watching.persons import meant_by  # noqa: PLC0415

    migrate()
    gateway, now = build_gateway(settings), datetime.now(UTC)
    started = time.monotonic()
    fill(setting.exchanges, now)
    for text, every in ((SNILS, 50_000), (_FAMILY, 500)):
        for each in meant_by(text):
            mention(gateway.subjects.hashed(each), every)
    add_up()
    filled = time.monotonic() - started
    clients = _clients(gateway, now)
    found = [_figures(clients[each.who], each, setting.repeats) for each in _pages(clients, now)]
    return {
        "exchanges": setting.exchanges,
        "fill_seconds": round(filled, 1),
        "load_before": [round(each, 1) for each in os.getloadavg()],
        "budget_ms": BUDGET_MS,
        "slowest_median_ms": max(each["median_ms"] for each in found if each["budget_ms"] == BUDGET_MS),
        "slowest_dashboard_ms": max(each["median_ms"] for each in found if each["budget_ms"] != BUDGET_MS),
        "pages": found,
    }


def _pages(clients: dict[str, Client], now: datetime) -> Iterator[Asked]:
    """Give the pages that people open: every filter, for the whole and bound to departments."""
    day = (now - timedelta(days=400)).date()
    filters = {
        "all": "all=1",
        "open, by term": "open=1&sort=term",
        "new": "state=new",
        "unsent": "state=unsent",
        "faulted or unsent": "state=faulted&state=unsent",
        "cancelled": "state=cancelled",
        "frequent type": "type=VS00001",
        "rare type": "type=VS00119",
        "frequent sender": "counterpart=SENDER1",
        "rare sender": "counterpart=SENDER199",
        "unknown sender": "counterpart=NOBODY",
        "rare sender and type": "counterpart=SENDER180&type=VS00100",
        "one department": "department=office3-1",
        "one month a year ago": urlencode({"since": day, "until": day + timedelta(days=30)}),
        "overdue": "late=1",
        "unread": "unread=1",
        "tests": "test=yes",
        "no tests": "test=no",
        "mine": "mine=1",
        "refused, of a type": "state=rejected&type=VS00010",
        "by system": "system=MEASURE02",
        "MessageID": f"message_id={_message_id()}",
        "unknown MessageID": "message_id=nothing",
    }
    for who in ("observer", "head", "official"):
        for name, query in filters.items():
            yield Asked(who, f"incoming: {name}", f"/incoming/?{query}")
        yield Asked(who, "incoming: taken by nobody", "/incoming/?executor=nobody&open=1&sort=term")
        yield Asked(who, "incoming: of an executor", f"/incoming/?executor={_person()}")
        yield Asked(who, "incoming: questions to me", "/incoming/?asked=1")
        yield Asked(who, "incoming: person by number", _about(clients[who], "incoming", SNILS))
        yield Asked(who, "incoming: person by family name", _about(clients[who], "incoming", _FAMILY))
        yield Asked(who, "requests: all", "/requests/?all=1")
        yield Asked(who, "requests: waiting", "/requests/?open=1")
        yield Asked(who, "requests: overdue", "/requests/?late=1")
        yield Asked(who, "incoming: page in the middle", _deep(now))
    yield Asked("administrator", "journal: all", "/run/journal/")
    yield Asked("administrator", "journal: faulted or unsent", "/run/journal/?state=faulted&state=unsent")
    yield Asked("administrator", "journal: overdue", "/run/journal/?late=1")
    for who in ("observer", "head"):
        for name, address in DASHBOARDS:
            yield Asked(who, name, address, DASHBOARD_MS)


def _figures(client: Client, asked: Asked, repeats: int) -> dict[str, Any]:
    times, cpu = [], []
    for _ in range(repeats + 1):
        started, worked = time.perf_counter(), time.process_time()
        answer = client.get(asked.address)
        times.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
        if answer.status_code != _OK:
            raise CannotMeasure(
                Text(ru="страница не открылась", en="a page does not open"), where=asked.address
            )
    first, rest = times[0], times[1:] or times
    return {
        "who": asked.who,
        "page": asked.name,
        "first_ms": round(first, 1),
        "median_ms": round(statistics.median(rest), 1),
        "worst_ms": round(max(rest), 1),
        "cpu_ms": round(statistics.median(cpu[1:] or cpu), 1),
        "budget_ms": asked.budget_ms,
        "within": statistics.median(rest) < asked.budget_ms,
    }


def _clients(gateway: Gateway, now: datetime) -> dict[str, Client]:
    """Return browsers in which an account of each role has signed in."""
    from django.test import Client  # noqa: PLC0415

    from mezhved.cabinet.accounts.making import Accounts  # noqa: PLC0415
    from mezhved.cabinet.audit import Author  # noqa: PLC0415
    from mezhved.cabinet.models import Role  # noqa: PLC0415
    from mezhved.gateway.application import GATEWAY_KEY  # noqa: PLC0415
    from mezhved.gateway.models import Department  # noqa: PLC0415

    making = Accounts(Author(at=now, name="bench"), gateway.randomness)
    places = {
        "observer": (Role.OBSERVER, None),
        "head": (Role.HEAD, "office3"),
        "official": (Role.OFFICIAL, "office5-2"),
        "administrator": (Role.ADMINISTRATOR, None),
    }
    clients = {}
    for name, (role, code) in places.items():
        account, _ = making.add(f"bench-{name}", name=f"Измеритель {name}", password=_PASSWORD)
        making.give(account, role, None if code is None else Department.objects.get(code=code))
        environ: dict[str, Any] = {GATEWAY_KEY: gateway, "HTTP_HOST": "127.0.0.1"}
        client = Client(**environ)
        client.post("/sign-in/", {"name": f"bench-{name}", "password": _PASSWORD})
        clients[name] = client
    return clients


def _about(client: Client, view: str, text: str) -> str:
    answer = client.post(f"/lists/{view}/person/", {"about": text, "query": "all=1"})
    parts = urlsplit(answer.headers["Location"])
    if not parse_qs(parts.query).get("person"):
        raise CannotMeasure(Text(ru="человек не найден", en="no person"), where=parts.query)
    return f"{parts.path}?{parts.query}"


def _deep(now: datetime) -> str:
    from mezhved.gateway.watching.filters import Place  # noqa: PLC0415

    return f"/incoming/?all=1&after={Place(now - timedelta(days=540), 1).cursor}"


def _message_id() -> str:
    from mezhved.gateway.models import Exchange  # noqa: PLC0415

    found: str = (
        Exchange.objects.filter(direction="in").order_by("pk").values_list("message_id", flat=True)[0]
    )
    return found


def _person() -> int:
    from mezhved.gateway.models import Person  # noqa: PLC0415

    found: int = Person.objects.filter(department__code="office3-1").values_list("pk", flat=True)[0]
    return found
