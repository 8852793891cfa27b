"""Keeping what came: the message, its files, its raw octets and verdicts, in one transaction.

Every transaction touches an exchange before its messages, as the outbox does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mezhved.gateway.events import tell
from mezhved.gateway.inbox import following
from mezhved.gateway.inbox.reading import (
    Content,
    content_of_request,
    content_of_response,
    content_of_status,
    verdicts,
)
from mezhved.gateway.models import (
    Attachment,
    AwaitedFiles,
    Direction,
    Exchange,
    ExchangeState,
    InformationType,
    Message,
    MessageKind,
    MessageState,
    Step,
    StepKind,
)
from mezhved.gateway.outbox.settling import send_refused_again
from mezhved.gateway.provider.arriving import decide_about
from mezhved.gateway.queries import Prepared
from mezhved.gateway.rows import add_all, give, insert, new, update
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.messages import MessageType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.files.fetching import ReceivedFile
    from mezhved.gateway.models import InformationSystem
    from mezhved.smev3.client import (
        CancelReceived,
        Outgoing,
        RawAnswer,
        Received,
        StatusNotice,
    )
    from mezhved.smev3.messages import Request, Response

PASSING = frozenset({FaultKind.DESTINATION_OVERFLOW, FaultKind.SMEV_FAILURE})
"""Refusals after which a sender tries again without limit (annotations of the WSDL)."""
_FIRST_AGAIN = 60.0
_LONGEST_AGAIN = 3600.0
_ASKED: Final = Prepared[Exchange]()
_CLOSED_BY_CANCEL = (ExchangeState.NEW, ExchangeState.IN_WORK)


def keep_request(
    gateway: Gateway,
    system: InformationSystem,
    received: Received[Request],
    ack: Outgoing,
    files: Sequence[ReceivedFile] = (),
) -> bool:
    """Keep a request with its signed acknowledgement; false when it is kept already."""
    now, message = gateway.clock(), received.message
    content = content_of_request(message)
    sender = message.metadata.sender
    wants_none = not message.reply_to or message.metadata.message_type == MessageType.BROADCAST

    def keep() -> None:
        kind = _type_of(gateway, system, content)
        exchange = new(
            Exchange,
            system_id=system.pk,
            direction=Direction.IN,
            type_id=None if kind is None else kind.pk,
            state=ExchangeState.NO_ANSWER if wants_none else ExchangeState.NEW,
            is_test=message.data.test_message,
            environment=system.connection.environment,
            message_id=received.message_id,
            counterpart=((sender and sender.mnemonic) or "")[:64],
            counterpart_name=((sender and sender.name) or "")[:500],
            reply_to=message.reply_to,
            created_at=now,
            closed_at=now if wants_none else None,
        )
        give(exchange, system=system, type=kind)
        arrival = decide_about(gateway, exchange, content.octets or b"")
        insert(exchange)
        _keep(gateway, exchange, content, received, ack=ack, files=files)
        arrival.keep(gateway)

    return _once(system, received.message_id, keep)


def keep_response(
    gateway: Gateway,
    system: InformationSystem,
    received: Received[Response],
    ack: Outgoing,
    files: Sequence[ReceivedFile] = (),
) -> bool:
    """Keep an answer, refusal, status or system response with what it belongs to; false when it is kept."""
    content = content_of_response(received.message)

    def keep() -> None:
        exchange, about = _belonging(gateway, system, content)
        _follow(gateway, exchange, about, content)
        _keep(gateway, exchange, content, received, ack=ack, files=files)

    return _once(system, received.message_id, keep)


def keep_cancel(
    gateway: Gateway, system: InformationSystem, cancelled: CancelReceived, ack: Outgoing
) -> bool:
    """Close an incoming request that was called off; one that is answered already stays so."""
    now, cancel = gateway.clock(), cancelled.cancel

    def keep() -> None:
        found = Exchange.objects.select_for_update().filter(
            system=system, direction=Direction.IN, message_id=cancel.reference
        )
        exchange = found.first()
        if exchange is None:
            _keep_steps(gateway, None, cancelled.raw, ack)
            return
        if exchange.state in _CLOSED_BY_CANCEL:
            exchange.state, exchange.closed_at = ExchangeState.CANCELLED, now
            exchange.save(update_fields=["state", "closed_at"])
        message = Message.objects.create(
            exchange=exchange,
            system=system,
            direction=Direction.IN,
            kind=MessageKind.NOTICE,
            state=MessageState.RECEIVED,
            message_id=cancelled.message_id,
            details={"category": "cancelled", "description": ""},
            created_at=now,
            settled_at=now,
            unread_since=now,
        )
        _keep_steps(gateway, message, cancelled.raw, ack)
        tell(exchange, message, "request_called_off", now)

    gateway.log.info("request_called_off", system=system.mnemonic, message_id=cancel.reference)
    return _once(system, cancelled.message_id, keep)


def keep_status(gateway: Gateway, system: InformationSystem, notice: StatusNotice, ack: Outgoing) -> None:
    """Keep a notice of the status queue; one about nothing of ours is kept as a step and told to people."""
    content, now = content_of_status(notice.status), gateway.clock()
    with transaction.atomic():
        about = _about(system, content)
        if about is None:
            _keep_steps(gateway, None, notice.raw, ack)
        else:
            exchange = Exchange.objects.select_for_update().get(pk=about.exchange_id)
            _follow(gateway, exchange, about, content)
            message = _message(exchange, content, None, now)
            _keep_steps(gateway, message, notice.raw, ack)
            tell(exchange, message, "notice_received", now)
    if about is None:
        gateway.log.warning("status_notice", system=system.mnemonic, category=content.details["category"])


def keep_distrusted(
    gateway: Gateway,
    system: InformationSystem,
    came: Received[Request] | Received[Response] | CancelReceived | StatusNotice,
    ack: Outgoing,
    message_id: str,
) -> None:
    """Keep the raw octets of what SMEV's right signature does not cover, for people to look at."""
    with transaction.atomic():
        _keep_steps(gateway, None, came.raw, ack)
    gateway.log.error(
        "message_distrusted", system=system.mnemonic, message_id=message_id, reason=str(came.smev.reason)
    )


def is_kept(system: InformationSystem, message_id: str) -> bool:
    """Tell whether a message was kept at an earlier hand-out."""
    return Message.objects.filter(system=system, direction=Direction.IN, message_id=message_id).exists()


def _once(system: InformationSystem, message_id: str, keep: Callable[[], None]) -> bool:
    """Keep in one transaction; the unique MessageID lets only one of them through."""
    try:
        with transaction.atomic():
            keep()
    except IntegrityError:
        if not is_kept(system, message_id):
            raise
        return False
    return True


def _type_of(gateway: Gateway, system: InformationSystem, content: Content) -> InformationType | None:
    if content.root is None:
        return None
    return gateway.kinds.of_root(*content.root, system.connection.environment)


def _about(system: InformationSystem, content: Content) -> Message | None:
    """Return the sent message that a notice of SMEV is about."""
    if not content.original_message_id:
        return None
    return Message.objects.filter(
        system=system, direction=Direction.OUT, message_id=content.original_message_id
    ).first()


def _belonging(
    gateway: Gateway, system: InformationSystem, content: Content
) -> tuple[Exchange, Message | None]:
    """Return the exchange that an answer or notice belongs to, locked, and the message a notice is about.

    An answer to a request that this gateway never sent (a restored database, a former program) gets an
    exchange of its own.
    """
    locked = Exchange.objects.select_for_update()
    if content.kind is MessageKind.NOTICE:
        about = _about(system, content)
        if about is not None:
            return _of(system, locked.get(pk=about.exchange_id)), about
    original = content.original_message_id[:36]
    exchange = None
    if original:
        exchange = _ASKED.first(_asked, system.pk, original)
    if exchange is None:
        exchange = Exchange.objects.create(
            system=system,
            direction=Direction.OUT,
            state=ExchangeState.WAITING,
            environment=system.connection.environment,
            message_id=original,
            created_at=gateway.clock(),
        )
    return _of(system, exchange), None


def _asked(system: int, message_id: str) -> QuerySet[Exchange]:
    asked = Exchange.objects.select_for_update().filter(
        system=system, direction=Direction.OUT, message_id=message_id
    )
    return asked[:1]


def _of(system: InformationSystem, exchange: Exchange) -> Exchange:
    """Give the exchange its system, which is at hand."""
    give(exchange, system=system)
    return exchange


def _follow(gateway: Gateway, exchange: Exchange, about: Message | None, content: Content) -> None:
    """Bring the exchange's state after what came; what was final stays."""
    exchange.forgotten_at = None  # what came now has to be deleted too
    if content.sender and not exchange.counterpart:
        exchange.counterpart, exchange.counterpart_name = content.sender[0][:64], content.sender[1]
    if content.kind is MessageKind.NOTICE:
        _follow_notice(gateway, exchange, about, content)
    else:
        state = following.after_answer(exchange.state, content.kind)
        if state is not None:
            exchange.state, exchange.closed_at = state, gateway.clock()
    update(exchange, "forgotten_at", "counterpart", "counterpart_name", "state", "closed_at")


def _follow_notice(gateway: Gateway, exchange: Exchange, about: Message | None, content: Content) -> None:
    if about is None:
        if following.is_refusal(content.smev_state) and exchange.state == ExchangeState.WAITING:
            exchange.state, exchange.closed_at = ExchangeState.FAULTED, gateway.clock()
        return
    refused = following.is_refusal(content.smev_state)
    values: dict[str, Any] = {"smev_state": following.later(about.smev_state, content.smev_state)}
    if refused:
        values["problem"] = _problem(content)
    Message.objects.filter(pk=about.pk).update(**values)
    if not refused:
        return
    state = following.after_refusal(exchange.direction, exchange.state, MessageKind(about.kind))
    if state is None:
        return
    if content.fault in PASSING and _again(gateway, exchange, about):
        outgoing = exchange.direction == Direction.OUT
        exchange.state = ExchangeState.SENDING if outgoing else ExchangeState.ANSWERING
        exchange.closed_at = None
        return
    exchange.state = state
    exchange.closed_at = gateway.clock() if state == ExchangeState.FAULTED else None


def _again(gateway: Gateway, exchange: Exchange, about: Message) -> bool:
    """Send a message again that SMEV let go for a passing reason; false when its time is over.

    SMEV has said that nobody got it, so a new MessageID makes no second message.
    """
    now = gateway.clock()
    refusals = Message.objects.filter(exchange=exchange, kind=MessageKind.NOTICE).count()
    after = now + timedelta(seconds=min(_LONGEST_AGAIN, _FIRST_AGAIN * 2.0 ** min(refusals, 16)))
    said = about.options.get("eol")
    if said and datetime.fromisoformat(said) <= after:
        return False
    if after - about.created_at > timedelta(hours=gateway.settings.send_within_hours):
        return False
    send_refused_again(gateway, about, after)
    return True


def _problem(content: Content) -> dict[str, Any]:
    """Return what a person is told of a refusal that came afterwards."""
    said = content.details
    told = said.get("description") or said.get("fault") or said.get("category", "")
    return {
        "name": str(content.fault or said.get("category", "")),
        "code": said.get("code") or "",
        "text": said.get("fault") or told,
        "ru": told,
        "en": told,
    }


def _keep(
    gateway: Gateway,
    exchange: Exchange,
    content: Content,
    received: Received[Request] | Received[Response],
    *,
    ack: Outgoing,
    files: Sequence[ReceivedFile],
) -> None:
    now = gateway.clock()
    gateway.subjects.note(exchange, content.octets, is_asked=content.kind is MessageKind.REQUEST)
    message = _message(exchange, content, received, now)
    if files:
        Attachment.objects.bulk_create(
            Attachment(
                message=message,
                number=number,
                name=each.name,
                mime_type=each.mime_type,
                carrier=each.carrier,
                size=each.size,
                octets=each.octets,
                blob=each.blob,
                pkcs7=each.pkcs7,
                digest=each.digest,
                wire_name=each.wire_name,
                is_sound=each.is_sound,
                header=each.header,
            )
            for number, each in enumerate(files, 1)
        )
        AwaitedFiles.objects.filter(system=exchange.system, message_id=received.message_id).delete()
    _keep_steps(gateway, message, received.raw, ack)
    tell(exchange, message, f"{content.kind.value}_received", now)


def _message(exchange: Exchange, content: Content, received: Received[Any] | None, now: datetime) -> Message:
    details = dict(content.details)
    if received is not None:
        details["signatures"] = verdicts(received)
    message = new(
        Message,
        exchange_id=exchange.pk,
        system_id=exchange.system_id,
        direction=Direction.IN,
        kind=content.kind,
        state=MessageState.RECEIVED,
        message_id=None if received is None else received.message_id,
        content=content.octets,
        details=details,
        options=content.options,
        personal_signature=content.personal_signature,
        created_at=now,
        settled_at=now,
        unread_since=now,
    )
    give(message, exchange=exchange, system=exchange.system)
    return insert(message)


def _keep_steps(gateway: Gateway, message: Message | None, raw: RawAnswer, ack: Outgoing) -> None:
    """Keep the octets that came and the signed acknowledgement, by one statement."""
    now = gateway.clock()
    pairs = ((StepKind.RECEIVED, raw.content_type, raw.dump()), (StepKind.ACK, ack.content_type, ack.body))
    add_all(
        Step,
        [
            {
                "exchange_id": None if message is None else message.exchange_id,
                "message_id": None if message is None else message.pk,
                "kind": kind,
                "at": now,
                "content_type": content_type[:255],
                "octets": octets,
                "digest": gateway.digest(octets),
            }
            for kind, content_type, octets in pairs
        ],
    )
