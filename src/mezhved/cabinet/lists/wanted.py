"""What of a list is wanted: read from its query string, and written back into one.

Nothing of it is anybody's personal data: executors go by the number of their row, persons whom exchanges are
about by a token of the session (`mezhved.cabinet.lists.persons`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from mezhved.cabinet.lists.kinds import CREATED, TERM
from mezhved.cabinet.lists.words import states_of
from mezhved.gateway.cases import case_number
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.http import QueryDict

    from mezhved.cabinet.lists.kinds import View

FLAGS: Final = ("open", "late", "unread", "mine", "asked")
_LONGEST: Final = 100
_MOST: Final = 50
_TEXTS: Final = ("system", "department", "executor", "counterpart", "message_id", "case", "person", "test")
_FIRST: Final = date(1900, 1, 1)
_LAST: Final = date(2999, 12, 31)
"""Days of moments that every database can tell apart, with room for a time zone."""
NOBODY: Final = "nobody"
PLACES: Final = ("after", "before")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is empty narrows nothing. `since` and `until` are days by Moscow time, both included."""

    states: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Codes."""
    system: str = ""
    department: str = ""
    """Code."""
    executor: str = ""
    """The number of a person's row, or `nobody`."""
    counterpart: str = ""
    message_id: str = ""
    case: str = ""
    """The office's own number of the case."""
    person: str = ""
    """A token of the session, or the name of a saved filter."""
    since: date | None = None
    until: date | None = None
    test: str = ""
    """yes, no, or both."""
    open: bool = False
    late: bool = False
    unread: bool = False
    mine: bool = False
    asked: bool = False
    sort: str = CREATED

    @property
    def query(self) -> str:
        """The query string that means the same."""
        return urlencode(self.pairs)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the query string."""
        said = [("state", each) for each in self.states] + [("type", each) for each in self.types]
        said += [(name, getattr(self, name)) for name in _TEXTS]
        for name in ("since", "until"):
            day = getattr(self, name)
            said.append((name, day.isoformat() if day is not None else ""))
        said += [(name, "1" if getattr(self, name) else "") for name in FLAGS]
        said.append(("sort", "" if self.sort == CREATED else self.sort))
        return [(name, value) for name, value in said if value]

    @property
    def count(self) -> int:
        """How many filters narrow the list; the order is none."""
        return sum(bool(getattr(self, each.name)) for each in fields(self) if each.name != "sort")


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter that is not understood; it narrows nothing."""

    name: str
    text: Text


def read(query: QueryDict, view: View) -> tuple[Wanted, tuple[Problem, ...]]:
    """Read a query string; what is not understood is told and passed over."""
    problems: list[Problem] = []
    known = states_of(view.direction)
    days = {name: _day(query.get(name, ""), name, problems) for name in ("since", "until")}
    since, until = days["since"], days["until"]
    if since is not None and until is not None and since > until:
        problems.append(
            Problem("until", Text(ru="конец периода раньше начала", en="the period ends before it begins"))
        )
    test = query.get("test", "")
    wanted = Wanted(
        states=tuple(each for each in dict.fromkeys(query.getlist("state")) if each in known),
        types=_texts(query.getlist("type")),
        system=_text(query.get("system", "")),
        department=_text(query.get("department", "")),
        executor=_text(query.get("executor", "")),
        counterpart=_text(query.get("counterpart", "")),
        message_id=_text(query.get("message_id", "")),
        case=case_number(query.get("case", "")),
        person=_text(query.get("person", "")),
        since=since,
        until=until,
        test=test if test in {"yes", "no"} else "",
        sort=TERM if query.get("sort") == TERM else CREATED,
        **{name: query.get(name, "") == "1" for name in FLAGS},
    )
    return wanted, tuple(problems)


def _day(text: str, name: str, problems: list[Problem]) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = date.min
    if _FIRST <= day <= _LAST:
        return day
    problems.append(Problem(name, Text(ru="это не дата", en="this is no date")))
    return None


def _text(value: str) -> str:
    return "".join(each for each in value.strip() if each.isprintable())[:_LONGEST]


def _texts(values: list[str]) -> tuple[str, ...]:
    return tuple(each for each in dict.fromkeys(_text(value) for value in values[:_MOST]) if each)
