"""What stands in the way of an answer, in words of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.cabinet.answering.viewing import is_held, is_mine
from mezhved.gateway.errors import Conflict
from mezhved.gateway.models import Direction, ExchangeState, Message, MessageKind
from mezhved.gateway.provider import work
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Exchange

_FINAL: Final = (MessageKind.ANSWER, MessageKind.REJECTION)


def make_own(visit: Visit, exchange: Exchange) -> None:
    """Have the account work on the request it is about to answer: the history shows who answered.

    Raises `Conflict` where it was answered or closed meanwhile, or somebody else works on it.
    """
    demand_in_hand(exchange)
    demand_free(visit, exchange)
    if not is_mine(visit, exchange):
        work.take(visit.gateway, exchange, visit.actor)


def demand_in_hand(exchange: Exchange) -> None:
    """Raise `Conflict` for a request that was answered or closed meanwhile, saying how."""
    if exchange.state in work.IN_HAND:
        return
    given = Message.objects.filter(exchange=exchange, direction=Direction.OUT, kind__in=_FINAL)
    last = given.order_by("-pk").only("created_at", "kind").first()
    what = Text(ru="этот запрос уже закрыт", en="this request is closed already")
    if exchange.state == ExchangeState.CANCELLED:
        what = Text(ru="отправитель отозвал этот запрос", en="the sender has called this request off")
    elif last is not None:
        what = Text(ru="на этот запрос уже ответили", en="this request was answered already")
    raise Conflict(
        what,
        where=str(exchange.uid),
        cure=Text(
            ru="откройте запрос и посмотрите, что отправлено; набранное вами сохранено в черновике",
            en="open the request and see what was sent; what you typed is kept in the draft",
        ),
    )


def demand_free(visit: Visit, exchange: Exchange) -> None:
    """Raise `Conflict` where somebody else works on the request."""
    if not is_held(visit, exchange):
        return
    raise Conflict(
        Text(ru=f"над запросом работает {exchange.executor}", en=f"{exchange.executor} works on the request"),
        where=str(exchange.uid),
        cure=Text(
            ru="договоритесь с коллегой или попросите руководителя передать запрос вам; набранное сохранено",
            en="talk to the colleague or have the head assign it to you; what you typed is kept",
        ),
    )
