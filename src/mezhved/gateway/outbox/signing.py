"""Signing a batch: each call is kept durably before any of them is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import DEFAULT_DB_ALIAS, transaction

from mezhved.gateway.errors import InvalidMessage, LeaseLost
from mezhved.gateway.models import Attachment, Step, StepKind
from mezhved.gateway.outbox.composing import compose
from mezhved.gateway.outbox.settling import give_up, postpone
from mezhved.gateway.queries import Prepared
from mezhved.gateway.rows import add_all, give, read
from mezhved.gateway.statements import change_each
from mezhved.smev3.client import InvalidCall
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Message
    from mezhved.smev3.client import Outgoing

# Only the holder of the lease signs, and once: another process may have signed after the lease ran out.
_SIGNED = """
UPDATE gateway_message SET call_id = %s, message_id = %s
WHERE id = %s AND lease_owner = %s AND call_id IS NULL
"""
_FILES: Final = Prepared[Attachment]()
_NAMED = "UPDATE gateway_exchange SET message_id = %s WHERE id = %s"


def sign(gateway: Gateway, messages: Sequence[Message]) -> list[Message]:
    """Sign what is not signed yet, in one transaction; return what can be sent, in the order given."""
    files = _files([each for each in messages if each.call is None])
    signed: list[tuple[Message, Outgoing]] = []
    ready = []
    for each in messages:
        if each.call is None:
            outgoing = _composed(gateway, each, files.get(each.pk, []))
            if outgoing is None:
                continue
            signed.append((each, outgoing))
        ready.append(each)
    if signed:
        _keep(gateway, signed)
    return ready


def _files(messages: Sequence[Message]) -> dict[int, list[Attachment]]:
    """Return the files of the messages, by message, in their order."""
    if not messages:
        return {}
    found: dict[int, list[Attachment]] = {}
    for row in _FILES.rows(_files_of, *(each.pk for each in messages)):
        found.setdefault(row.message_id, []).append(row)
    return found


def _files_of(*keys: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message_id__in=keys).order_by("number")


def _composed(gateway: Gateway, message: Message, files: list[Attachment]) -> Outgoing | None:
    try:
        return compose(gateway, gateway.connections.client(message.system), message, files)
    except (InvalidCall, InvalidMessage) as error:
        give_up(gateway, message, error)
    except MezhvedError as error:
        postpone(gateway, message, error, missed=True)
    except ValueError:  # what no XML can hold; tried again it would fail again, and keep others waiting
        give_up(gateway, message, _unwritable())
    return None


def _unwritable() -> InvalidMessage:
    return InvalidMessage(
        Text(ru="сообщение не записывается в XML", en="the message cannot be written as XML"),
        cure=Text(ru="составьте его заново", en="make it anew"),
    )


def _keep(gateway: Gateway, signed: Sequence[tuple[Message, Outgoing]]) -> None:
    now = gateway.clock()
    with transaction.atomic():
        keys = add_all(Step, [_step(gateway, message, outgoing, now) for message, outgoing in signed])
        pairs = [(message, outgoing, key) for (message, outgoing), key in zip(signed, keys, strict=True)]
        requests = [
            (outgoing.message_id, message.exchange_id)
            for message, outgoing, _ in pairs
            if message.kind == "request"
        ]
        if requests:
            change_each(_NAMED, requests)
        said = [(key, outgoing.message_id, message.pk, gateway.owner) for message, outgoing, key in pairs]
        if change_each(_SIGNED, said) != len(pairs):
            raise LeaseLost
    for message, outgoing, key in pairs:
        kept = {"id": key, "content_type": outgoing.content_type, "octets": outgoing.body}
        message.call_id, message.message_id = key, outgoing.message_id
        give(message, call=read(Step, kept, DEFAULT_DB_ALIAS))


def _step(gateway: Gateway, message: Message, outgoing: Outgoing, at: datetime) -> dict[str, Any]:
    return {
        "exchange_id": message.exchange_id,
        "message_id": message.pk,
        "kind": StepKind.CALL,
        "at": at,
        "content_type": outgoing.content_type,
        "octets": outgoing.body,
        "digest": gateway.digest(outgoing.body),
    }
