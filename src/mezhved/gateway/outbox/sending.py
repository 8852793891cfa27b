"""Sending what is due: signed and kept first, then sent, with the same octets every time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from mezhved.gateway.journal import note_step
from mezhved.gateway.models import StepKind
from mezhved.gateway.outbox.claims import claim
from mezhved.gateway.outbox.composing import compose
from mezhved.gateway.outbox.settling import give_up, postpone, settle
from mezhved.service import Repeating
from mezhved.smev3.client import ClientError, InvalidCall, Outgoing, TransportError
from mezhved.smev3.faults import Retry, SmevFaultError, explain
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Message
    from mezhved.smev3.client import Smev3Client

BATCH = 8
IDLE_SECONDS = 1.0


def send_due(gateway: Gateway) -> int:
    """Send what is due, up to a batch; return how many messages were taken up."""
    messages = claim(gateway.owner, gateway.clock(), BATCH)
    ready = [each for each in messages if each.call is not None or _sign(gateway, each)]
    for each in ready:
        _send(gateway, each)
    return len(messages)


def _sign(gateway: Gateway, message: Message) -> bool:
    """Sign a message and keep the call durably; tell whether it can be sent."""
    try:
        outgoing = compose(gateway.connections.client(message.system), message)
    except InvalidCall as error:
        give_up(gateway, message, error)
        return False
    except MezhvedError as error:
        postpone(gateway, message, error)
        return False
    with transaction.atomic():
        message.call = note_step(gateway, StepKind.CALL, outgoing.content_type, outgoing.body, message)
        message.message_id = outgoing.message_id
        message.save(update_fields=["call", "message_id"])
        if message.kind == "request":
            message.exchange.message_id = outgoing.message_id
            message.exchange.save(update_fields=["message_id"])
    return True


def _send(gateway: Gateway, message: Message) -> None:
    client: Smev3Client = gateway.connections.client(message.system)
    call = message.call
    if call is None or call.octets is None or message.message_id is None:
        raise AssertionError("only a signed message is sent")
    operation = "SendRequest" if message.kind == "request" else "SendResponse"
    outgoing = Outgoing(operation, message.message_id, call.content_type, bytes(call.octets))
    try:
        receipt = client.send(outgoing)
    except SmevFaultError as error:
        row = explain(error.fault)
        if row is not None and row.retry is Retry.REPEAT and not _too_old(gateway, message):
            postpone(gateway, message, error)
        else:
            give_up(gateway, message, error)
    except (TransportError, ClientError) as error:
        if _too_old(gateway, message):
            give_up(gateway, message, error)
        else:
            postpone(gateway, message, error)
    else:
        settle(gateway, message, receipt)


def _too_old(gateway: Gateway, message: Message) -> bool:
    call = message.call
    limit = timedelta(hours=gateway.settings.send_attempts_hours)
    return call is not None and gateway.clock() - call.at > limit


class Sender(Repeating):
    """Sends until stopped; many may do it at once, in any number of processes."""

    def __init__(self, gateway: Gateway, number: int) -> None:
        super().__init__(f"sender-{number}")
        self._gateway = gateway

    def tick(self) -> float:
        """Send a batch; come back at once while there is more."""
        taken = send_due(self._gateway)
        if taken:
            return 0.0
        self._gateway.to_send.wait(IDLE_SECONDS)
        self._gateway.to_send.clear()
        return 0.0

    def troubled(self, error: Exception) -> float:
        """Log the trouble and wait."""
        self._gateway.log.error("sending_failed", error_type=type(error).__name__)
        return IDLE_SECONDS
