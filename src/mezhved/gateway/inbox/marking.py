"""Noting that the participant's side has read what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gateway.models import Direction, Message, MessageState

if TYPE_CHECKING:
    from mezhved.gateway.models import Exchange


def mark_read(exchange: Exchange) -> int:
    """Note that all that came in an exchange so far was read; return how many messages were new."""
    return Message.objects.filter(
        exchange=exchange, direction=Direction.IN, state=MessageState.RECEIVED
    ).update(state=MessageState.READ)
