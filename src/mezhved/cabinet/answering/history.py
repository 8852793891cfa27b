"""What was done about a request, told in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.gateway.models import Handling, HandlingKind
from mezhved.gateway.provider import work
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mezhved.gateway.models import Exchange


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history."""

    at: datetime
    text: Text
    note: str
    is_question: bool
    to_me: bool


def history(exchange: Exchange, me: str) -> list[Entry]:
    """Return what was done, in order; `me` is the reader's name."""
    return [
        Entry(
            each.at,
            _text(each),
            "" if each.kind == HandlingKind.ROUTED else each.note,
            is_question=each.kind == HandlingKind.NOTED and bool(each.executor),
            to_me=each.kind == HandlingKind.NOTED and each.executor == me,
        )
        for each in work.history(exchange)
    ]


def open_questions(rows: Sequence[Handling], me: str) -> list[Handling]:
    """Return the questions to somebody after which they have written nothing."""
    found: list[Handling] = []
    for each in rows:
        if each.kind != HandlingKind.NOTED:
            continue
        if each.executor == me:
            found.append(each)
        elif each.actor == me:
            found = []
    return found


def _text(row: Handling) -> Text:
    where = "" if row.department is None else row.department.name
    kind = HandlingKind(row.kind)
    if kind is HandlingKind.ROUTED:
        return _routed(where, f" ({row.note})" if row.note else "")
    to = ", ".join(each for each in (row.executor, where) if each)
    told = {
        HandlingKind.ASSIGNED: Text(ru=f"Передан: {to}", en=f"Given to {to}"),
        HandlingKind.TAKEN: Text(ru="Взят в работу", en="Taken into work"),
        HandlingKind.RETURNED: Text(ru="Возвращён в подразделение", en="Given back to the department"),
        HandlingKind.NOTED: Text(ru="Заметка", en="Note"),
        HandlingKind.PAUSED: Text(ru="Срок приостановлен", en="Term paused"),
        HandlingKind.RESUMED: Text(ru="Срок снова идёт", en="Term resumed"),
        HandlingKind.TERM: Text(ru="Срок изменён", en="Term changed"),
        HandlingKind.FAILED: Text(ru="Автоматический ответ не удался", en="The automatic answer failed"),
    }[kind]
    if kind is HandlingKind.NOTED and row.executor:
        told = Text(ru=f"Вопрос: {row.executor}", en=f"Question to {row.executor}")
    return Text(ru=f"{told.ru} — {row.actor}", en=f"{told.en}, by {row.actor}") if row.actor else told


def _routed(where: str, rule: str) -> Text:
    if where:
        return Text(ru=f"Поступил: {where}{rule}", en=f"Came in to {where}{rule}")
    return Text(ru=f"Поступил, подразделение не выбрано{rule}", en=f"Came in, to no department{rule}")
