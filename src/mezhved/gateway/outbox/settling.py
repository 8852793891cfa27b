"""What became of an attempt to send."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from mezhved.gateway.events import tell
from mezhved.gateway.journal import note_step
from mezhved.gateway.models import ExchangeState, Message, MessageKind, MessageState, StepKind
from mezhved.smev3.client import RawAnswer
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.smev3.client import Receipt
    from mezhved.texts import MezhvedError

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0

_AFTER_SENT = {
    MessageKind.REQUEST: ExchangeState.WAITING,
    MessageKind.ANSWER: ExchangeState.ANSWERED,
    MessageKind.REJECTION: ExchangeState.REJECTED,
}
_FINAL = {MessageKind.ANSWER, MessageKind.REJECTION}


def settle(gateway: Gateway, message: Message, receipt: Receipt) -> None:
    """SMEV has the message: keep the receipt."""
    now = gateway.clock()
    with transaction.atomic():
        if not _take(gateway, message, state=MessageState.SENT, settled_at=now, problem=None):
            return
        if receipt.raw is not None:
            note_step(gateway, StepKind.RECEIPT, receipt.raw.content_type, receipt.raw.dump(), message)
        exchange = message.exchange
        state = _AFTER_SENT.get(MessageKind(message.kind))
        if state is not None and exchange.state in {ExchangeState.SENDING, ExchangeState.ANSWERING}:
            exchange.state = state
            exchange.closed_at = now if message.kind in _FINAL else None
            exchange.save(update_fields=["state", "closed_at"])
        tell(exchange, message, f"{message.kind}_sent", now)


def give_up(gateway: Gateway, message: Message, error: MezhvedError) -> None:
    """Keep that it will never be sent, and why."""
    now = gateway.clock()
    with transaction.atomic():
        told = problem_of(error)
        if not _take(gateway, message, state=MessageState.UNSENT, settled_at=now, problem=told):
            return
        if isinstance(error, SmevFaultError) and error.body:
            raw = RawAnswer(error.content_type, error.body)
            note_step(gateway, StepKind.FAULT, raw.content_type, raw.dump(), message)
        exchange = message.exchange
        if message.kind == MessageKind.REQUEST:
            refused = isinstance(error, SmevFaultError)
            exchange.state = ExchangeState.FAULTED if refused else ExchangeState.UNSENT
            exchange.closed_at = now
        elif message.kind != MessageKind.STATUS:
            exchange.state = ExchangeState.IN_WORK  # another answer may be given
        exchange.save(update_fields=["state", "closed_at"])
        tell(exchange, message, f"{message.kind}_unsent", now)


def postpone(gateway: Gateway, message: Message, error: MezhvedError) -> None:
    """Send it again after a pause that grows."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(message.attempts - 1, 16))
    again = gateway.clock() + timedelta(seconds=pause)
    Message.objects.filter(pk=message.pk, lease_owner=gateway.owner).update(
        send_after=again, lease_owner="", leased_until=None, problem=problem_of(error)
    )
    gateway.log.warning(
        "sending_postponed", message=str(message.uid), reason=type(error).__name__, seconds=pause
    )


def problem_of(error: MezhvedError) -> dict[str, Any]:
    """Return what a person is told, as it is kept."""
    told: dict[str, Any] = {"name": type(error).__name__, "ru": error.what.ru, "en": error.what.en}
    if isinstance(error, SmevFaultError):
        told |= {"code": error.fault.code, "text": error.fault.text, "name": str(error.fault.kind or "")}
    if error.cure is not None:
        told |= {"cure_ru": error.cure.ru, "cure_en": error.cure.en}
    return told


def _take(gateway: Gateway, message: Message, **values: Any) -> bool:
    """Give the message its last state; false when another process did while the lease had run out."""
    values |= {"send_after": None, "lease_owner": "", "leased_until": None}
    done = Message.objects.filter(pk=message.pk, send_after__isnull=False, lease_owner=gateway.owner).update(
        **values
    )
    message.state = values["state"]
    return bool(done)
