"""Where a figure leads to: the list of the very requests that it counts."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus

from django.urls import reverse

from mezhved.gateway.models import Direction, ExchangeState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from mezhved.cabinet.seeing.asked import Asked

STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "requests": tuple(each.value for each in ExchangeState if each != ExchangeState.DRAFT),
    "answered": ("answered",),
    "rejected": ("rejected",),
    "faults": ("faulted", "unsent"),
    "open": ("sending", "waiting", "new", "in_work", "answering"),
    "others": ("cancelled", "no_answer"),
}
"""Which states a figure counts."""
_COUNTED: Final = {name: "".join(f"state={each}&" for each in states) for name, states in STATES.items()} | {
    "overdue": "late=1&"
}


@functools.cache
def _address(page: str) -> str:
    """Return the address of a list: a dashboard has thousands of links to two of them."""
    return reverse(page)


@functools.lru_cache(maxsize=4096)
def _pair(name: str, value: str) -> str:
    """Return a parameter, nothing for an empty one: names of types and agencies are met in every link."""
    return f"{name}={quote_plus(value)}&" if value else ""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses of lists; none for an account that may see figures alone."""

    asked: Asked
    may_see: bool

    def to(
        self,
        figure: str,
        *,
        types: Sequence[str] = (),
        department: str = "",
        counterpart: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> str:
        """Return the address of the list of a figure: one of `STATES`, or `overdue`; empty: none."""
        if not self.may_see:
            return ""
        asked = self.asked
        own = "" if asked.department is None else asked.department.code
        page = _address("cabinet:getting" if asked.direction == Direction.OUT else "cabinet:answering")
        narrowed = "".join(_pair("type", each) for each in types)
        narrowed += _pair("department", department or own) + _pair("counterpart", counterpart)
        first, last = since or asked.period.since, until or asked.period.until
        return f"{page}?{_COUNTED.get(figure, '')}{narrowed}since={first}&until={last}&test=no"
