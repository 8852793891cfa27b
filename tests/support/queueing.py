"""Messages for tests of the durable queues: every number is another message, always the same one."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mezhved.bus.storage import Box, Kind, NewMessage, Queue

if TYPE_CHECKING:
    from collections.abc import Callable

SENDER = 11
RECIPIENT = 22
REQUESTS = Queue(RECIPIENT, Box.REQUESTS)
RESPONSES = Queue(SENDER, Box.RESPONSES)
MINUTE = 60_000_000

_EPOCH = 0x01EF_0000_0000_0000


def message_id(number: int) -> UUID:
    """Return the UUID v1 of a moment, ticks of 100 ns after a fixed one."""
    ticks = _EPOCH + number
    low, middle, high = ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF
    return UUID(fields=(low, middle, high | 0x1000, 0x80, 0x01, 0x02_00_00_00_00_01))


def new_message(number: int, **changes: Any) -> NewMessage:
    """Return a request of SENDER to RECIPIENT."""
    message = NewMessage(
        message_id=message_id(number),
        kind=Kind.REQUEST,
        version="1.2",
        sender=SENDER,
        recipient=RECIPIENT,
        type_id=1,
        root_namespace="urn://x-artefacts-test/запрос/1.0.0",
        root_name="Запрос",
        original_id=None,
        reference_id=None,
        transaction_code="",
        node="",
        eol=0,
        accepted_at=1_000_000 + number,
        reply_to="eyJzaWQiOjExfQ==",
        data=b"<ns:Request>%d</ns:Request>" % number,
        signature=b"<ds:Signature/>",
    )
    return replace(message, **changes)


def system_response(number: int, to: NewMessage) -> NewMessage:
    """Return the bus's own answer to a request that it refused."""
    return new_message(
        number,
        kind=Kind.SYSTEM,
        sender=None,
        recipient=to.sender,
        original_id=to.message_id,
        accepted_at=to.accepted_at,
    )


def drain(take: Callable[[], Any]) -> list[Any]:
    """Call until there is nothing more; a thousand times at most."""
    return list(islice(iter(take, None), 1000))
