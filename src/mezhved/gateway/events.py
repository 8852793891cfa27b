"""Telling those who follow: events are rows of the same transaction as the fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from mezhved.gateway.models import Event
from mezhved.gateway.rows import insert

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.models import Exchange, Message


def last_position() -> int:
    """Return the place of the last event that has one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(position) FROM gateway_event")
        last: int | None = cursor.fetchall()[0][0]
    return last or 0


def tell(exchange: Exchange, message: Message | None, kind: str, at: datetime) -> None:
    """Note an event of an exchange; its place in the order is given when it is sealed."""
    insert(Event(exchange=exchange, message=message, kind=kind, state=exchange.state, at=at))
