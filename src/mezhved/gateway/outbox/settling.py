"""What became of attempts to send.

Every transaction touches an exchange before its messages, so that no two wait for each other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from mezhved.gateway.events import tell
from mezhved.gateway.journal import note_step
from mezhved.gateway.models import (
    Attachment,
    Carrier,
    Event,
    Exchange,
    ExchangeState,
    Message,
    MessageKind,
    MessageState,
    SmevState,
    Step,
    StepKind,
)
from mezhved.gateway.rows import add_all
from mezhved.gateway.statements import moment, rows
from mezhved.smev3.client import RawAnswer
from mezhved.smev3.faults import SmevFaultError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

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
_ON_ITS_WAY = (ExchangeState.SENDING.value, ExchangeState.ANSWERING.value)
_AFTER = """
UPDATE gateway_exchange SET state = %s, closed_at = %s WHERE state IN (%s, %s) AND id IN ({places})
RETURNING id
"""
_SENT = """
UPDATE gateway_message SET state = %s, smev_state = %s, settled_at = %s, problem = NULL, send_after = NULL,
    lease_owner = '', leased_until = NULL
WHERE (id, message_id) IN (VALUES {pairs}) AND send_after IS NOT NULL
RETURNING id
"""


def settle(gateway: Gateway, receipts: Sequence[tuple[Message, Receipt]]) -> None:
    """SMEV has the messages: keep the receipts, in one transaction.

    A receipt is a fact whoever holds the lease by now; what is settled already stays as it is. An exchange
    that was answered before its receipt came stays answered.
    """
    if not receipts:
        return
    now = gateway.clock()
    steps, events = [], []
    with transaction.atomic():
        states = _after_sent([message for message, _ in receipts], now)
        sent = _sent([message for message, _ in receipts], now)
        for message, receipt in receipts:
            if message.pk not in sent:
                continue
            events.append(_event(message, states[message.exchange_id], f"{message.kind}_sent", now))
            if receipt.raw is not None:
                steps.append(_step(gateway, message, receipt.raw, now))
        add_all(Step, steps)
        add_all(Event, events)


def give_up(gateway: Gateway, message: Message, error: MezhvedError) -> None:
    """Keep that it will never be sent, and why."""
    now = gateway.clock()
    with transaction.atomic():
        exchange = Exchange.objects.select_for_update().get(pk=message.exchange_id)
        told = problem_of(error)
        unsent = MessageState.UNSENT
        if not _take(gateway, message, state=unsent, settled_at=now, problem=told, unread_since=now):
            return
        if isinstance(error, SmevFaultError) and error.body:
            raw = RawAnswer(error.content_type, error.body)
            note_step(gateway, StepKind.FAULT, raw.content_type, raw.dump(), message)
        if message.kind == MessageKind.REQUEST and exchange.state == ExchangeState.SENDING:
            refused = isinstance(error, SmevFaultError)
            exchange.state = ExchangeState.FAULTED if refused else ExchangeState.UNSENT
            exchange.closed_at = now
        elif message.kind in _FINAL and exchange.state == ExchangeState.ANSWERING:
            exchange.state = ExchangeState.IN_WORK  # another answer may be given
        exchange.save(update_fields=["state", "closed_at"])
        tell(exchange, message, f"{message.kind}_unsent", now)
    gateway.log.warning(
        "message_unsent",
        system=message.system.mnemonic,
        message_id=message.message_id,
        message=str(message.uid),
        reason=told["name"],
    )


def postpone(gateway: Gateway, message: Message, error: MezhvedError, *, missed: bool) -> None:
    """Send it again after a pause that grows; `missed`: this attempt certainly did not reach SMEV."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(message.attempts - 1, 16))
    again = gateway.clock() + timedelta(seconds=pause)
    Message.objects.filter(pk=message.pk, lease_owner=gateway.owner).update(
        send_after=again,
        lease_owner="",
        leased_until=None,
        problem=problem_of(error),
        missed=F("missed") + int(missed),
    )
    gateway.log.warning(
        "sending_postponed", message=str(message.uid), reason=type(error).__name__, seconds=pause
    )


def sign_anew(gateway: Gateway, message: Message) -> None:
    """Let a message that nobody took be signed again, under a new MessageID; its files go up again.

    The caller has proof: see `judging`.
    """
    with transaction.atomic():
        if _anew(Message.objects.filter(lease_owner=gateway.owner), message, gateway.clock()):
            gateway.log.warning("signing_anew", message=str(message.uid), message_id=message.message_id)


def send_refused_again(gateway: Gateway, message: Message, after: datetime) -> None:
    """Send a message that SMEV took and then refused for a passing reason; inside a transaction."""
    if _anew(Message.objects.all(), message, after):
        gateway.log.warning("signing_anew", message=str(message.uid), message_id=message.message_id)


def problem_of(error: MezhvedError) -> dict[str, Any]:
    """Return what a person is told, as it is kept."""
    told: dict[str, Any] = {"name": type(error).__name__, "ru": error.what.ru, "en": error.what.en}
    if isinstance(error, SmevFaultError):
        told |= {"code": error.fault.code, "text": error.fault.text, "name": str(error.fault.kind or "")}
    if error.cure is not None:
        told |= {"cure_ru": error.cure.ru, "cure_en": error.cure.en}
    return told


def _anew(rows: Any, message: Message, after: datetime) -> bool:
    stored = Attachment.objects.filter(message=message, carrier=Carrier.STORE)
    stored.update(reference=None, wire_name="")
    done = rows.filter(pk=message.pk).update(
        state=MessageState.SENDING,
        call=None,
        message_id=None,
        smev_state="",
        attempts=0,
        missed=0,
        send_after=after,
        settled_at=None,
        lease_owner="",
        leased_until=None,
        needs_upload=stored.exists(),
    )
    return bool(done)


def _after_sent(messages: Sequence[Message], now: datetime) -> dict[int, str]:
    """Bring the exchanges after sent messages; return the states of all of them, by their keys."""
    states = {each.exchange_id: str(each.exchange.state) for each in messages}
    for kind, state in _AFTER_SENT.items():
        keys = [each.exchange_id for each in messages if each.kind == kind]
        if not keys:
            continue
        closed = moment(now if kind in _FINAL else None)
        brought = rows(_AFTER.format(places=_places(keys)), [state.value, closed, *_ON_ITS_WAY, *keys])
        states |= {key: state.value for (key,) in brought}
        others = set(keys).difference(key for (key,) in brought)
        if others:
            states |= dict(Exchange.objects.filter(pk__in=others).values_list("pk", "state"))
    return states


def _sent(messages: Sequence[Message], now: datetime) -> set[int]:
    """Give the messages their last state; return the keys of those to which no other process gave it."""
    named = [value for each in messages for value in (each.pk, each.message_id)]
    pairs = ", ".join(["(%s, %s)"] * len(messages))
    said = [MessageState.SENT.value, SmevState.QUEUED.value, moment(now), *named]
    return {key for (key,) in rows(_SENT.format(pairs=pairs), said)}


def _places(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _event(message: Message, state: str, kind: str, at: datetime) -> dict[str, Any]:
    exchange = message.exchange_id
    return {"exchange_id": exchange, "message_id": message.pk, "kind": kind, "state": state, "at": at}


def _step(gateway: Gateway, message: Message, raw: RawAnswer, at: datetime) -> dict[str, Any]:
    octets = raw.dump()
    return {
        "exchange_id": message.exchange_id,
        "message_id": message.pk,
        "kind": StepKind.RECEIPT,
        "at": at,
        "content_type": raw.content_type[:255],
        "octets": octets,
        "digest": gateway.digest(octets),
    }


def _take(gateway: Gateway, message: Message, **values: Any) -> bool:
    """Give the message its last state; false when another process did while the lease had run out."""
    values |= {"send_after": None, "lease_owner": "", "leased_until": None}
    done = Message.objects.filter(pk=message.pk, send_after__isnull=False, lease_owner=gateway.owner).update(
        **values
    )
    message.state = values["state"]
    return bool(done)
