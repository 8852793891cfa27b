"""`Get` and `Find`: the system's messages, one by one or all that fit."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef, Q

from mezhved.gateway.adapter.describing import found_of
from mezhved.gateway.adapter.faults import ValidationFault
from mezhved.gateway.adapter.model import ByClientId, Criterion, Sought
from mezhved.gateway.adapter.sending import named
from mezhved.gateway.adapter.storage import hand_out
from mezhved.gateway.models import Attachment, Direction, Message, MessageKind, MessageState
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from mezhved.gateway.access import Caller
    from mezhved.gateway.adapter.model import FindQuery, Found, MessageQuery
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import InformationSystem

FOUND_LIMIT: Final = 2000
"""Most messages that one `Find` answers with."""
_SHOWN: Final = (
    MessageKind.REQUEST,
    MessageKind.ANSWER,
    MessageKind.REJECTION,
    MessageKind.STATUS,
    MessageKind.NOTICE,
)


def get(
    gateway: Gateway, system: InformationSystem, query: MessageQuery, caller: Caller | None
) -> Found | None:
    """Hand out the system's next unread message, the oldest first, and note it as read.

    Two calls at once never get the same one. A message whose answer is lost on the way to the client is not
    handed out again: `Find` has it.
    """
    waiting = _waiting(system, query, caller)
    while (message := waiting.first()) is not None:
        files = files_of([message])[message.pk]
        if message.direction == Direction.IN:
            hand_out(gateway, system, files)
        if not _read(message):
            continue
        error = message.state == MessageState.UNSENT
        found = found_of(message, asked_by([message]).get(message.exchange_id), files, as_error=error)
        if found is not None:
            return found
    return None


def find(gateway: Gateway, system: InformationSystem, query: FindQuery, caller: Caller | None) -> list[Found]:
    """Return the messages sought, the oldest first; none of them becomes read.

    Raises `ValidationFault` where there are too many to be told at once.
    """
    rows = _rows(system, caller).filter(_sought(system, query)).order_by("pk")
    limit = FOUND_LIMIT if query.limit is None else min(query.limit, FOUND_LIMIT)
    messages = list(rows[query.offset : query.offset + limit + 1])
    if len(messages) > limit:
        if query.limit is None or query.limit > FOUND_LIMIT:
            raise _too_many()
        messages = messages[:limit]
    asked, files = asked_by(messages), files_of(messages)
    answers = isinstance(query.by, ByClientId) and query.by.criterion is Criterion.RESPONSE_BY_REQUEST
    for each in messages:
        if each.direction == Direction.IN:
            hand_out(gateway, system, files[each.pk])
    found = (
        found_of(
            each,
            asked.get(each.exchange_id),
            files[each.pk],
            as_error=answers and each.kind == MessageKind.REQUEST,
        )
        for each in messages
    )
    return [each for each in found if each is not None]


def _rows(system: InformationSystem, caller: Caller | None) -> QuerySet[Message]:
    rows = Message.objects.select_related("exchange", "system").filter(system=system)
    return rows if caller is None else rows.filter(caller.visible("exchange__"))


def _waiting(system: InformationSystem, query: MessageQuery, caller: Caller | None) -> QuerySet[Message]:
    rows = _rows(system, None).filter(unread_since__isnull=False)
    if caller is not None:
        rows = rows.filter(_takes(caller))
    requests = Q(direction=Direction.IN, kind=MessageKind.REQUEST)
    # What could not be sent, and is being sent again by now, is no error.
    failed = Q(direction=Direction.OUT, state=MessageState.UNSENT)
    came = Q(direction=Direction.IN) & ~Q(kind=MessageKind.REQUEST)
    answers = (came | failed) & _addressed(query)
    wanted = {Sought.REQUEST: requests, Sought.RESPONSE: answers, None: requests | answers}[query.sought]
    return rows.filter(wanted).order_by("pk")


def _takes(caller: Caller) -> Q:
    """Return the condition of what a caller may take: one that may only look changes nothing."""
    condition = Q(pk__in=())
    for right in caller.rights:
        directions = [Direction.OUT] * ("ask" in right.acts) + [Direction.IN] * ("answer" in right.acts)
        said: dict[str, Any] = {"exchange__system_id": right.system, "exchange__direction__in": directions}
        if right.type is not None:
            said["exchange__type_id"] = right.type
        condition |= Q(**said)
    return condition


def _addressed(query: MessageQuery) -> Q:
    """Return the condition of answers to requests of the same node and queue, both of the gateway's own."""
    asked = Message.objects.filter(exchange=OuterRef("exchange"), kind=MessageKind.REQUEST)
    condition = Q()
    for key, wanted in (("options__adapter__node", query.node_id), ("options__adapter__queue", query.queue)):
        if wanted is None:
            condition &= ~Q(Exists(asked.filter(**{f"{key}__isnull": False})))
        else:
            condition &= Q(Exists(asked.filter(**{key: wanted})))
    return condition


def _read(message: Message) -> bool:
    """Note that it was handed out; false where another call did."""
    values: dict[str, Any] = {"unread_since": None}
    if message.state == MessageState.RECEIVED:
        values["state"] = MessageState.READ
    return bool(Message.objects.filter(pk=message.pk, unread_since__isnull=False).update(**values))


def _sought(system: InformationSystem, query: FindQuery) -> Q:
    by = query.by
    if isinstance(by, ByClientId):
        return _by_client_id(system, by)
    period = Q(created_at__gte=by.start, kind__in=_SHOWN)
    return period if by.end is None else period & Q(created_at__lte=by.end)


def _by_client_id(system: InformationSystem, by: ByClientId) -> Q:
    if by.criterion is Criterion.RESPONSE_BY_RESPONSE:
        return _named(by.client_id) & ~Q(kind=MessageKind.REQUEST)
    asked = named(system, by.client_id)
    if asked is None:
        return Q(pk__in=())
    if by.criterion is Criterion.REQUEST_BY_REQUEST:
        return Q(pk=asked.pk)
    # What could not be sent answers its own request: with an error.
    return Q(exchange=asked.exchange_id) & (~Q(kind=MessageKind.REQUEST) | Q(state=MessageState.UNSENT))


def _named(client_id: str) -> Q:
    condition = Q(client_id=client_id)
    try:
        return condition | Q(uid=uuid.UUID(client_id))
    except ValueError:
        return condition


def asked_by(messages: Iterable[Message]) -> dict[int, Message]:
    """Return the requests of the messages' exchanges."""
    exchanges = {each.exchange_id for each in messages}
    rows = Message.objects.filter(exchange__in=exchanges, kind=MessageKind.REQUEST)
    return {each.exchange_id: each for each in rows.defer("content")}


def files_of(messages: Sequence[Message]) -> dict[int, list[Attachment]]:
    """Return the files of each message, in their order."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    by_key = {each.pk: each for each in messages}
    for each in Attachment.objects.filter(message__in=by_key).order_by("number"):
        each.message = by_key[each.message_id]
        found[each.message_id].append(each)
    return found


def _too_many() -> ValidationFault:
    return ValidationFault(
        "TOO_MANY",
        Text(ru=f"найдено больше {FOUND_LIMIT} сообщений", en=f"more than {FOUND_LIMIT} messages were found"),
        where="messagePeriodCriteria",
        cure=Text(ru="сузьте период", en="narrow the period"),
    )
