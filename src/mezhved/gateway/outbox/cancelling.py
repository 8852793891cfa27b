"""Calling off what is not sent yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from mezhved.gateway.errors import Conflict
from mezhved.gateway.events import tell
from mezhved.gateway.models import Exchange, ExchangeState, Message, MessageState
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway


def cancel(gateway: Gateway, exchange: Exchange) -> Exchange:
    """Call a request off before SMEV has it; raise `Conflict` once it may have been sent."""
    now = gateway.clock()
    with transaction.atomic():
        locked = Exchange.objects.select_for_update().get(pk=exchange.pk)
        called_off = Message.objects.filter(
            Q(call=None) | Q(missed=F("attempts")),  # nobody can have it
            exchange=locked,
            lease_owner="",
            state__in=[MessageState.DRAFT, MessageState.SENDING],
        ).update(state=MessageState.CANCELLED, send_after=None, settled_at=now)
        if locked.state == ExchangeState.CANCELLED:
            raise Conflict(
                Text(ru="запрос уже отменён", en="the request is called off already"), where=str(exchange.uid)
            )
        if locked.state not in {ExchangeState.DRAFT, ExchangeState.SENDING} or not called_off:
            raise Conflict(
                Text(ru="запрос уже отправлен в СМЭВ", en="the request is with SMEV already"),
                where=str(exchange.uid),
                cure=Text(
                    ru="СМЭВ не отзывает отправленное: дождитесь ответа",
                    en="SMEV takes nothing back: wait for the answer",
                ),
            )
        locked.state, locked.closed_at = ExchangeState.CANCELLED, now
        locked.save(update_fields=["state", "closed_at"])
        tell(locked, None, "exchange_closed", now)
    return locked
