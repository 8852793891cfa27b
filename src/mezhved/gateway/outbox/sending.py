"""Sending what is due: signed and kept first, then sent, with the same octets every time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mezhved.gateway.looping import Loop
from mezhved.gateway.outbox import judging
from mezhved.gateway.outbox.claims import claim, release
from mezhved.gateway.outbox.ending import still_to_be_sent
from mezhved.gateway.outbox.settling import give_up, postpone, settle, sign_anew
from mezhved.gateway.outbox.signing import sign
from mezhved.smev3.client import ClientError, Outgoing, TransportError
from mezhved.smev3.faults import SmevFaultError
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Message
    from mezhved.smev3.client import Receipt

BATCH = 8
IDLE_SECONDS = 1.0
GATHER_SECONDS = 0.05
"""How long the first message waits for others, that several share the flushes to the disk."""
RELEASED = timedelta(seconds=1)


def send_due(gateway: Gateway) -> int:
    """Send what is due, up to a batch; return how many messages were taken up."""
    now, seconds = gateway.clock(), gateway.settings.takeover_seconds
    resting = gateway.connections.resting.now()
    messages = claim(gateway.owner, now, BATCH, seconds=seconds, resting=resting)
    if not messages:
        return 0
    if len(messages) == BATCH:
        gateway.to_send.ring()  # there may be more, and another sender free
    ready = sign(gateway, [each for each in messages if still_to_be_sent(gateway, each)])
    _send(gateway, ready, now + timedelta(seconds=seconds / 2))
    return len(messages)


def _send(gateway: Gateway, ready: list[Message], until: datetime) -> None:
    """Send one after another; the receipts are kept together, which is one flush to the disk."""
    receipts: list[tuple[Message, Receipt]] = []
    left = list(ready)
    try:
        while left:
            message = left.pop(0)
            receipt = _attempt(gateway, message)
            if receipt is not None:
                receipts.append((message, receipt))
            elif message.system.connection.pk in gateway.connections.resting.now():
                same = [each for each in left if each.system.connection.pk == message.system.connection.pk]
                release(gateway.owner, same, gateway.clock() + RELEASED)
                left = [each for each in left if each not in same]
            if gateway.clock() > until:
                break
    finally:
        settle(gateway, receipts)
        release(gateway.owner, left, gateway.clock())
    asked = [each.system_id for each, _ in receipts if each.kind == "request"]
    if asked:
        gateway.wakers.asked(asked, gateway.clock())


def _attempt(gateway: Gateway, message: Message) -> Receipt | None:
    """Send one message; None when it was put off or given up."""
    call = message.call
    if call is None or call.octets is None or message.message_id is None:
        raise AssertionError("only a signed message is sent")
    operation = "SendRequest" if message.kind == "request" else "SendResponse"
    outgoing = Outgoing(operation, message.message_id, call.content_type, bytes(call.octets))
    resting, connection = gateway.connections.resting, message.system.connection.pk
    try:
        receipt = gateway.connections.client(message.system).send(outgoing)
    except SmevFaultError as error:
        resting.answered(connection)
        _refused(gateway, message, error)
    except (TransportError, ClientError) as error:
        resting.failed(connection)
        postpone(gateway, message, error, missed=judging.went_nowhere(error))
    except MezhvedError as error:  # no key is in force any more, or its keeper is away
        postpone(gateway, message, error, missed=True)
    else:
        resting.answered(connection)
        return receipt
    return None


def _refused(gateway: Gateway, message: Message, error: SmevFaultError) -> None:
    match judging.after_fault(message, error.fault, gateway.clock()):
        case judging.Verdict.AGAIN:
            postpone(gateway, message, error, missed=judging.went_nowhere(error))
        case judging.Verdict.ANEW:
            sign_anew(gateway, message)
        case judging.Verdict.UNCERTAIN:
            give_up(gateway, message, judging.uncertain())
        case judging.Verdict.NEVER:
            give_up(gateway, message, error)


class Sender(Loop):
    """Sends until stopped; many may do it at once, in any number of processes."""

    def __init__(self, gateway: Gateway, number: int) -> None:
        super().__init__(gateway, f"sender-{number}")

    def tick(self) -> float:
        """Send a batch; come back at once while there is more, else once more has come."""
        taken = send_due(self._gateway)
        self.went_well()
        if taken < BATCH:
            self._gateway.to_send.wait(IDLE_SECONDS, self._gather)
        return 0.0

    def _gather(self) -> None:
        self.rest(GATHER_SECONDS)

    def stop(self) -> None:
        """End after the batch in hand."""
        super().stop()
        self._gateway.to_send.ring()
