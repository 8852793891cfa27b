"""What became of the rows of a file, as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone

from mezhved.cabinet.lists.words import state_words
from mezhved.cabinet.models import BatchRow, RowState
from mezhved.cabinet.showing import explained
from mezhved.cabinet.showing.documents import carried
from mezhved.cabinet.wording import spoken
from mezhved.gateway.models import Direction, Message, MessageKind
from mezhved.infotypes.rendering import Branch, Grid, Leaf, Table, ValueKind, to_xlsx
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from mezhved.cabinet.models import Batch
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Exchange

FACTS: Final = 12
"""Of an answer so many values are in the report; the whole is in the cabinet."""
_FACT_CHARACTERS: Final = 200
_TITLE: Final = Text(ru="Отчёт", en="Report")
_HEADS: Final = (
    Text(ru="Строка", en="Row"),
    Text(ru="Состояние", en="State"),
    Text(ru="Что не так", en="What is wrong"),
    Text(ru="Запрос", en="Request"),
    Text(ru="MessageID", en="MessageID"),
    Text(ru="Составлен", en="Made"),
    Text(ru="Закрыт", en="Closed"),
    Text(ru="Ответ", en="Answer"),
)
_ROWS: Final = {
    RowState.WRONG: Text(ru="Не отправлена: исправьте", en="Not sent: correct it"),
    RowState.READY: Text(ru="Готова к отправке", en="Ready to be sent"),
    RowState.TAKEN: Text(ru="Запрос составлен", en="A request"),
    RowState.REFUSED: Text(ru="Не принята", en="Not taken"),
    RowState.CANCELLED: Text(ru="Отменена", en="Called off"),
}


def row_words(row: BatchRow) -> tuple[Text, str]:
    """Return where a row stands, with the chip's look: its request's state once it is one."""
    if row.exchange is not None:
        words = state_words(Direction.OUT, row.exchange.state)
        return words.text, words.chip
    chip = {RowState.WRONG: "bad", RowState.REFUSED: "bad", RowState.READY: "good"}.get(
        RowState(row.state), ""
    )
    return _ROWS[RowState(row.state)], chip


def report(
    gateway: Gateway, batch: Batch, saw: Callable[[Exchange], None], progress: Callable[[int, int], None]
) -> bytes:
    """Return the workbook, in the language of the visit.

    `saw` is told of every exchange whose answer is in it.
    """
    rows = BatchRow.objects.filter(batch=batch).select_related(
        "exchange__type", "exchange__system__connection"
    )
    found = list(rows.defer("content", "exchange__type__package").order_by("number"))
    grid = []
    for done, row in enumerate(found, 1):
        grid.append(_line(gateway, row, saw))
        progress(done, len(found))
    table = Grid(spoken(_TITLE), tuple(spoken(each) for each in _HEADS), grid)
    return to_xlsx([table], gateway.clock(), title=batch.kind.title or batch.kind.code)


def _line(gateway: Gateway, row: BatchRow, saw: Callable[[Exchange], None]) -> list[str | int | float | None]:
    exchange = row.exchange
    wrong = "\n".join(_problem(each) for each in row.problems)
    state = spoken(row_words(row)[0])
    if exchange is None:
        return [row.number, state, wrong, "", "", "", "", ""]
    answer = _answer(gateway, exchange)
    if answer:
        saw(exchange)
    return [
        row.number,
        state,
        wrong,
        str(exchange.uid),
        exchange.message_id,
        _moment(exchange.created_at),
        "" if exchange.closed_at is None else _moment(exchange.closed_at),
        answer,
    ]


def _moment(value: datetime) -> str:
    return f"{timezone.localtime(value):%d.%m.%Y %H:%M}"


def _problem(said: dict[str, str]) -> str:
    place = " ".join(each for each in (said.get("column", ""), said.get("heading", "")) if each)
    what, cure = (
        spoken(Text(ru=said.get(f"{name}ru", ""), en=said.get(f"{name}en", ""))) for name in ("", "cure_")
    )
    told = f"{what} ({cure})" if cure else what
    return f"{place}: {told}" if place else told


def _answer(gateway: Gateway, exchange: Exchange) -> str:
    """Return the main facts of the last answer, a line each."""
    finals = [MessageKind.ANSWER, MessageKind.REJECTION]
    rows = Message.objects.filter(exchange=exchange, direction=Direction.IN, kind__in=finals)
    message = rows.order_by("-pk").first()
    if message is None:
        troubled = Message.objects.filter(exchange=exchange, problem__isnull=False).order_by("-pk").first()
        return "\n".join(spoken(each.title) for each in explained(troubled)) if troubled is not None else ""
    message.exchange = exchange
    said = [
        f"{spoken(each.title)}: {each.official}" if each.official else spoken(each.title)
        for each in explained(message)
    ]
    if message.content is not None:
        try:
            said += _facts(carried(gateway, message).branch)
        except MezhvedError as error:
            said.append(spoken(error.what))
    return "\n".join(said)


def _facts(branch: Branch) -> list[str]:
    found: list[str] = []
    for each in _leaves(branch):
        if len(found) >= FACTS:
            found.append("…")
            break
        found.append(f"{spoken(each.label)}: {spoken(each.shown)[:_FACT_CHARACTERS]}")
    return found


def _leaves(branch: Branch) -> Iterator[Leaf]:
    for part in branch.parts:
        if isinstance(part, Leaf):
            if part.kind is not ValueKind.EMPTY:
                yield part
        elif isinstance(part, Branch):
            if not part.technical:
                yield from _leaves(part)
        elif isinstance(part, Table):
            for row in part.rows:
                yield from (each for each in row if each is not None)
