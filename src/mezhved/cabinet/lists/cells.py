"""The cells of a list's lines as HTML.

Made here and not by a template: fifty lines of seven cells with a choice for each would cost a template ten
times what the database costs. Every text that is put in goes through `said`; the language and the time zone
are asked for once a page, not once a cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape as said
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from mezhved.cabinet.wording import is_english, spoken
from mezhved.gateway.models import Direction
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from mezhved.cabinet.lists.choices import Choice
    from mezhved.cabinet.lists.columns import Column
    from mezhved.cabinet.lists.listing import Row
    from mezhved.cabinet.lists.words import StateWords
    from mezhved.gateway.models import Exchange

_NOTHING: Final = "—"
_SELECT: Final = Text(ru="Выбрать запрос", en="Select request")
_PICK: Final = Text(ru="Выбрать", en="Select")
_NEW: Final = Text(ru="новое", en="new")
_TEST: Final = Text(ru="тест", en="test")
_CASE: Final = Text(ru="Дело", en="Case")
_OUT: Final = Text(ru="исходящий", en="outgoing")
_IN: Final = Text(ru="входящий", en="incoming")


def lines_html(rows: Iterable[Row], columns: Sequence[Column], *, picks: bool) -> SafeString:
    """Return the lines of a table; with `picks` each begins with a box to be ticked."""
    cells = _Cells(is_english(), timezone.get_current_timezone())
    pick = said(spoken(_PICK))
    makers = [(_CELLS[each.code], said(spoken(each.title))) for each in columns]
    lines = []
    for row in rows:
        look = ' class="unread"' if row.is_unread else ""
        made = [_labelled(maker(cells, row), label) for maker, label in makers]
        lines.append(f"<tr{look}>{_labelled(cells.pick(row), pick) if picks else ''}{''.join(made)}</tr>")
    return mark_safe("\n".join(lines))  # noqa: S308 - every text in it went through `said`


def options_html(choices: Iterable[Choice]) -> SafeString:
    """Return choices as the options of a list to choose from."""
    options = []
    for each in choices:
        chosen = " selected" if each.chosen else ""
        options.append(f'<option value="{said(each.value)}"{chosen}>{said(each.title)}</option>')
    return mark_safe("".join(options))  # noqa: S308 - as above


@dataclass(frozen=True, slots=True)
class _Cells:
    """Makes cells in a language, with times of a zone."""

    english: bool
    zone: tzinfo

    def pick(self, row: Row) -> str:
        item = row.exchange
        side, when = item.counterpart_name or item.counterpart, self._moment(item.created_at)
        label = ", ".join((f"{self._spoken(_SELECT)} {row.title}", *self._case(item), side, when))
        return f'<td><input type="checkbox" name="uid" value="{item.uid}" aria-label="{said(label)}"></td>'

    def type(self, row: Row) -> str:
        item = row.exchange
        new = _chip("busy", self._spoken(_NEW)) if row.is_unread else ""
        test = _chip("", self._spoken(_TEST)) if item.is_test else ""
        code = _under(item.type.code) if item.type is not None and item.type.title else ""
        case = "".join(f'<br><span class="case">{said(each)}</span>' for each in self._case(item))
        link = f'<a href="{said(row.url)}">{said(row.title)}</a>'
        return f'<th scope="row">{link}{new}{test}{case}{code}</th>'

    def state(self, row: Row) -> str:
        auto = "" if row.auto is None else self._words(row.auto)
        return f"<td>{self._words(row.state)}{auto}</td>"

    def term(self, row: Row) -> str:
        words, due = row.term, self._moment(row.exchange.due_at)
        if words is None:
            return f'<td><span class="hint">{due}</span></td>'
        look = "chip bad" if words.late else "chip warn" if words.near else ""
        return f'<td><span class="{look}">{said(self._spoken(words.text))}</span>{_under(due)}</td>'

    def counterpart(self, row: Row) -> str:
        item = row.exchange
        if not item.counterpart_name:
            return _text(item.counterpart)
        return f"<td>{said(item.counterpart_name)}{_under(item.counterpart)}</td>"

    def direction(self, row: Row) -> str:
        return _text(self._spoken(_OUT if row.exchange.direction == Direction.OUT else _IN))

    def created(self, row: Row) -> str:
        return _text(self._moment(row.exchange.created_at))

    def closed(self, row: Row) -> str:
        return _text(self._moment(row.exchange.closed_at))

    def _case(self, exchange: Exchange) -> tuple[str, ...]:
        """Return the number of the case in words, where there is one."""
        return (f"{self._spoken(_CASE)} {exchange.case_number}",) if exchange.case_number else ()

    def _words(self, words: StateWords) -> str:
        return _chip(words.chip, self._spoken(words.text))

    def _spoken(self, text: Text) -> str:
        return text.en if self.english else text.ru

    def _moment(self, value: datetime | None) -> str:
        return _NOTHING if value is None else f"{value.astimezone(self.zone):%d.%m.%Y %H:%M}"


def _labelled(cell: str, label: str) -> str:
    """Give a cell its column's name, which a narrow page shows beside it: there the head is out of sight."""
    name, space, rest = cell.partition(" ") if cell.startswith("<th ") else (cell[:3], "", cell[3:])
    return f'{name} data-label="{label}"{space}{rest}'


def _text(value: str) -> str:
    return f"<td>{said(value) or _NOTHING}</td>"


def _under(value: str) -> str:
    return f'<br><span class="hint">{said(value)}</span>'


def _chip(look: str, text: str) -> str:
    return f' <span class="chip {said(look)}">{said(text)}</span>'


_CELLS: Final[Mapping[str, Callable[[_Cells, Row], str]]] = {
    "direction": _Cells.direction,
    "type": _Cells.type,
    "counterpart": _Cells.counterpart,
    "state": _Cells.state,
    "term": _Cells.term,
    "executor": lambda _, row: _text(row.exchange.executor),
    "author": lambda _, row: _text(row.exchange.author),
    "department": lambda _, row: _text(
        "" if row.exchange.department is None else row.exchange.department.name
    ),
    "system": lambda _, row: _text(row.exchange.system.mnemonic),
    "message_id": lambda _, row: f"<td><code>{said(row.exchange.message_id) or _NOTHING}</code></td>",
    "created": _Cells.created,
    "closed": _Cells.closed,
}
