"""Noting that the participant's side has read what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.gateway.models import Direction, MessageState
from mezhved.gateway.statements import change

if TYPE_CHECKING:
    from mezhved.gateway.models import Exchange

_READ: Final = (
    "UPDATE gateway_message SET state = %s WHERE exchange_id = %s AND direction = %s AND state = %s"
)


def mark_read(exchange: Exchange) -> int:
    """Note that all that came in an exchange so far was read; return how many messages were new."""
    said = [MessageState.READ.value, exchange.pk, Direction.IN.value, MessageState.RECEIVED.value]
    return change(_READ, said)
