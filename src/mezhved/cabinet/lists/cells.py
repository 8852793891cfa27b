"""The cells of a list's lines as HTML.

Made here and not by a template: fifty lines of seven cells with a choice for each would cost a template ten
times what the database costs. Every text goes through `format_html`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from mezhved.cabinet.templatetags.cabinet import moment
from mezhved.cabinet.wording import is_english, spoken
from mezhved.gateway.models import Direction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mezhved.cabinet.lists.choices import Choice
    from mezhved.cabinet.lists.columns import Column
    from mezhved.cabinet.lists.listing import Row
    from mezhved.cabinet.lists.words import StateWords

_NOTHING: Final = "—"


def lines_html(rows: Iterable[Row], columns: Sequence[Column], *, picks: bool) -> SafeString:
    """Return the lines of a table; with `picks` each begins with a box to be ticked."""
    return format_html_join(
        "\n",
        "<tr{}>{}{}</tr>",
        (
            (
                mark_safe(' class="unread"') if row.is_unread else "",
                _pick(row) if picks else "",
                format_html_join("", "{}", ((_CELLS[each.code](row),) for each in columns)),
            )
            for row in rows
        ),
    )


def options_html(choices: Iterable[Choice]) -> SafeString:
    """Return choices as the options of a list to choose from."""
    chosen = mark_safe(" selected")
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((each.value, chosen if each.chosen else "", each.title) for each in choices),
    )


def _pick(row: Row) -> SafeString:
    item = row.exchange
    label = "Select request" if is_english() else "Выбрать запрос"
    return format_html(
        '<td><input type="checkbox" name="uid" value="{}" aria-label="{} {}, {}, {}"></td>',
        item.uid,
        label,
        row.title,
        item.counterpart_name or item.counterpart,
        moment(item.created_at),
    )


def _type(row: Row) -> SafeString:
    item, english = row.exchange, is_english()
    new = _chip("busy", "new" if english else "новое") if row.is_unread else ""
    test = _chip("", "test" if english else "тест") if item.is_test else ""
    code = _under(item.type.code) if item.type is not None and item.type.title else ""
    return format_html('<th scope="row"><a href="{}">{}</a>{}{}{}</th>', row.url, row.title, new, test, code)


def _state(row: Row) -> SafeString:
    return format_html("<td>{}{}</td>", _words(row.state), "" if row.auto is None else _words(row.auto))


def _term(row: Row) -> SafeString:
    words, due = row.term, row.exchange.due_at
    if words is None:
        return format_html('<td><span class="hint">{}</span></td>', moment(due))
    look = "chip bad" if words.late else "chip warn" if words.near else ""
    return format_html('<td><span class="{}">{}</span>{}</td>', look, spoken(words.text), _under(moment(due)))


def _counterpart(row: Row) -> SafeString:
    item = row.exchange
    if not item.counterpart_name:
        return _text(item.counterpart)
    return format_html("<td>{}{}</td>", item.counterpart_name, _under(item.counterpart))


def _direction(row: Row) -> SafeString:
    if is_english():
        return _text("outgoing" if row.exchange.direction == Direction.OUT else "incoming")
    return _text("исходящий" if row.exchange.direction == Direction.OUT else "входящий")


def _message_id(row: Row) -> SafeString:
    return format_html("<td><code>{}</code></td>", row.exchange.message_id or _NOTHING)


def _department(row: Row) -> SafeString:
    return _text("" if row.exchange.department is None else row.exchange.department.name)


def _text(value: str) -> SafeString:
    return format_html("<td>{}</td>", value or _NOTHING)


def _under(value: str) -> SafeString:
    return format_html('<br><span class="hint">{}</span>', value)


def _words(words: StateWords) -> SafeString:
    return _chip(words.chip, spoken(words.text))


def _chip(look: str, text: str) -> SafeString:
    return format_html(' <span class="chip {}">{}</span>', look, text)


_CELLS: Final[Mapping[str, Callable[[Row], SafeString]]] = {
    "direction": _direction,
    "type": _type,
    "counterpart": _counterpart,
    "state": _state,
    "term": _term,
    "executor": lambda row: _text(row.exchange.executor),
    "author": lambda row: _text(row.exchange.author),
    "department": _department,
    "system": lambda row: _text(row.exchange.system.mnemonic),
    "message_id": _message_id,
    "created": lambda row: _text(moment(row.exchange.created_at)),
    "closed": lambda row: _text(moment(row.exchange.closed_at)),
}
