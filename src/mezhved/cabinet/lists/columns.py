"""The columns of lists: their words on a page and in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from mezhved.cabinet.lists.words import type_words, words_of
from mezhved.cabinet.wording import spoken
from mezhved.gateway.models import Direction
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mezhved.cabinet.lists.terms import Terms
    from mezhved.gateway.models import Exchange


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, and what it says of an exchange in a file."""

    code: str
    title: Text
    said: Callable[[Exchange, Terms], str]


def columns(codes: tuple[str, ...]) -> list[Column]:
    """Return the columns of these codes."""
    return [COLUMNS[each] for each in codes]


def _when(value: datetime | None) -> str:
    return "" if value is None else f"{timezone.localtime(value):%d.%m.%Y %H:%M}"


def _direction(exchange: Exchange, _terms: Terms) -> str:
    outgoing = exchange.direction == Direction.OUT
    return spoken(Text(ru="исходящий", en="outgoing") if outgoing else Text(ru="входящий", en="incoming"))


def _type(exchange: Exchange, _terms: Terms) -> str:
    code = "" if exchange.type is None else exchange.type.code
    title = spoken(type_words(exchange))
    return f"{code} {title}".strip() if code != title else code


def _counterpart(exchange: Exchange, _terms: Terms) -> str:
    return exchange.counterpart_name or exchange.counterpart


def _state(exchange: Exchange, _terms: Terms) -> str:
    return spoken(words_of(exchange).text)


def _term(exchange: Exchange, terms: Terms) -> str:
    words = terms.of(exchange)
    due = _when(exchange.due_at)
    return due if words is None else f"{due} ({spoken(words.text)})"


def _department(exchange: Exchange, _terms: Terms) -> str:
    return "" if exchange.department is None else exchange.department.name


def _system(exchange: Exchange, _terms: Terms) -> str:
    return exchange.system.mnemonic


COLUMNS: Final[Mapping[str, Column]] = {
    each.code: each
    for each in (
        Column("direction", Text(ru="Направление", en="Direction"), _direction),
        Column("type", Text(ru="Вид сведений", en="Information type"), _type),
        Column("case", Text(ru="Номер дела", en="Number of the case"), lambda each, _: each.case_number),
        Column("counterpart", Text(ru="Кто на той стороне", en="Other side"), _counterpart),
        Column("state", Text(ru="Состояние", en="State"), _state),
        Column("term", Text(ru="Срок", en="Term"), _term),
        Column("executor", Text(ru="Исполнитель", en="Executor"), lambda each, _: each.executor),
        Column("author", Text(ru="Кто запросил", en="Asked by"), lambda each, _: each.author),
        Column("department", Text(ru="Подразделение", en="Department"), _department),
        Column("system", Text(ru="Система", en="System"), _system),
        Column("message_id", Text(ru="MessageID", en="MessageID"), lambda each, _: each.message_id),
        Column("created", Text(ru="Начат", en="Began"), lambda each, _: _when(each.created_at)),
        Column("closed", Text(ru="Завершён", en="Ended"), lambda each, _: _when(each.closed_at)),
    )
}
