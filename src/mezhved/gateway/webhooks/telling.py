"""What an address is told, and how the telling is signed: no personal data, only what happened to what."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import uuid

    from mezhved.gateway.models import Event


EVENT_FIELDS: Final = (
    "position",
    "kind",
    "at",
    "state",
    "exchange__uid",
    "exchange__direction",
    "exchange__system__mnemonic",
    "exchange__type__code",
    "message__uid",
)
"""What of an event, and of what it is about, is told."""


def event_body(event: Event) -> dict[str, Any]:
    """Return an event as callers read it; its exchange, system, type and message are loaded already."""
    exchange = event.exchange
    return {
        "position": event.position or 0,
        "kind": event.kind,
        "at": event.at,
        "exchange": exchange.uid,
        "message": event.message.uid if event.message is not None else None,
        "state": event.state,
        "system": exchange.system.mnemonic,
        "type": exchange.type.code if exchange.type is not None else None,
        "direction": exchange.direction,
    }


def notice(delivery: uuid.UUID, event: Event) -> bytes:
    """Return the body of a notice: the delivery's id, which stays the same however often it is tried."""
    told = event_body(event)
    body = {
        "delivery": str(delivery),
        "event": told
        | {
            "at": told["at"].isoformat(),
            "exchange": str(told["exchange"]),
            "message": None if told["message"] is None else str(told["message"]),
        },
    }
    return json.dumps(body, ensure_ascii=False).encode()


def signature(secret: str, moment: int, body: bytes) -> str:
    """Return the header Mezhved-Signature: `t=<seconds since 1970>,v1=<HMAC-SHA256>`, hexadecimal.

    What is signed is the moment, a dot and the body, so that an old notice cannot be sent again as new.
    """
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"
