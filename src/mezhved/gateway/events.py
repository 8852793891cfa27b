"""Telling those who follow: events are rows of the same transaction as the fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gateway.models import Event
from mezhved.gateway.rows import add
from mezhved.gateway.statements import rows

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.models import Exchange, Message


def last_position() -> int:
    """Return the place of the last event that has one."""
    last: int | None = rows("SELECT MAX(position) FROM gateway_event")[0][0]
    return last or 0


def tell(exchange: Exchange, message: Message | None, kind: str, at: datetime) -> None:
    """Note an event of an exchange; its place in the order is given when it is sealed."""
    key = None if message is None else message.pk
    add(Event, exchange_id=exchange.pk, message_id=key, kind=kind, state=exchange.state, at=at)
