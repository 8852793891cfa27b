"""Which control a field is typed with, and what helps to type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mezhved.cabinet.forms.editing import field_at, shown_value
from mezhved.cabinet.forms.finding import Helps
from mezhved.cabinet.forms.parts import Choice, Control
from mezhved.cabinet.forms.typed import doubt_of, shown
from mezhved.cabinet.wording import spoken
from mezhved.infotypes.forms import FieldKind, NodeKind
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.cabinet.forms.places import Spot
    from mezhved.cabinet.forms.state import State
    from mezhved.infotypes.forms import Field

MOST_SELECTED: Final = 40
"""Options that one list to choose from shows; longer ones are searched in."""
_YES: Final = Text(ru="да", en="yes")
_NO: Final = Text(ru="нет", en="no")
_CHOOSE: Final = Text(ru="— выберите —", en="— choose —")
_NOT_SAID: Final = Text(ru="— не указано —", en="— not said —")
_NOT_OFFERED: Final = Text(ru="{} (нет в списке)", en="{} (not in the list)")
_MASKS: Final = {
    FieldKind.DATE: "00.00.0000",
    FieldKind.YEAR_MONTH: "00.0000",
    FieldKind.YEAR: "0000",
}
_PICKERS: Final = {FieldKind.DATE: "date", FieldKind.DATETIME: "datetime-local"}
_EXAMPLES: Final = {
    FieldKind.DATE: Text(ru="ДД.ММ.ГГГГ", en="DD.MM.YYYY"),
    FieldKind.DATETIME: Text(ru="ДД.ММ.ГГГГ ЧЧ:ММ", en="DD.MM.YYYY HH:MM"),
    FieldKind.YEAR_MONTH: Text(ru="ММ.ГГГГ", en="MM.YYYY"),
    FieldKind.TIME: Text(ru="ЧЧ:ММ", en="HH:MM"),
}
_DIGITS: Final = frozenset({FieldKind.INTEGER, FieldKind.DATE, FieldKind.YEAR, FieldKind.YEAR_MONTH})


@dataclass(frozen=True, slots=True)
class Controls:
    """Makes controls. `files` are the names of the files that go along: some fields name one."""

    files: tuple[str, ...] = ()
    helps: Helps = field(default_factory=Helps)

    def of(self, spot: Spot, state: State) -> Control:
        """Return the control of a field with what it holds."""
        node, known = spot.node, spot.node.field
        if known is None or node.kind is not NodeKind.FIELD:
            return Control(widget="area", value=shown_value(state, spot), rows=6)
        if node.fixed is not None:
            return Control(widget="fixed", value=shown(node.fixed, known))
        value = state.value(field_at(state, spot))
        if known.kind is FieldKind.BINARY:
            return Control(widget="file", size=_octets(value, known))
        text = shown(value, known)
        control = self._control(known, text, required=node.required)
        control.doubt = doubt_of(value, node)
        if node.default is not None:
            control.default = shown(node.default, known)
        if control.widget == "text":
            self._help(control, spot)
        return control

    def plain(self, text: str) -> Control:
        """Return the control of a text of which nothing is known."""
        return Control(widget="text", value=text)

    def _control(self, field: Field, text: str, *, required: bool) -> Control:
        if field.kind is FieldKind.BOOLEAN:
            pairs = [("true", spoken(_YES)), ("false", spoken(_NO))]
            return Control(widget="select", value=text, choices=_choices(pairs, text, required=required))
        if field.options and not field.open and len(field.options) <= MOST_SELECTED:
            pairs = [(each.value, option_text(each.value, each.label)) for each in field.options]
            return Control(widget="select", value=text, choices=_choices(pairs, text, required=required))
        if field.options:
            chosen = field.option(text)
            return Control(
                widget="text", value=text, offers="options", found=chosen.label if chosen is not None else ""
            )
        if field.kind in {FieldKind.LONG_TEXT, FieldKind.LIST}:
            return Control(widget="area", value=text, most=field.bounds.max_length, rows=_rows(text))
        return Control(widget="area" if "\n" in text else "text", value=text)

    def _help(self, control: Control, spot: Spot) -> None:
        node, field = spot.node, spot.node.field
        assert field is not None
        control.mask = _MASKS.get(field.kind, "") or node.mask
        control.picker = _PICKERS.get(field.kind, "")
        control.most = field.bounds.length or field.bounds.max_length if field.base == "string" else None
        if control.mask:
            control.most = None
        digits = field.kind in _DIGITS or (control.mask and not set(control.mask) & {"a", "*"})
        if digits:
            control.inputmode = "numeric"
        elif field.kind in {FieldKind.DECIMAL, FieldKind.NUMBER}:
            control.inputmode = "decimal"
        example = _EXAMPLES.get(field.kind)
        if example is not None:
            control.example = spoken(example)
        elif node.identifier is not None:
            control.example = node.identifier.example
        if control.offers:
            return
        if node.address == "guid":
            control.offers = "address"
            control.found = self.helps.meaning(node, control.value)
        elif node.dictionary is not None and self.helps.is_loaded(node.dictionary.name):
            control.offers = "dictionary"
            control.found = self.helps.meaning(node, control.value)
        elif node.attachment == "reference" and self.files:
            control.offers = "files"
            control.choices = tuple(Choice(each, each) for each in self.files)


def option_text(value: str, label: str) -> str:
    """Return an option as it is shown."""
    return f"{value} — {label}" if label and label != value else value


def _choices(pairs: list[tuple[str, str]], text: str, *, required: bool) -> tuple[Choice, ...]:
    blank = Choice("", spoken(_CHOOSE if required else _NOT_SAID), not text)
    offered = tuple(Choice(value, label, value == text) for value, label in pairs if value)
    known = not text or any(each.chosen for each in offered)
    other = () if known else (Choice(text, spoken(_NOT_OFFERED).format(text), chosen=True),)
    return (blank, *other, *offered)


def _octets(value: Any, field: Field) -> int:
    """Return how many octets a value in base64 or hexadecimal has."""
    if not isinstance(value, str):
        return 0
    return len(value) // 2 if field.base == "hexBinary" else len(value.rstrip("=")) * 3 // 4


def _rows(text: str) -> int:
    return min(12, max(3, text.count("\n") + 1, len(text) // 90 + 1))
