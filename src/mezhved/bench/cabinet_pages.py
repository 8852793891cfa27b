"""Which pages of the cabinet are measured: what people open, each with the eyes of every role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from mezhved.bench.installation import CannotMeasure
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from django.test import Client

YEARS: Final = 3
"""That the exchanges were made in."""
LIST_MS: Final = 300.0
DASHBOARD_MS: Final = 1000.0
SNILS: Final = "112-233-445 95"
FAMILY: Final = "вымышленный"
_DASHBOARDS: Final = {
    "dashboard: today": "period=today",
    "dashboard: this week": "period=week",
    "dashboard: this month": "period=month",
    "dashboard: last quarter": "period=last_quarter",
    "dashboard: this year": "period=year",
    "dashboard: last year": "period=last_year",
    "dashboard: last year, own requests": "period=last_year&direction=out",
    "dashboard: last year, one department": "period=last_year&department=office3-1",
}
_FILTERS: Final = {
    "all": "all=1",
    "open, by term": "open=1&sort=term",
    "all by term": "sort=term",
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
    "overdue": "late=1",
    "overdue, by term": "late=1&sort=term",
    "unread": "unread=1",
    "tests": "test=yes",
    "no tests": "test=no",
    "mine": "mine=1",
    "mine and open": "mine=1&open=1&sort=term",
    "refused, of a type": "state=rejected&type=VS00010",
    "unsent, of a rare sender": "state=unsent&counterpart=SENDER190",
    "by system": "system=MEASURE02",
    "of a case": "case=7-pv",
    "of a case, of a type": "case=8-pv&type=VS00001",
    "unknown case": "case=nothing",
    "unknown MessageID": "message_id=nothing",
}
_OF_PEOPLE: Final = {
    "taken by nobody": "executor=nobody&open=1&sort=term",
    "questions to me": "asked=1",
}
_LISTS: Final = {"incoming": "/incoming/", "requests": "/requests/", "journal": "/run/journal/"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A page: whose eyes, what to call it, its address."""

    who: str
    name: str
    address: str
    budget_ms: float = LIST_MS


def pages(clients: Mapping[str, Client], now: datetime, message_id: str, executor: int) -> Iterator[Asked]:
    """Give the pages; `executor` is somebody's row, `message_id` that of an incoming request."""
    filters = _FILTERS | _periods(now) | {"MessageID": f"message_id={message_id}"}
    for who in ("observer", "director", "head", "official", "watcher"):
        yield Asked(who, "home", "/")
        about = _about(clients[who], "incoming", SNILS), _about(clients[who], "incoming", FAMILY)
        named = _OF_PEOPLE | {"of an executor": f"executor={executor}"} | _persons(*about)
        named["saved filter"] = _saved(clients[who], about[1])
        yield from _list(who, "incoming", filters | named)
        yield from _list(
            who, "requests", filters | {"person by number": _about(clients[who], "requests", SNILS)}
        )
    yield from _list("administrator", "journal", filters)
    for who in ("observer", "director", "head", "watcher", "administrator"):
        for name, query in _DASHBOARDS.items():
            yield Asked(who, name, f"/see/?{query}", DASHBOARD_MS)


def _list(who: str, view: str, queries: Mapping[str, str]) -> Iterator[Asked]:
    for name, query in queries.items():
        yield Asked(who, f"{view}: {name}", f"{_LISTS[view]}?{query}")


def _persons(number: str, family: str) -> dict[str, str]:
    return {"person by number": number, "person by family name": family}


def _periods(now: datetime) -> dict[str, str]:
    from mezhved.gateway.watching.filters import Place  # noqa: PLC0415 - Django is ready now

    day, span = (now - timedelta(days=400)).date(), timedelta(days=365 * YEARS)
    month = urlencode({"since": day, "until": day + timedelta(days=30)})
    return {
        "one month a year ago": month,
        "refused in that month": f"{month}&state=rejected",
        "rare type in that month": f"{month}&type=VS00119",
        "page in the middle": f"all=1&after={Place(now - span / 2, 1).cursor}",
        "last page": f"all=1&after={Place(now - span + timedelta(hours=1), 1).cursor}",
    }


def _about(client: Client, view: str, text: str) -> str:
    answer = client.post(f"/lists/{view}/person/", {"about": text, "query": "all=1"})
    query = urlsplit(answer.headers["Location"]).query
    if not parse_qs(query).get("person"):
        raise CannotMeasure(Text(ru="человек не найден", en="no person"), where=query)
    return query


def _saved(client: Client, query: str) -> str:
    answer = client.post("/lists/incoming/saved/", {"name": "Люди", "query": query})
    return urlsplit(answer.headers["Location"]).query
