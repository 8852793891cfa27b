"""Where a figure leads to: the list of the very requests that it counts."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.urls import reverse

from mezhved.gateway.models import Direction, ExchangeState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from mezhved.cabinet.seeing.asked import Asked

STATES: Final = {
    "requests": tuple(each.value for each in ExchangeState if each != ExchangeState.DRAFT),
    "answered": ("answered",),
    "rejected": ("rejected",),
    "faults": ("faulted", "unsent"),
    "open": ("sending", "waiting", "new", "in_work", "answering"),
    "others": ("cancelled", "no_answer"),
}
"""Which states a figure counts."""


@functools.cache
def _address(page: str) -> str:
    """Return the address of a list: a dashboard has thousands of links to two of them."""
    return reverse(page)


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
        pairs = [("state", each) for each in STATES.get(figure, ())]
        pairs += [("late", "1")] if figure == "overdue" else []
        pairs += [("type", each) for each in types]
        pairs += [("department", department or own), ("counterpart", counterpart)]
        pairs += [
            ("since", (since or asked.period.since).isoformat()),
            ("until", (until or asked.period.until).isoformat()),
            ("test", "no"),
        ]
        page = _address("cabinet:getting" if asked.direction == Direction.OUT else "cabinet:answering")
        return f"{page}?{urlencode([pair for pair in pairs if pair[1]])}"
