"""Pages of the cabinet over years of exchanges (`mezhved bench cabinet`), through the whole Django stack."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from mezhved.bench.cabinet_pages import DASHBOARD_MS, FAMILY, LIST_MS, SNILS, Asked, pages
from mezhved.bench.installation import CannotMeasure, new_database
from mezhved.configuration import GatewaySettings
from mezhved.site.setup import configure, migrate
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from django.test import Client

    from mezhved.gateway.assembly import Gateway

_PASSWORD: Final = "measured-cabinet-password-7"  # noqa: S105 - of a database that lives for a measurement
_OK: Final = 200
_KNOWN: Final = {SNILS: 50_000, FAMILY: 500}
"""One exchange in so many is about them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One measurement: `engine` is sqlite or postgresql; so many exchanges, each page so often."""

    engine: str
    exchanges: int
    repeats: int


def measure(setting: Setting, folder: Path, postgres: str | None) -> dict[str, Any]:
    """Fill a database, ask for every page, return the figures, ready for JSON.

    `postgres` is the address of a server where databases may be made.
    """
    if setting.engine == "postgresql" and postgres is None:
        raise CannotMeasure(Text(ru="не назван сервер PostgreSQL", en="no PostgreSQL server is named"))
    folder.mkdir(parents=True, exist_ok=True)
    server = postgres if setting.engine == "postgresql" else None
    with new_database(folder / "cabinet.sqlite3", server) as database:
        settings = GatewaySettings(
            database=database, folder=folder / "contents", allowed_hosts=("127.0.0.1",)
        )
        configure(settings)
        from django.db import connections  # noqa: PLC0415 - Django is ready now

        try:
            return _measured(setting, settings)
        finally:
            connections.close_all()


def _measured(setting: Setting, settings: GatewaySettings) -> dict[str, Any]:
    from mezhved.gateway.assembly import build_gateway  # noqa: PLC0415 - after Django

    migrate()
    gateway, now = build_gateway(settings), datetime.now(UTC)
    started = time.monotonic()
    clients = _fill(setting.exchanges, gateway, now)
    filled = time.monotonic() - started
    load = os.getloadavg()[0]
    found = [
        _figures(clients[each.who], each, setting.repeats)
        for each in pages(clients, now, _message_id(), _executor())
    ]
    return {
        "engine": setting.engine,
        "exchanges": setting.exchanges,
        "fill_seconds": round(filled, 1),
        "pages_seconds": round(time.monotonic() - started - filled, 1),
        "load": [round(each, 1) for each in (load, os.getloadavg()[0])],
        "pages": found,
        "missed": [each for each in found if not each["within"]],
        "summary": [_summary(found, budget) for budget in (LIST_MS, DASHBOARD_MS)],
    }


def lines(result: dict[str, Any]) -> Iterator[str]:
    """Say the figures in lines: each page, those that took longer than they may, and all together."""
    for each in result["pages"]:
        yield _line(each)
    missed = result["missed"]
    yield f"beyond their budget: {len(missed)}" + "".join(f"\n  {_line(each)}" for each in missed)
    for each in result["summary"]:
        yield (
            f"{each['within']} of {each['pages']} pages within {each['budget_ms']:.0f} ms: median"
            f" {each['median_ms']} (CPU {each['cpu_ms']}), 90 % within {each['nine_of_ten_ms']}, slowest"
            f" {each['slowest_ms']} ({each['slowest']}), worst of all {each['worst_ms']}"
        )
    yield (
        f"{result['engine']}: {result['exchanges']} exchanges written in {result['fill_seconds']} s, pages in"
        f" {result['pages_seconds']} s; load {result['load']}"
    )


def _line(page: dict[str, Any]) -> str:
    return (
        f"{page['median_ms']:7.1f} ms of {page['budget_ms']:4.0f}, worst {page['worst_ms']:7.1f}, first"
        f" {page['first_ms']:7.1f}, CPU {page['cpu_ms']:6.1f}, {page['statements']:3} statements:"
        f" {page['who']}, {page['page']}"
    )


def _summary(found: list[dict[str, Any]], budget_ms: float) -> dict[str, Any]:
    """Add up the pages of a budget: how many keep it, and the slowest ones."""
    rows = [each for each in found if each["budget_ms"] == budget_ms]
    rows.sort(key=lambda row: row["median_ms"])
    medians = [each["median_ms"] for each in rows]
    return {
        "budget_ms": budget_ms,
        "pages": len(rows),
        "within": sum(each["within"] for each in rows),
        "median_ms": round(statistics.median(medians), 1),
        "nine_of_ten_ms": medians[int(len(medians) * 0.9)],
        "slowest_ms": medians[-1],
        "slowest": f"{rows[-1]['who']}, {rows[-1]['page']}",
        "worst_ms": max(each["worst_ms"] for each in rows),
        "cpu_ms": round(statistics.median(each["cpu_ms"] for each in rows), 1),
    }


def _fill(count: int, gateway: Gateway, now: datetime) -> dict[str, Client]:
    """Write all that is looked at; return browsers in which an account of each role has signed in."""
    from mezhved.bench.cabinet_filling import add_up, fill, make_office  # noqa: PLC0415
    from mezhved.gateway.watching.persons import meant_by  # noqa: PLC0415

    office = make_office()
    clients, accounts = _clients(gateway, now)
    known = {
        gateway.subjects.hashed(each): every for text, every in _KNOWN.items() for each in meant_by(text)
    }
    fill(count, now, office.with_accounts(accounts), known)
    add_up(now)
    return clients


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
    median = statistics.median(times[1:])
    return {
        "who": asked.who,
        "page": asked.name,
        "first_ms": round(times[0], 1),
        "median_ms": round(median, 1),
        "worst_ms": round(max(times[1:]), 1),
        "cpu_ms": round(statistics.median(cpu[1:]), 1),
        "statements": _statements(client, asked.address),
        "budget_ms": asked.budget_ms,
        "within": median < asked.budget_ms,
    }


def _statements(client: Client, address: str) -> int:
    """Count what a page asks the database."""
    from django.db import connection  # noqa: PLC0415

    number = 0

    def counted(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal number
        number += 1
        return execute(*arguments)

    with connection.execute_wrapper(counted):
        client.get(address)
    return number


def _clients(gateway: Gateway, now: datetime) -> tuple[dict[str, Client], dict[str, int]]:
    """Return browsers by role, and users by the names of the people that they are."""
    from django.test import Client  # noqa: PLC0415

    from mezhved.bench.cabinet_filling import person  # noqa: PLC0415
    from mezhved.cabinet.accounts.making import Accounts  # noqa: PLC0415
    from mezhved.cabinet.audit import Author  # noqa: PLC0415
    from mezhved.cabinet.models import Role  # noqa: PLC0415
    from mezhved.gateway.application import GATEWAY_KEY  # noqa: PLC0415
    from mezhved.gateway.models import Department  # noqa: PLC0415

    making = Accounts(Author(at=now, name="bench"), gateway.randomness)
    places = {
        "observer": (Role.OBSERVER, None),
        "director": (Role.HEAD, None),
        "head": (Role.HEAD, "office3"),
        "official": (Role.OFFICIAL, "office5-2"),
        "watcher": (Role.OBSERVER, "office7-1"),
        "administrator": (Role.ADMINISTRATOR, None),
    }
    clients, accounts = {}, {}
    for number, (name, (role, code)) in enumerate(places.items()):
        department = None if code is None else Department.objects.get(code=code)
        known = f"Измеритель {name}" if department is None else person(department.pk, number)
        account, _ = making.add(f"bench-{name}", name=known, password=_PASSWORD)
        making.give(account, role, department)
        environ: dict[str, Any] = {GATEWAY_KEY: gateway, "HTTP_HOST": "127.0.0.1"}
        client = Client(**environ)
        client.post("/sign-in/", {"name": f"bench-{name}", "password": _PASSWORD})
        clients[name], accounts[known] = client, account.user.pk
    return clients, accounts


def _message_id() -> str:
    from mezhved.gateway.models import Exchange  # noqa: PLC0415

    found: str = (
        Exchange.objects.filter(direction="in").order_by("pk").values_list("message_id", flat=True)[0]
    )
    return found


def _executor() -> int:
    from mezhved.gateway.models import Person  # noqa: PLC0415

    found: int = Person.objects.filter(department__code="office3-1").values_list("pk", flat=True)[0]
    return found
