"""What became of a request, in plain words and in order: the line of its status, and all that happened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.showing import category_words
from mezhved.gateway.models import (
    Event,
    ExchangeState,
    MessageKind,
    MessageState,
    SmevState,
    Step,
    StepKind,
)
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from mezhved.gateway.models import Exchange, Message

_MOST: Final = 300
"""Events shown; of a request that SMEV lets go again and again there may be many."""


class PointState(Enum):
    """Where a point of the line stands, in words for those who do not see colours."""

    DONE = Text(ru="сделано", en="done")
    NOW = Text(ru="сейчас", en="now")
    AHEAD = Text(ru="впереди", en="ahead")
    FAILED = Text(ru="не получилось", en="failed")


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the line."""

    text: Text
    state: PointState
    at: datetime | None = None

    @property
    def css(self) -> str:
        """The class of its look."""
        return self.state.name.lower()


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `tone` is good, bad, warn or nothing."""

    at: datetime
    text: Text
    note: str = ""
    tone: str = ""


_FINAL: Final = frozenset({MessageKind.ANSWER, MessageKind.REJECTION})
_CAME: Final = frozenset({*_FINAL, MessageKind.STATUS})
_ENDS: Final = {
    ExchangeState.ANSWERED: Text(ru="Ответ получен", en="Answered"),
    ExchangeState.REJECTED: Text(ru="Поставщик отказал", en="The provider refused"),
    ExchangeState.CANCELLED: Text(ru="Отозван", en="Called off"),
}


def points(exchange: Exchange, messages: Sequence[Message]) -> tuple[Point, ...]:
    """Return the line of an own request: made, signed, taken by SMEV, delivered, answered."""
    request = next((each for each in messages if each.kind == MessageKind.REQUEST), None)
    ends = [each for each in messages if each.kind in _FINAL]
    reached = _reached(exchange, request, messages)
    failed = exchange.state in {ExchangeState.FAULTED, ExchangeState.UNSENT, ExchangeState.CANCELLED}
    broadcast = exchange.type is not None and exchange.type.is_broadcast
    named = [
        (Text(ru="Составлен", en="Made"), exchange.created_at),
        (Text(ru="Подписан", en="Signed"), _signed_at(request)),
        (Text(ru="Принят СМЭВ", en="Taken by SMEV"), _sent_at(request)),
        (Text(ru="Доставлен поставщику", en="With the provider"), _delivered_at(messages)),
    ]
    if not broadcast:
        end = _ENDS.get(ExchangeState(exchange.state), Text(ru="Ответ", en="Answer"))
        named.append((end, ends[0].created_at if ends else None))
    made = []
    for number, (text, at) in enumerate(named):
        if number < reached:
            made.append(Point(text, PointState.DONE, at))
        elif number == reached and failed:
            made.append(Point(text, PointState.FAILED, exchange.closed_at))
        elif number == reached and exchange.closed_at is None:
            made.append(Point(text, PointState.NOW))
        else:
            made.append(Point(text, PointState.AHEAD))
    return tuple(made)


def _reached(exchange: Exchange, request: Message | None, messages: Sequence[Message]) -> int:
    """Return how many points of the line are behind."""
    if exchange.state in {ExchangeState.ANSWERED, ExchangeState.REJECTED}:
        return 5
    if request is None:
        return 3 if exchange.state == ExchangeState.WAITING else 1
    if request.smev_state == SmevState.DELIVERED or any(each.kind in _CAME for each in messages):
        return 4
    if request.state == MessageState.SENT:
        return 3
    return 2 if request.call_id is not None else 1


def _signed_at(request: Message | None) -> datetime | None:
    if request is None:
        return None
    calls = Step.objects.filter(message=request, kind=StepKind.CALL).order_by("pk")
    return calls.values_list("at", flat=True).first()


def _sent_at(request: Message | None) -> datetime | None:
    return request.settled_at if request is not None and request.state == MessageState.SENT else None


def _delivered_at(messages: Sequence[Message]) -> datetime | None:
    for each in messages:
        if each.kind in _CAME:
            return None
        if each.kind == MessageKind.NOTICE and each.details.get("category") in _DELIVERED:
            return each.created_at
    return None


_DELIVERED: Final = frozenset({"requestIsProcessed", "underProcessing", "messageIsDelivered"})
_EVENTS: Final[dict[str, tuple[Text, str]]] = {
    "request_taken": (Text(ru="Запрос составлен", en="The request was made"), ""),
    "request_signed": (
        Text(ru="Должностное лицо подписало запрос (ЭП-СП)", en="The official signed it (EP-SP)"),
        "",
    ),
    "request_released": (Text(ru="Запрос отпущен на отправку", en="The request was let go"), ""),
    "request_withdrawn": (Text(ru="Черновик отозван", en="The draft was withdrawn"), "warn"),
    "request_sent": (Text(ru="СМЭВ приняла запрос", en="SMEV took the request"), "good"),
    "request_unsent": (Text(ru="Запрос не отправлен", en="The request was not sent"), "bad"),
    "answer_received": (Text(ru="Пришёл ответ", en="An answer came"), "good"),
    "rejection_received": (Text(ru="Поставщик отказал", en="The provider refused"), "bad"),
    "status_received": (Text(ru="Поставщик сообщает", en="The provider says"), ""),
    "notice_received": (Text(ru="СМЭВ сообщает", en="SMEV says"), ""),
    "exchange_closed": (Text(ru="Запрос отозван до отправки", en="Called off before it was sent"), "warn"),
    "answer_overdue": (Text(ru="Срок ответа прошёл", en="The term of the answer is over"), "bad"),
}


def entries(exchange: Exchange) -> list[Entry]:
    """Return what happened with an exchange, the first first; what people need not know is left out."""
    rows = Event.objects.filter(exchange=exchange).select_related("message").order_by("pk")
    rows = rows.defer("message__content", "message__personal_signature")
    return [entry for row in rows[:_MOST] for entry in _entry(row)]


def _entry(event: Event) -> Iterator[Entry]:
    known = _EVENTS.get(event.kind)
    if known is None:
        return
    text, tone = known
    note = ""
    details = event.message.details if event.message is not None else {}
    if event.kind == "notice_received":
        words = category_words(str(details.get("category", "")))
        text = Text(ru=f"{text.ru}: {words.ru}", en=f"{text.en}: {words.en}")
        note = str(details.get("fault") or details.get("description") or "")
        tone = "bad" if details.get("fault") else ""
    elif event.kind == "status_received":
        note = " ".join(str(details.get(name) or "") for name in ("code", "description")).strip()
    yield Entry(event.at, text, note, tone)
