"""From counted cells to a table: headings, rows with their sums, links; and the same for Excel and CSV."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from mezhved.cabinet.seeing.links import Links
from mezhved.cabinet.seeing.pivot.dimensions import DIMENSIONS, MEASURES, shown, span_of, written
from mezhved.cabinet.seeing.wording import department_names, type_names
from mezhved.cabinet.wording import spoken
from mezhved.gateway.models import InformationSystem
from mezhved.infotypes.rendering.sheets import Grid
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mezhved.cabinet.seeing.pivot.cube import Cell
    from mezhved.cabinet.seeing.pivot.wanted import Wanted
    from mezhved.infotypes.rendering.sheets import Cell as SheetCell

    Names = Mapping[str, Mapping[int | None, tuple[str, str]]]

TOTAL: Final = Text(ru="Итого", en="Total")
SHOWN_ROWS: Final = 500
SHOWN_COLUMNS: Final = 62
"""The page shows so many; Excel has all."""
_ALL: Final = "*"


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of the page."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page: its names, its figures, whether it is a sum."""

    names: tuple[str, ...]
    figures: tuple[Figure, ...]
    is_total: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The table of the page."""

    heads: tuple[str, ...]
    groups: tuple[str, ...]
    """Values of the column, each over all measures; empty without a column."""
    measures: tuple[str, ...]
    lines: tuple[Line, ...]
    is_cut: bool


class Sheet:
    """Cells in their places."""

    def __init__(self, wanted: Wanted, cells: Iterable[Cell], links: Links) -> None:
        self._wanted = wanted
        self._links = links
        self._values: dict[tuple[Any, ...], dict[Any, tuple[float | None, ...]]] = defaultdict(dict)
        count = len(wanted.rows)
        columns: set[Any] = set()
        for cell in cells:
            marked = tuple(_ALL if gone else each for each, gone in zip(cell.key, cell.summed, strict=True))
            column = marked[count] if wanted.column else _ALL
            self._values[marked[:count]][column] = cell.values
            columns.add(column)
        self._names = _names(wanted, self._values)
        self._columns = sorted(columns - {_ALL}, key=lambda each: self._order(wanted.column, each))
        self._columns.append(_ALL)
        self._rows = sorted(self._values, key=self._row_order)

    def table(self) -> Table:
        """Return what the page shows."""
        wanted = self._wanted
        columns = [*self._columns[:-1][:SHOWN_COLUMNS], _ALL]
        rows = self._rows[:SHOWN_ROWS]
        if len(self._rows) > SHOWN_ROWS:
            rows.append((_ALL,) * len(wanted.rows))
        return Table(
            tuple(spoken(DIMENSIONS[each].text) for each in wanted.rows),
            tuple(self._name(wanted.column, each) for each in columns) if wanted.column else (),
            tuple(spoken(MEASURES[each].text) for each in wanted.measures),
            tuple(self._line(row, columns) for row in rows),
            len(self._rows) > SHOWN_ROWS or len(self._columns) - 1 > SHOWN_COLUMNS,
        )

    def grid(self, name: str) -> Grid:
        """Return all of it for Excel and CSV: times in hours, shares as numbers."""
        wanted = self._wanted
        heads = [spoken(DIMENSIONS[each].text) for each in wanted.rows]
        for column in self._columns:
            over = f"{self._name(wanted.column, column)}: " if wanted.column else ""
            heads += [f"{over}{_unit(each)}" for each in wanted.measures]
        rows: list[list[SheetCell]] = []
        for row in self._rows:
            line: list[SheetCell] = [*self._row_names(row)]
            for column in self._columns:
                found = self._values[row].get(column, (None,) * len(wanted.measures))
                line += [_number(each, value) for each, value in zip(wanted.measures, found, strict=True)]
            rows.append(line)
        return Grid(name, tuple(heads), rows)

    def _line(self, row: tuple[Any, ...], columns: Sequence[Any]) -> Line:
        figures = []
        for column in columns:
            found = self._values[row].get(column)
            for number, each in enumerate(self._wanted.measures):
                value = None if found is None else found[number]
                link = self._link(each, row, column) if value else ""
                blank = value is None and MEASURES[each].form == "number"
                figures.append(Figure("" if blank else written(MEASURES[each], value), link))
        return Line(self._row_names(row), tuple(figures), _ALL in row)

    def _link(self, measure: str, row: tuple[Any, ...], column: Any) -> str:
        """Return the list that a figure counts; empty where the list cannot be narrowed so."""
        figure = MEASURES[measure].figure
        pairs = [(name, value) for name, value in zip(self._wanted.rows, row, strict=True) if value != _ALL]
        if self._wanted.column and column != _ALL:
            pairs.append((self._wanted.column, column))
        said = _narrowed(self._wanted, pairs, self._names) if figure else None
        if said is None:
            return ""
        return Links(self._links.asked, self._links.may_see).to(figure, **said)

    def _row_names(self, row: tuple[Any, ...]) -> tuple[str, ...]:
        first = next((number for number, each in enumerate(row) if each == _ALL), len(row))
        names = [self._name(name, value) for name, value in zip(self._wanted.rows, row[:first], strict=False)]
        return tuple(names + [spoken(TOTAL)] * (first < len(row)) + [""] * (len(row) - first - 1))

    def _name(self, dimension: str, value: Any) -> str:
        return spoken(TOTAL) if value == _ALL else shown(dimension, value, self._names)

    def _row_order(self, row: tuple[Any, ...]) -> tuple[tuple[int, Any], ...]:
        return tuple(
            (1, "") if each == _ALL else (0, self._order(name, each))
            for name, each in zip(self._wanted.rows, row, strict=True)
        )

    def _order(self, dimension: str, value: Any) -> Any:
        if dimension in {"day", "week", "month", "year"}:
            return str(value)
        if dimension in {"weekday", "hour"}:
            return value if value is not None else -1
        return self._name(dimension, value).casefold()


def _narrowed(wanted: Wanted, pairs: Sequence[tuple[str, Any]], names: Names) -> dict[str, Any] | None:
    """Return what narrows a list to a cell, None where a list has no such filter."""
    if not wanted.asked.direction or wanted.states:
        return None
    said: dict[str, Any] = {"types": wanted.types, "counterpart": wanted.counterpart}
    since, until = wanted.asked.period.since, wanted.asked.period.until
    for name, value in pairs:
        span = span_of(name, value)
        if span is not None:
            since, until = max(since, span[0]), min(until, span[1])
        elif name in {"type", "department"} and names[name].get(value, ("", ""))[0]:
            code = names[name][value][0]
            said |= {"types": (code,)} if name == "type" else {"department": code}
        elif name == "counterpart" and value:
            said["counterpart"] = value
        else:
            return None
    return {**said, "since": since, "until": until}


def _names(wanted: Wanted, values: Mapping[tuple[Any, ...], Mapping[Any, Any]]) -> Names:
    def of(dimension: str) -> list[int | None]:
        if dimension == wanted.column:
            return [each for row in values.values() for each in row if each != _ALL]
        if dimension not in wanted.rows:
            return []
        at = wanted.rows.index(dimension)
        return [row[at] for row in values if row[at] != _ALL]

    systems = InformationSystem.objects.filter(pk__in=[each for each in of("system") if each is not None])
    return {
        "type": type_names(of("type")),
        "department": department_names(of("department")),
        "system": {row.pk: (row.mnemonic, row.mnemonic) for row in systems},
    }


def _unit(measure: str) -> str:
    text = spoken(MEASURES[measure].text)
    return f"{text}, {spoken(Text(ru='ч', en='h'))}" if MEASURES[measure].form == "time" else text


def _number(measure: str, value: float | None) -> float | int | None:
    if value is None:
        return None
    form = MEASURES[measure].form
    return round(value / 3600, 3) if form == "time" else round(value, 4) if form == "share" else int(value)


def kept(cells: Iterable[Cell]) -> list[list[Any]]:
    """Return cells as values of JSON."""
    return [
        [
            [each.isoformat() if isinstance(each, date) else each for each in cell.key],
            [*cell.summed],
            [*cell.values],
        ]
        for cell in cells
    ]
