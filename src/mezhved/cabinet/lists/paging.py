"""Pages by keys, forwards and backwards: the thousandth page costs what the first does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from mezhved.cabinet.lists.kinds import TERM
from mezhved.gateway.watching.filters import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from mezhved.gateway.models import Exchange

PAGE: Final = 50
COUNTED: Final = 1000
"""Beyond this many nobody counts: the list says "1000+"."""


@dataclass(frozen=True, slots=True)
class PageOf:
    """Rows of a page, and the cursors of its neighbours; empty where there are none."""

    rows: list[Exchange]
    newer: str
    older: str


def page_of(found: QuerySet[Exchange], sort: str, query: Mapping[str, str], size: int = PAGE) -> PageOf:
    """Return the page after or before the cursor in the query; the first one where it is none."""
    after, before = (_place(query.get(name, "")) for name in ("after", "before"))
    field = "due_at" if sort == TERM else "created_at"
    backwards = before is not None and after is None
    place = before if backwards else after
    rises = (sort == TERM) != backwards
    if place is not None:
        found = found.filter(_beyond(field, place, rises=rises))
    order = (field, "pk") if rises else (f"-{field}", "-pk")
    rows = list(found.order_by(*order)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return PageOf([], "", "")
    has_newer = more if backwards else place is not None
    has_older = True if backwards else more
    first, last = (_cursor(each, field) for each in (rows[0], rows[-1]))
    return PageOf(rows, first if has_newer else "", last if has_older else "")


def counted(found: QuerySet[Exchange], sort: str, *, by_key: bool = False) -> int:
    """Count up to `COUNTED` + 1 in the list's own order, so that the same index is walked.

    `by_key` where the condition is a list of keys: then those are looked up and nothing is walked.
    """
    order = ("pk",) if by_key else ("due_at",) if sort == TERM else ("-created_at",)
    return found.order_by(*order)[: COUNTED + 1].count()


def _beyond(field: str, place: Place, *, rises: bool) -> Q:
    """Return what lies behind a place; the first condition is what an index is entered by."""
    side = "gt" if rises else "lt"
    return Q(**{f"{field}__{side}e": place.at}) & (
        Q(**{f"{field}__{side}": place.at}) | Q(**{f"pk__{side}": place.key})
    )


def _cursor(exchange: Exchange, field: str) -> str:
    return Place(getattr(exchange, field), exchange.pk).cursor


def _place(cursor: str) -> Place | None:
    try:
        return Place.parse(cursor) if cursor else None
    except ValueError:
        return None


def walk(found: QuerySet[Exchange], sort: str, size: int = 1000) -> Iterator[Exchange]:
    """Give all rows in order, page by page: nothing is held open while the caller works."""
    query: dict[str, str] = {}
    while True:
        page = page_of(found, sort, query, size)
        yield from page.rows
        if not page.older:
            return
        query = {"after": page.older}
