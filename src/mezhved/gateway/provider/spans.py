"""Lengths of terms: so many working days, calendar days, hours or working hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mezhved.texts import MezhvedError, Text


class BadSpan(MezhvedError):  # noqa: N818 - named by what it is
    """A text is no length of a term."""


class Unit(StrEnum):
    """In what a term is counted."""

    WORKING_DAYS = "wd"
    DAYS = "d"
    HOURS = "h"
    WORKING_HOURS = "wh"


_UNITS: Final = {
    "working day": Unit.WORKING_DAYS,
    "working days": Unit.WORKING_DAYS,
    "day": Unit.DAYS,
    "days": Unit.DAYS,
    "hour": Unit.HOURS,
    "hours": Unit.HOURS,
    "working hour": Unit.WORKING_HOURS,
    "working hours": Unit.WORKING_HOURS,
    **{each.value: each for each in Unit},
}
_WRITTEN: Final = re.compile(r"\s*([0-9]{1,4})\s*([a-z]+(?: [a-z]+)?)\s*", re.ASCII)
_WORDS: Final = {
    Unit.WORKING_DAYS: (("рабочий день", "рабочих дня", "рабочих дней"), "working day"),
    Unit.DAYS: (("календарный день", "календарных дня", "календарных дней"), "calendar day"),
    Unit.HOURS: (("час", "часа", "часов"), "hour"),
    Unit.WORKING_HOURS: (("рабочий час", "рабочих часа", "рабочих часов"), "working hour"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """So many of a unit; written as `5wd`, `10d`, `48h`, `16wh`."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read `5wd` or `5 working days`. Raises `BadSpan`."""
        found = _WRITTEN.fullmatch(text)
        unit = _UNITS.get(found[2]) if found else None
        if found is None or unit is None:
            raise BadSpan(
                Text(ru=f"это не срок: {text[:40]!r}", en=f"this is no term: {text[:40]!r}"),
                cure=Text(
                    ru="5wd — рабочих дней, 10d — календарных дней, 48h — часов, 16wh — рабочих часов",
                    en="5wd: working days, 10d: calendar days, 48h: hours, 16wh: working hours",
                ),
            )
        return cls(int(found[1]), unit)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    def words(self) -> Text:
        """Return it as people say it."""
        (one, few, many), english = _WORDS[self.unit]
        last, two = self.amount % 10, self.amount % 100
        fits = many
        if last == 1 and two != 11:  # noqa: PLR2004 - how Russian counts
            fits = one
        elif last in {2, 3, 4} and two not in {12, 13, 14}:
            fits = few
        return Text(
            ru=f"{self.amount} {fits}", en=f"{self.amount} {english}{'' if self.amount == 1 else 's'}"
        )
