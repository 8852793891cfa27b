"""A list as a page shows it: rows, pages, filters, choices."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.http import QueryDict
from django.urls import reverse

from mezhved.cabinet.lists import saved as saved_filters
from mezhved.cabinet.lists.columns import Column, columns
from mezhved.cabinet.lists.conditions import by_key, condition
from mezhved.cabinet.lists.paging import COUNTED, counted, page_of
from mezhved.cabinet.lists.persons import recall
from mezhved.cabinet.lists.terms import Terms, TermWords
from mezhved.cabinet.lists.wanted import PLACES, Problem, Wanted, read
from mezhved.cabinet.lists.words import StateWords, auto_words, type_words, words_of
from mezhved.cabinet.wording import spoken
from mezhved.gateway.models import AutoAnswer, Direction, Exchange, Message, MessageState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.lists.conditions import Viewer
    from mezhved.cabinet.lists.kinds import View
    from mezhved.cabinet.lists.persons import PersonKey
    from mezhved.cabinet.models import SavedFilter

_SHOWN: Final = (
    "uid",
    "direction",
    "state",
    "is_test",
    "message_id",
    "counterpart",
    "counterpart_name",
    "author",
    "executor",
    "case_number",
    "created_at",
    "closed_at",
    "term",
    "due_at",
    "paused_at",
    "system__mnemonic",
    "type__code",
    "type__title",
    "department__name",
    "department__time_zone",
    "department__opens",
    "department__closes",
)


@dataclass(frozen=True, slots=True)
class Row:
    """An exchange as a line."""

    exchange: Exchange
    url: str
    state: StateWords
    term: TermWords | None
    auto: StateWords | None
    title: str
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list. `query` is what is wanted, without a place."""

    view: View
    wanted: Wanted
    person: PersonKey | None
    used: SavedFilter | None
    problems: tuple[Problem, ...]
    rows: list[Row]
    newer: str
    older: str
    count: str
    """How many there are in all, in words: "12", "1000+"."""
    columns: list[Column]

    @property
    def query(self) -> str:
        """The query string, without a place in the list."""
        return query_of(self.wanted, self.used)

    @property
    def address(self) -> str:
        """The list's address."""
        return reverse(self.view.url)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether more is asked than the list's beginning and its tabs ask."""
        usual = {self.view.start, *(each.query for each in self.view.tabs)}
        return self.wanted.count > 0 and self.wanted.query not in usual

    @property
    def lost_person(self) -> bool:
        """Tell whether the address names a person that this session does not know."""
        return bool(self.wanted.person) and self.person is None


@dataclass(frozen=True, slots=True)
class Asked:
    """A list's query string, understood."""

    wanted: Wanted
    person: PersonKey | None
    used: SavedFilter | None
    problems: tuple[Problem, ...]


def asked_of(visit: Visit, view: View, query: QueryDict) -> Asked:
    """Understand a query string: a saved filter is named in it; an empty one is the list's beginning."""
    used = saved_filters.named(visit, view, query.get("saved", ""))
    said = {name for name in query if name not in PLACES}
    if not said:
        used = saved_filters.default_of(visit, view)
        query = QueryDict(view.start) if used is None else query
    if used is not None:
        query = QueryDict(used.query)
    wanted, problems = read(query, view)
    person = recall(visit.request.session, wanted.person) if wanted.person else None
    if used is not None and used.person is not None:
        person = saved_filters.person_of(used)
        wanted = saved_filters.with_person(wanted, used)
    return Asked(wanted, person, used, problems)


def query_of(wanted: Wanted, used: SavedFilter | None) -> str:
    """Return the query string of what is wanted; never empty, for an empty one means the list's beginning."""
    if used is not None:
        return f"saved={used.uid}"
    return wanted.query or "all=1"


def found(viewer: Viewer, view: View, asked: Asked) -> QuerySet[Exchange]:
    """Return the exchanges wanted, in no order, with what a line shows and nothing else."""
    rows = Exchange.objects.filter(condition(viewer, view, asked.wanted, asked.person))
    return rows.select_related("system", "type", "department").only(*_SHOWN)


def exchanges(visit: Visit, view: View) -> Listing:
    """Return the page of a list that the visit asks for."""
    query = visit.request.GET
    asked = asked_of(visit, view, query)
    rows, sort = found(visit, view, asked), asked.wanted.sort
    page = page_of(rows, sort, query)
    whole = not page.newer and not page.older
    count = str(len(page.rows)) if whole else _count(rows, asked)
    return Listing(
        view=view,
        wanted=asked.wanted,
        person=asked.person,
        used=asked.used,
        problems=asked.problems,
        rows=lines(visit, view, page.rows),
        newer=page.newer,
        older=page.older,
        count=count,
        columns=columns(view.columns),
    )


def count_of(visit: Visit, view: View, query: QueryDict) -> str:
    """Return how many exchanges a query string finds in a list, in words as `Listing.count`."""
    asked = asked_of(visit, view, query)
    return _count(found(visit, view, asked), asked)


def _count(rows: QuerySet[Exchange], asked: Asked) -> str:
    count = counted(rows.select_related(None), asked.wanted.sort, by_key=by_key(asked.wanted))
    return f"{COUNTED}+" if count > COUNTED else str(count)


def lines(visit: Visit, view: View, rows: Sequence[Exchange]) -> list[Row]:
    """Return exchanges as lines; what belongs to them is read at once for all."""
    keys, terms = [each.pk for each in rows], Terms(visit.now)
    unread = set(
        Message.objects.filter(
            exchange__in=keys, direction=Direction.IN, state=MessageState.RECEIVED
        ).values_list("exchange_id", flat=True)
    )
    answers = AutoAnswer.objects.filter(exchange__in=keys).only("exchange_id", "state")
    # An address is made once and holds the place of any row's name.
    place = uuid.UUID(int=0)
    address = reverse(view.row_url, args=[place])
    auto: dict[Any, AutoAnswer] = {each.exchange_id: each for each in answers}  # type: ignore[attr-defined]
    return [
        Row(
            exchange=each,
            url=address.replace(str(place), str(each.uid)),
            state=words_of(each),
            term=terms.of(each),
            auto=auto_words(auto[each.pk]) if each.pk in auto else None,
            title=spoken(type_words(each)),
            is_unread=each.pk in unread,
        )
        for each in rows
    ]
