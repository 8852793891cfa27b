"""Keeping what came: the message, its files, its raw octets and verdicts, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from mezhved.gateway.events import tell
from mezhved.gateway.inbox.reading import Content, content_of_request, content_of_response, verdicts
from mezhved.gateway.journal import note_step
from mezhved.gateway.models import (
    Attachment,
    Carrier,
    Direction,
    Exchange,
    ExchangeState,
    InformationType,
    Message,
    MessageKind,
    MessageState,
    StepKind,
)

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import InformationSystem
    from mezhved.smev3.client import Outgoing, Received, Smev3Client
    from mezhved.smev3.messages import Request, Response

_CLOSES = {
    MessageKind.ANSWER: ExchangeState.ANSWERED,
    MessageKind.REJECTION: ExchangeState.REJECTED,
}


def keep_request(
    gateway: Gateway,
    system: InformationSystem,
    client: Smev3Client,
    received: Received[Request],
    ack: Outgoing,
) -> None:
    """Keep a request with its signed acknowledgement; one that is kept already is left as it is."""
    if _is_kept(system, received.message_id):
        return
    now, message = gateway.clock(), received.message
    sender = message.metadata.sender
    content = content_of_request(message)
    with transaction.atomic():
        exchange = Exchange.objects.create(
            system=system,
            direction=Direction.IN,
            type=_type_of(content),
            state=ExchangeState.NEW if message.reply_to else ExchangeState.NO_ANSWER,
            is_test=message.data.test_message,
            message_id=received.message_id,
            counterpart=(sender and sender.mnemonic) or "",
            counterpart_name=((sender and sender.name) or "")[:500],
            reply_to=message.reply_to,
            created_at=now,
            closed_at=None if message.reply_to else now,
        )
        _keep(gateway, client, exchange, content, received, ack=ack)


def keep_response(
    gateway: Gateway,
    system: InformationSystem,
    client: Smev3Client,
    received: Received[Response],
    ack: Outgoing,
) -> None:
    """Keep an answer, refusal, status or system response with the request that it belongs to."""
    if _is_kept(system, received.message_id):
        return
    content = content_of_response(received.message)
    asked = Exchange.objects.filter(system=system, message_id=content.original_message_id)
    with transaction.atomic():
        exchange = asked.select_for_update().first()
        if exchange is None:
            exchange = _unasked(gateway, system, content)
        _follow(exchange, content, gateway)
        _keep(gateway, client, exchange, content, received, ack=ack)


def keep_distrusted(
    gateway: Gateway,
    system: InformationSystem,
    received: Received[Request] | Received[Response],
    ack: Outgoing,
) -> None:
    """Keep the raw octets of what SMEV's right signature does not cover, for people to look at."""
    raw = received.raw
    with transaction.atomic():
        note_step(gateway, StepKind.RECEIVED, raw.content_type, raw.dump())
        note_step(gateway, StepKind.ACK, ack.content_type, ack.body)
    gateway.log.error(
        "message_distrusted",
        system=system.mnemonic,
        message_id=received.message_id,
        reason=str(received.smev.reason),
    )


def _is_kept(system: InformationSystem, message_id: str) -> bool:
    return Message.objects.filter(system=system, direction=Direction.IN, message_id=message_id).exists()


def _type_of(content: Content) -> InformationType | None:
    if content.root is None:
        return None
    namespace, name = content.root
    return InformationType.objects.filter(namespace=namespace, request_root=name).first()


def _unasked(gateway: Gateway, system: InformationSystem, content: Content) -> Exchange:
    """Return an exchange for an answer to a request that this gateway never sent."""
    now = gateway.clock()
    return Exchange.objects.create(
        system=system,
        direction=Direction.OUT,
        state=ExchangeState.WAITING,
        message_id=content.original_message_id,
        created_at=now,
    )


def _follow(exchange: Exchange, content: Content, gateway: Gateway) -> None:
    """Bring the exchange's state after what came; what was final stays."""
    state = _CLOSES.get(content.kind)
    if content.kind is MessageKind.NOTICE and content.is_refusal:
        state = ExchangeState.FAULTED
        if exchange.direction == Direction.IN:
            return
    exchange.forgotten_at = None  # what came now has to be deleted too
    if content.sender and not exchange.counterpart:
        exchange.counterpart, exchange.counterpart_name = content.sender
    if state is not None and exchange.state in {ExchangeState.WAITING, ExchangeState.SENDING}:
        exchange.state, exchange.closed_at = state, gateway.clock()
    exchange.save()


def _keep(
    gateway: Gateway,
    client: Smev3Client,
    exchange: Exchange,
    content: Content,
    received: Received[Request] | Received[Response],
    *,
    ack: Outgoing,
) -> None:
    now, octets = gateway.clock(), received.raw.dump()
    gateway.subjects.note(exchange, content.octets)
    message = Message.objects.create(
        exchange=exchange,
        system=exchange.system,
        direction=Direction.IN,
        kind=content.kind,
        state=MessageState.RECEIVED,
        message_id=received.message_id,
        content=content.octets,
        details=content.details | {"signatures": verdicts(received)},
        options=content.options,
        personal_signature=content.personal_signature,
        created_at=now,
        settled_at=now,
        unread_since=now,
    )
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            number=number,
            name=each.content_id,
            mime_type=each.mime_type[:255],
            carrier=Carrier.MESSAGE,
            size=len(each.octets),
            octets=each.octets,
            pkcs7=each.pkcs7,
            digest=gateway.digest(each.octets),
            wire_name=each.content_id[:255],
            is_sound=_is_sound(client, each),
        )
        for number, each in enumerate(received.attachments, 1)
    )
    note_step(gateway, StepKind.RECEIVED, received.raw.content_type, octets, message)
    note_step(gateway, StepKind.ACK, ack.content_type, ack.body, message)
    tell(exchange, message, f"{content.kind.value}_received", now)


def _is_sound(client: Smev3Client, attachment: Any) -> bool | None:
    verdict = client.check_attachment(attachment)
    return None if verdict is None else bool(verdict.signature_ok and verdict.digest_ok)
