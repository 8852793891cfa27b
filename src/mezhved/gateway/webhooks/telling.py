"""What an address is told, and how the telling is signed: no personal data, only what happened to what."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.models import KEY_RUNS_OUT

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from mezhved.gateway.models import Delivery, Event, KeyWarning


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
    return event_told(
        event.position or 0,
        event.kind,
        event.at,
        event.state,
        exchange.uid,
        exchange.direction,
        exchange.system.mnemonic,
        exchange.type.code if exchange.type is not None else None,
        event.message.uid if event.message is not None else None,
    )


def event_told(  # noqa: PLR0917 - the columns of `EVENT_FIELDS`
    position: int,
    kind: str,
    at: datetime,
    state: str,
    exchange: uuid.UUID,
    direction: str,
    system: str,
    code: str | None,
    message: uuid.UUID | None,
) -> dict[str, Any]:
    """Return an event, given by its `EVENT_FIELDS`, as callers read it."""
    return {
        "position": position,
        "kind": kind,
        "at": at,
        "exchange": exchange,
        "message": message,
        "state": state,
        "system": system,
        "type": code,
        "direction": direction,
    }


def key_body(warning: KeyWarning) -> dict[str, Any]:
    """Return a warning of a key's end in the form of an event; it has no place among events."""
    key = warning.key
    return {
        "position": 0,
        "kind": KEY_RUNS_OUT,
        "at": warning.at,
        "exchange": None,
        "message": None,
        "state": "",
        "system": key.system.mnemonic,
        "type": None,
        "direction": None,
        "key": {
            "name": key.name,
            "purpose": key.purpose,
            "thumbprint": warning.thumbprint,
            "not_after": warning.not_after.isoformat(),
            "days": warning.days,
        },
    }


def notice(delivery: Delivery) -> bytes:
    """Return the body of a notice: the delivery's id stays the same however often it is tried."""
    if delivery.key_warning is not None:
        told = key_body(delivery.key_warning)
    elif delivery.event is not None:
        told = event_body(delivery.event)
    else:
        raise ValueError(str(delivery.uid))
    spoken = {name: None if told[name] is None else str(told[name]) for name in ("exchange", "message")}
    body = {"delivery": str(delivery.uid), "event": told | {"at": told["at"].isoformat()} | spoken}
    return json.dumps(body, ensure_ascii=False).encode()


def signature(secret: str, moment: int, body: bytes) -> str:
    """Return the header Mezhved-Signature: `t=<seconds since 1970>,v1=<HMAC-SHA256>`, hexadecimal.

    What is signed is the moment, a dot and the body, so that an old notice cannot be sent again as new.
    """
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"
