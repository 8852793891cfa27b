"""What a pivot table is to have, read from its query string."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from mezhved.cabinet.seeing.asked import Asked, asked_of
from mezhved.cabinet.seeing.pivot.dimensions import DIMENSIONS, MEASURES
from mezhved.gateway.models import ExchangeState, InformationType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.http import QueryDict

    from mezhved.cabinet.access import Access

MOST_ROWS: Final = 3
MOST_MEASURES: Final = 4
_MOST_VALUES: Final = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows within rows, columns of one dimension or none, measures; and which requests are counted."""

    asked: Asked
    rows: tuple[str, ...]
    column: str
    measures: tuple[str, ...]
    types: tuple[str, ...] = ()
    """Codes; none: all."""
    states: tuple[str, ...] = ()
    counterpart: str = ""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Rows and the column."""
        return (*self.rows, self.column) if self.column else self.rows

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The parameters of the query string."""
        said = {name: [value] for name, value in self.asked.parameters.items()}
        said |= {"row": list(self.rows), "column": [self.column], "measure": list(self.measures)}
        said |= {"type": list(self.types), "state": list(self.states), "counterpart": [self.counterpart]}
        return {name: kept for name, values in said.items() if (kept := [each for each in values if each])}

    @property
    def query(self) -> str:
        """The query string that means the same."""
        return urlencode(self.parameters, doseq=True)


def wanted_of(query: QueryDict, access: Access, now: datetime) -> Wanted:
    """Read a query string; what is not among the lists is passed over."""
    single = {name: query.get(name, "") for name in query}
    return _wanted({name: query.getlist(name) for name in query}, asked_of(single, access, now, both=True))


def wanted_again(parameters: Mapping[str, Sequence[str]], access: Access, now: datetime) -> Wanted:
    """Read what `Wanted.parameters` kept, with the access that the account has now."""
    single = {name: values[-1] for name, values in parameters.items() if values}
    return _wanted(parameters, asked_of(single, access, now, both=True))


def _wanted(query: Mapping[str, Sequence[str]], asked: Asked) -> Wanted:
    rows = _among(query.get("row", ()), DIMENSIONS)[:MOST_ROWS] or ("type",)
    column = next(iter(_among(query.get("column", ()), DIMENSIONS)), "")
    measures = _among(query.get("measure", ()), MEASURES)[:MOST_MEASURES] or ("requests",)
    codes = [each for each in query.get("type", ()) if each][:_MOST_VALUES]
    known = InformationType.objects.filter(code__in=codes).values_list("code", flat=True) if codes else ()
    counterpart = next(iter(query.get("counterpart", ())), "")[:64]
    return Wanted(
        asked,
        rows,
        "" if column in rows else column,
        measures,
        tuple(sorted(known)) if codes else (),
        _among(query.get("state", ()), ExchangeState.values),
        "".join(each for each in counterpart if each.isprintable()).strip(),
    )


def _among(values: Sequence[str], known: Mapping[str, object] | Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in dict.fromkeys(values) if each in known)
