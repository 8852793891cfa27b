"""One own request with all that is shown of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.access import Permission
from mezhved.cabinet.getting.timeline import entries, points
from mezhved.cabinet.lists.words import state_words
from mezhved.cabinet.showing import Action, Explanation, Side, explained, page_of
from mezhved.gateway.models import Event, ExchangeState, Message, MessageKind
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from django.utils.safestring import SafeString

    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Exchange

_ANSWERS: Final = frozenset({MessageKind.ANSWER, MessageKind.REJECTION, MessageKind.STATUS})
_CALLED_OFF: Final = frozenset({ExchangeState.DRAFT, ExchangeState.SENDING})


@dataclass(frozen=True, slots=True)
class Column:
    """A message in its column; `number` counts answers where there are several."""

    message: Message
    shown: SafeString
    number: int = 0


def messages_of(exchange: Exchange, *, contents: bool = True) -> list[Message]:
    """Return the messages of an exchange in order, each with the exchange and its system at hand."""
    rows = Message.objects.filter(exchange=exchange).order_by("pk")
    found = list(rows if contents else rows.defer("content", "personal_signature", "details", "options"))
    for each in found:
        each.exchange, each.system = exchange, exchange.system
    return found


def mark(exchange: Exchange, messages: Sequence[Message]) -> str:
    """Return what changes whenever something is to be shown anew."""
    last = Event.objects.filter(exchange=exchange).order_by("-pk").values_list("pk", flat=True).first()
    said = [exchange.state, exchange.is_overdue, exchange.forgotten_at, exchange.due_at, last]
    said.append(exchange.case_number)
    for each in messages:
        said += [each.pk, each.state, each.smev_state, bool(each.problem), each.call_id]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def context(visit: Visit, exchange: Exchange, messages: Sequence[Message]) -> dict[str, Any]:
    """Return what the page of a request, or its living part, is made of."""
    request = next((each for each in messages if each.kind == MessageKind.REQUEST), None)
    answers = [each for each in messages if each.kind in _ANSWERS]
    finals = [each for each in answers if each.kind != MessageKind.STATUS]
    several = len(finals) > 1
    numbers = {each.pk: number for number, each in enumerate(finals, 1)} if several else {}
    troubles = (*(explained(request) if request is not None else ()), *_waiting(exchange, answers))
    may_ask = visit.access.may_about(Permission.ASK, exchange)
    return {
        "exchange": exchange,
        "mark": mark(exchange, messages),
        "words": state_words(exchange.direction, exchange.state),
        "points": points(exchange, messages),
        "entries": entries(exchange),
        "explanations": troubles,
        "asked": None if request is None else Column(request, page_of(visit, request, explain=False)),
        "answers": [
            Column(each, page_of(visit, each), numbers.get(each.pk, 0)) for each in reversed(answers)
        ],
        "several": len(finals) if several else 0,
        "may_ask": may_ask,
        "sign": request if may_ask and exchange.state == ExchangeState.DRAFT else None,
        "may_cancel": may_ask and exchange.state in _CALLED_OFF,
        "may_copy": may_ask and exchange.type is not None and request is not None and bool(request.content),
        "corrects": any(Action.CORRECT in each.actions for each in _all(troubles, answers)),
        "sees_history": visit.access.may_about(Permission.ASSIGN, exchange),
        "is_live": exchange.closed_at is None,
    }


def _all(troubles: Sequence[Explanation], answers: Sequence[Message]) -> list[Explanation]:
    return [*troubles, *(found for each in answers for found in explained(each))]


def _waiting(exchange: Exchange, answers: Sequence[Message]) -> tuple[Explanation, ...]:
    """Tell what to do while nothing comes, and why a draft stands still."""
    if exchange.state == ExchangeState.DRAFT:
        return (
            Explanation(
                Text(ru="Ждёт подписи должностного лица", en="It waits for the official's signature"),
                Text(
                    ru="Этот вид сведений требует ЭП-СП. Пока её нет, запрос не отправляется.",
                    en="This information type demands EP-SP. Until it is there, the request is not sent.",
                ),
                Side.OWN,
                Text(ru="Подпишите запрос или отзовите его.", en="Sign the request, or call it off."),
                tone="warn",
            ),
        )
    if exchange.is_overdue and not answers and exchange.state == ExchangeState.WAITING:
        return (
            Explanation(
                Text(ru="Срок ответа прошёл", en="The term of the answer is over"),
                Text(
                    ru="Поставщик не ответил в срок. Ответ ещё может прийти и будет сохранён.",
                    en="The provider did not answer in time. An answer may still come, and will be kept.",
                ),
                Side.PROVIDER,
                Text(
                    ru="Свяжитесь с поставщиком и назовите MessageID запроса; если нужно, спросите заново.",
                    en="Call the provider and tell it the request's MessageID; ask again if need be.",
                ),
                tone="warn",
                actions=(Action.AGAIN,),
            ),
        )
    return ()
