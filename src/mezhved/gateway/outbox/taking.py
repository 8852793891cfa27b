"""Taking something to be sent: checked, then durable, in one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import IntegrityError, transaction

from mezhved.gateway.cases import case_number
from mezhved.gateway.errors import Conflict
from mezhved.gateway.events import tell
from mezhved.gateway.marking import mark_read
from mezhved.gateway.models import (
    Attachment,
    Direction,
    Exchange,
    ExchangeState,
    Message,
    MessageKind,
    MessageState,
)
from mezhved.gateway.outbox.limits import (
    demand_contour,
    demand_words,
    end_of_life,
    needs_upload,
    node_id,
    shared_out,
)
from mezhved.gateway.outbox.personal import for_official, root_alone
from mezhved.gateway.queries import Prepared
from mezhved.gateway.queues import ensure_node
from mezhved.gateway.rows import give, insert, new
from mezhved.gateway.statements import rows
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.files import FileDraft
    from mezhved.gateway.models import InformationSystem
    from mezhved.gateway.outbox.drafts import (
        RejectionDraft,
        RequestDraft,
        ResponseDraft,
        StatusDraft,
    )


_KNOWN: Final = Prepared[Message]()
_ANSWERED: Final = """
UPDATE gateway_exchange SET state = COALESCE(%s, state) WHERE id = %s AND direction = %s AND state IN (%s, %s)
RETURNING state
"""
_ANSWERABLE: Final = (ExchangeState.NEW.value, ExchangeState.IN_WORK.value)


def take_request(gateway: Gateway, draft: RequestDraft) -> Message:
    """Keep a request that is to be sent, and return its message.

    What was taken under this caller's id before is returned again. Raises `InvalidMessage` where the
    content breaks the type's schema, `Conflict` where the caller's id stands for something else.
    """
    known = _known(draft.system, draft.client_id, draft.digest)
    if known is not None:
        return known
    now = gateway.clock()
    demand_contour(draft.system, draft.kind)
    end = end_of_life(draft.options, now)
    node = node_id(draft.options, draft.system)
    files = shared_out(draft.system, draft.content, draft.files)
    draft, content = for_official(gateway, draft.system, draft.kind, draft)
    gateway.catalogue.demand_valid(draft.kind, content, draft.kind.request_root, now.date())
    content = root_alone(content)
    term = timedelta(days=gateway.settings.answer_within_days)
    try:
        with transaction.atomic():
            exchange = new(
                Exchange,
                system_id=draft.system.pk,
                direction=Direction.OUT,
                type_id=draft.kind.pk,
                state=ExchangeState.DRAFT if draft.hold else ExchangeState.SENDING,
                is_test=draft.is_test,
                environment=draft.system.connection.environment,
                author=draft.author,
                case_number=case_number(draft.case_number),
                account_id=None if draft.account is None else draft.account.pk,
                department_id=None if draft.department is None else draft.department.pk,
                created_at=now,
                due_at=None if draft.kind.is_broadcast else end or now + term,
            )
            give(exchange, system=draft.system, type=draft.kind)
            insert(exchange)
            message = _message(
                gateway,
                exchange,
                MessageKind.REQUEST,
                draft,
                content=content,
                options=dict(draft.options),
                needs_upload=needs_upload(files),
            )
            _keep_files(message, files)
            if node:
                ensure_node(draft.system, node)
            tell(exchange, message, "request_taken", now)
    except IntegrityError:
        return _taken_meanwhile(draft.system, draft.client_id, draft.digest)
    gateway.to_send.ring()
    return message


def take_response(gateway: Gateway, draft: ResponseDraft, *, has_read: bool = False) -> Message:
    """Keep a final answer; errors as `take_request`, and `Conflict` where one was given already.

    `has_read`: who answers has read what is answered; that is noted with the answer, by one commit.
    """
    kind = draft.exchange.type
    draft, content = for_official(gateway, draft.exchange.system, kind, draft)
    if kind is not None and _known(draft.exchange.system, draft.client_id, draft.digest) is None:
        today = gateway.clock().date()
        gateway.catalogue.demand_valid(kind, content, kind.response_root, today)
    files = shared_out(draft.exchange.system, draft.content, draft.files)
    said = {
        "content": root_alone(content),
        "options": dict(draft.options),
        "needs_upload": needs_upload(files),
    }
    return _take_answer(gateway, draft, MessageKind.ANSWER, {}, said, files=files, has_read=has_read)


def take_rejection(gateway: Gateway, draft: RejectionDraft, *, has_read: bool = False) -> Message:
    """Keep a final refusal; errors and `has_read` as in `take_response`."""
    demand_words((f"reasons/{number}", text) for number, (_, text) in enumerate(draft.reasons))
    details = {"reasons": [list(each) for each in draft.reasons]}
    return _take_answer(gateway, draft, MessageKind.REJECTION, details, has_read=has_read)


def take_status(gateway: Gateway, draft: StatusDraft, *, has_read: bool = False) -> Message:
    """Keep an interim status; errors and `has_read` as in `take_response`."""
    demand_words([("description", draft.description)])
    demand_words((f"parameters/{number}", " ".join(each)) for number, each in enumerate(draft.parameters))
    details = {
        "code": draft.code,
        "description": draft.description,
        "parameters": [list(each) for each in draft.parameters],
    }
    return _take_answer(gateway, draft, MessageKind.STATUS, details, has_read=has_read)


def _take_answer(
    gateway: Gateway,
    draft: ResponseDraft | RejectionDraft | StatusDraft,
    kind: MessageKind,
    details: dict[str, Any],
    said: dict[str, Any] | None = None,
    *,
    files: Sequence[FileDraft] = (),
    has_read: bool,
) -> Message:
    system = draft.exchange.system
    known = _known(system, draft.client_id, draft.digest)
    if known is not None:
        return known
    now = gateway.clock()
    try:
        with transaction.atomic():
            exchange = draft.exchange
            exchange.state = _state_for(exchange, kind)
            message = _message(gateway, exchange, kind, draft, details=details, **(said or {}))
            _keep_files(message, files)
            tell(exchange, message, f"{kind.value}_taken", now)
            if has_read:
                mark_read(exchange)
    except IntegrityError:
        return _taken_meanwhile(system, draft.client_id, draft.digest)
    gateway.to_send.ring()
    return message


def _message(
    gateway: Gateway,
    exchange: Exchange,
    kind: MessageKind,
    draft: RequestDraft | ResponseDraft | RejectionDraft | StatusDraft,
    **values: Any,
) -> Message:
    now = gateway.clock()
    held = getattr(draft, "hold", False)
    gateway.subjects.note(exchange, values.get("content"), is_asked=kind is MessageKind.REQUEST)
    message = new(
        Message,
        exchange_id=exchange.pk,
        system_id=exchange.system_id,
        direction=Direction.OUT,
        kind=kind,
        state=MessageState.DRAFT if held else MessageState.SENDING,
        client_id=draft.client_id,
        client_digest=draft.digest if draft.client_id is not None else "",
        message_id=None if held else gateway.message_ids.new(),
        personal_signature=getattr(draft, "personal_signature", None),
        created_at=now,
        send_after=None if held else now,
        **values,
    )
    give(message, exchange=exchange, system=exchange.system)
    return insert(message)


def _keep_files(message: Message, files: Sequence[FileDraft]) -> None:
    if not files:
        return
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
            digest=each.digest,
            pkcs7=each.pkcs7,
            header=each.header,
        )
        for number, each in enumerate(files, 1)
    )


def _of_client(system: int, client_id: str) -> QuerySet[Message]:
    return Message.objects.select_related("exchange").filter(system=system, client_id=client_id)[:1]


def _known(system: InformationSystem, client_id: str | None, digest: str) -> Message | None:
    """Return what was taken under this id; `Conflict` where it was something else."""
    if client_id is None:
        return None
    found = _KNOWN.first(_of_client, system.pk, client_id)
    if found is not None and found.client_digest != digest:
        raise Conflict(
            Text(
                ru="под этим идентификатором уже принято другое сообщение",
                en="another message was taken under this id already",
            ),
            where=client_id,
            cure=Text(ru="дайте новому сообщению новый идентификатор", en="give a new message a new id"),
        )
    return found


def _taken_meanwhile(system: InformationSystem, client_id: str | None, digest: str) -> Message:
    found = _known(system, client_id, digest)
    if found is None:
        raise Conflict(Text(ru="запись изменилась, повторите", en="the record changed, try again"))
    return found


def _state_for(exchange: Exchange, kind: MessageKind) -> str:
    """Bring a request to the state of being answered; an interim status leaves its own. The row is locked.

    Raises `Conflict` unless the request may be answered.
    """
    final = ExchangeState.ANSWERING.value if kind is not MessageKind.STATUS else None
    found = rows(_ANSWERED, [final, exchange.pk, Direction.IN.value, *_ANSWERABLE])
    if found:
        return str(found[0][0])
    raise Conflict(
        Text(
            ru="на этот запрос ответить нельзя: он не входящий, уже закрыт или ответ уже отправляется",
            en="this request cannot be answered: it is not incoming, is closed, or an answer is on its way",
        ),
        where=str(exchange.uid),
    )
