"""Rows of a workbook made into requests, with everything wrong told by column before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mezhved.cabinet.batch.columns import layout_of
from mezhved.cabinet.batch.limits import CELL_CHARACTERS
from mezhved.cabinet.batch.workbook import column_letters
from mezhved.cabinet.forms.content import problems_at, told_of
from mezhved.cabinet.forms.typed import meant
from mezhved.cabinet.wording import spoken
from mezhved.gateway.errors import InvalidMessage
from mezhved.infotypes.forms import FieldKind
from mezhved.infotypes.values import build_xml, from_form_fields
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from mezhved.cabinet.batch.reading import CellValue, SheetRow, Table
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import InformationType
    from mezhved.infotypes.forms import FormModel, Node

MOST_PROBLEMS: Final = 30
"""Of a row: who has so many needs another template."""
_YES: Final = frozenset({"да", "yes", "true", "1"})
_NO: Final = frozenset({"нет", "no", "false", "0"})


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with a row; `column` is Excel's letters, empty for the whole row."""

    text: Text
    cure: Text | None = None
    column: str = ""
    heading: str = ""

    def kept(self) -> dict[str, str]:
        """Return the problem as it is kept."""
        cure = self.cure or Text(ru="", en="")
        return {
            "column": self.column,
            "heading": self.heading,
            "ru": self.text.ru,
            "en": self.text.en,
            "cure_ru": cure.ru,
            "cure_en": cure.en,
        }


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row that is a request (`content`), or what keeps it from being one."""

    number: int
    content: bytes | None
    problems: tuple[RowProblem, ...]


class RowChecker:
    """Checks rows by the form and the schemas of a type."""

    def __init__(
        self,
        gateway: Gateway,
        kind: InformationType,
        table: Table,
        today: date,
        new_identifier: Callable[[], str],
    ) -> None:
        self._gateway = gateway
        self._kind = kind
        self._table = table
        self._today = today
        self._new_identifier = new_identifier
        self._model: FormModel = gateway.catalogue.request_model(kind)
        self._layout = layout_of(self._model)
        self._nodes: dict[str, Node | None] = {key: self._model.at(key) for key in table.keys.values()}

    @property
    def unknown(self) -> list[str]:
        """Headings of the columns that the type has no field for."""
        return [
            self._table.headings.get(column) or key
            for column, key in self._table.keys.items()
            if (node := self._nodes[key]) is None or node.field is None
        ]

    @property
    def missing(self) -> list[str]:
        """Headings of the required columns that the file lacks."""
        given = set(self._table.keys.values())
        return [
            spoken(each.heading) for each in self._layout.columns if each.required and each.key not in given
        ]

    def check(self, row: SheetRow) -> CheckedRow:
        """Make a request of a row, or tell all that is wrong."""
        given: dict[str, str] = {}
        problems: list[RowProblem] = []
        for column, cell in row.cells.items():
            key = self._table.keys.get(column)
            if key is None:
                continue
            flaw = _unfit(cell)
            if flaw is not None:
                problems.append(self._at(column, *flaw))
            else:
                given[key] = self._typed(cell, self._nodes[key])
        if not given and not problems:
            problems.append(RowProblem(Text(ru="в строке нет значений", en="the row has no values")))
        content, found = self._made(given)
        wrong = {each.column for each in problems}
        problems += [each for each in found if not each.column or each.column not in wrong]
        return CheckedRow(row.number, None if problems else content, tuple(problems[:MOST_PROBLEMS]))

    def _typed(self, cell: CellValue, node: Node | None) -> str:
        """Return the value as XML has it: dates, numbers and labels of lists in the writing of people."""
        text = cell.text.strip()
        if node is None or node.field is None:
            return text
        if node.field.kind is FieldKind.BOOLEAN:
            folded = text.casefold()
            return "true" if folded in _YES else "false" if folded in _NO else text
        if node.field.kind is FieldKind.LIST:
            return text
        value: Any = meant(text, node)
        if value == text and " — " in text and node.field.option(text.partition(" — ")[0]) is not None:
            return text.partition(" — ")[0]
        return value if isinstance(value, str) else text

    def _made(self, given: Mapping[str, str]) -> tuple[bytes | None, list[RowProblem]]:
        try:
            value = from_form_fields(self._filled(given), self._model)
            content, findings = build_xml(value, self._model)
        except MezhvedError as error:
            return None, [RowProblem(error.what, error.cure)]
        if findings.found:
            told = [told_of(each) for each in findings.found]
            return None, [self._placed(each.pointer, each.text, each.cure) for each in told]
        try:
            self._gateway.catalogue.demand_valid(self._kind, content, self._kind.request_root, self._today)
        except InvalidMessage as error:
            told = problems_at(error, content, self._model)
            return None, [self._placed(each.pointer, each.text, each.cure) for each in told]
        return content, []

    def _filled(self, given: Mapping[str, str]) -> dict[str, str]:
        """Add what nobody types where its section is there."""
        whole = dict(given)
        for each in self._layout.filled:
            section = each.key.rpartition("/")[0]
            if not section or any(key.startswith(f"{section}/") for key in given):
                whole[each.key] = self._new_identifier() if each.value is None else each.value
        return whole

    def _placed(self, pointer: str, text: Text, cure: Text | None) -> RowProblem:
        """Put a problem at the column it is about: the place itself, else the first one inside it."""
        spots = {key: column for column, key in self._table.keys.items()}
        found = spots.get(pointer)
        if found is None:
            inside = sorted(
                column for key, column in spots.items() if pointer and key.startswith(f"{pointer}/")
            )
            found = inside[0] if inside else None
        if found is not None:
            return self._at(found, text, cure)
        node = self._model.at(pointer) if pointer.startswith("/") else None
        if node is not None and node.label.ru:
            return RowProblem(text, cure, heading=spoken(node.label))
        return RowProblem(
            Text(ru=f"{pointer}: {text.ru}", en=f"{pointer}: {text.en}") if pointer else text, cure
        )

    def _at(self, column: int, text: Text, cure: Text | None) -> RowProblem:
        heading = self._table.headings.get(column, "").removesuffix(" *")
        return RowProblem(text, cure, column_letters(column), heading)


def _unfit(cell: CellValue) -> tuple[Text, Text] | None:
    if cell.is_formula:
        return (
            Text(ru="в ячейке формула", en="the cell holds a formula"),
            Text(ru="вставьте её значение: «Специальная вставка», «Значения»", en="paste its value instead"),
        )
    if len(cell.text) > CELL_CHARACTERS:
        return (
            Text(ru="слишком длинное значение", en="the value is too long"),
            Text(ru=f"не длиннее {CELL_CHARACTERS} знаков", en=f"up to {CELL_CHARACTERS} characters"),
        )
    return None
