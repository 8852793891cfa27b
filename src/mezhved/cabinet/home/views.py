"""The first page: what waits for the account, and where it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.urls import reverse

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.lists import INCOMING, REQUESTS, View, count_of
from mezhved.cabinet.running.groups import groups
from mezhved.cabinet.running.overview import warnings
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse


@dataclass(frozen=True, slots=True)
class Tile:
    """How many there are of something, and the list that shows them."""

    text: Text
    count: str
    link: str
    is_bad: bool = False


@page(None, methods=("GET",))
def home(visit: Visit) -> HttpResponse:
    """Show how much waits, by what the account may do; who works in no list is led to the administration."""
    sees, sets_up = visit.access.may(Permission.SEE), visit.access.may(Permission.SETUP)
    return visit.render(
        "cabinet/home.html",
        {
            "tiles": list(_tiles(visit)) if sees else [],
            "warnings": list(warnings(visit)) if sets_up else [],
            "groups": [] if sees else list(groups(visit)),
        },
    )


def _tiles(visit: Visit) -> Iterator[Tile]:
    yield _tile(visit, INCOMING, "open=1&sort=term", Text("входящие без ответа", "incoming, not answered"))
    if visit.access.may(Permission.ANSWER):
        yield _tile(visit, INCOMING, "mine=1&open=1&sort=term", Text("из них у меня", "of them mine"))
    late = Text("входящие просрочены", "incoming, overdue")
    yield _tile(visit, INCOMING, "late=1&sort=term", late, warns=True)
    if visit.access.may(Permission.ASK):
        new = Text("новые ответы на мои запросы", "new answers to my requests")
        yield _tile(visit, REQUESTS, "mine=1&unread=1", new)
        yield _tile(visit, REQUESTS, "mine=1&open=1", Text("мои запросы ждут ответа", "my requests wait"))
    else:
        yield _tile(visit, REQUESTS, "open=1", Text("наши запросы ждут ответа", "our requests wait"))


def _tile(visit: Visit, view: View, query: str, text: Text, *, warns: bool = False) -> Tile:
    count = count_of(visit, view, QueryDict(query))
    return Tile(text, count, f"{reverse(view.url)}?{query}", is_bad=warns and count != "0")
