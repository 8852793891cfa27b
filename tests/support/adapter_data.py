"""Messages of a gateway that stands alone, as its adapter's clients make and meet them."""

from __future__ import annotations

from typing import Any
from uuid import uuid1

from lxml import etree

from mezhved.gateway.events import tell
from mezhved.gateway.models import (
    Attachment,
    Carrier,
    Direction,
    Exchange,
    ExchangeState,
    Message,
    MessageKind,
    MessageState,
)
from tests.support.gateways import NUMBER, GatewayUnderTest
from tests.support.registry import CONSUMER, PROVIDER


def request(client_id: str, content: bytes = NUMBER, **metadata: Any) -> dict[str, Any]:
    """Give the arguments of zeep's `Send` with a request; `inside` goes beside its business data."""
    inside = {"MessagePrimaryContent": etree.fromstring(content)} | metadata.pop("inside", {})
    return {
        "itSystem": CONSUMER,
        **{name: metadata.pop(name) for name in ("replyToQueue",) if name in metadata},
        "RequestMessage": {
            "RequestMetadata": {"clientId": client_id, "testMessage": True, **metadata},
            "RequestContent": {"content": inside},
        },
    }


def response(to: str, client_id: str, **content: Any) -> dict[str, Any]:
    """Give the arguments of zeep's `Send` with an answer."""
    return {
        "itSystem": PROVIDER,
        "ResponseMessage": {
            "ResponseMetadata": {"clientId": client_id, "replyToClientId": to},
            "ResponseContent": content,
        },
    }


def query(system: str, sought: str | None = None, **said: Any) -> dict[str, Any]:
    """Give the arguments of zeep's `Get`."""
    specific = {"specificQuery": {"messageTypeCriteria": sought}} if sought else {}
    return {"itSystem": system, **specific, **said}


def by_client_id(system: str, client_id: str, criterion: str) -> dict[str, Any]:
    """Give the arguments of zeep's `Find` by a client's id."""
    named = {"clientId": client_id, "clientIdCriteria": criterion}
    return {"itSystem": system, "specificQuery": {"messageClientIdCriteria": named}}


def came(under_test: GatewayUnderTest, content: bytes = NUMBER, **values: Any) -> Message:
    """Keep a request as if SMEV had handed it out."""
    now, identifier = under_test.clock(), str(uuid1())
    exchange = Exchange.objects.create(
        system=under_test.provider,
        direction=Direction.IN,
        type=under_test.plain,
        state=ExchangeState.NEW,
        message_id=identifier,
        counterpart=CONSUMER,
        reply_to="where answers go",
        created_at=now,
    )
    return _kept(exchange, MessageKind.REQUEST, identifier, now, content=content, **values)


def answered(under_test: GatewayUnderTest, asked: Exchange, kind: MessageKind, **values: Any) -> Message:
    """Keep an answer to a request of ours as if SMEV had handed it out."""
    Exchange.objects.filter(pk=asked.pk).update(state=ExchangeState.ANSWERED, closed_at=under_test.clock())
    return _kept(asked, kind, str(uuid1()), under_test.clock(), **values)


def with_file(message: Message, name: str, octets: bytes, **values: Any) -> Attachment:
    """Put a file to a message."""
    number = Attachment.objects.filter(message=message).count() + 1
    return Attachment.objects.create(
        message=message,
        number=number,
        name=name,
        mime_type="text/plain",
        carrier=Carrier.MESSAGE,
        size=len(octets),
        octets=octets,
        **values,
    )


def _kept(exchange: Exchange, kind: MessageKind, identifier: str, now: Any, **values: Any) -> Message:
    message = Message.objects.create(
        exchange=exchange,
        system=exchange.system,
        direction=Direction.IN,
        kind=kind,
        state=MessageState.RECEIVED,
        message_id=identifier,
        created_at=now,
        settled_at=now,
        unread_since=now,
        **values,
    )
    tell(exchange, message, f"{kind.value}_received", now)
    return message
