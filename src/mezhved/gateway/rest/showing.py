"""Exchanges and messages as calls give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mezhved.gateway.models import Attachment, Message, MessageKind
from mezhved.gateway.rest.words import state_words
from mezhved.infotypes.values import read_value
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.gateway.models import Exchange, InformationType
    from mezhved.gateway.rest.calls import Call

_FINAL = frozenset({MessageKind.ANSWER, MessageKind.REJECTION})


def exchange_line(call: Call, exchange: Exchange) -> dict[str, Any]:
    """Return an exchange as lists show it; its system, type and department are loaded already."""
    return {
        "id": exchange.uid,
        "system": exchange.system.mnemonic,
        "direction": exchange.direction,
        "type": exchange.type.code if exchange.type is not None else None,
        "state": exchange.state,
        "state_text": call.say(state_words(exchange.state)),
        "test": exchange.is_test,
        "message_id": exchange.message_id,
        "counterpart": exchange.counterpart,
        "counterpart_name": exchange.counterpart_name,
        "department": exchange.department.code if exchange.department is not None else "",
        "executor": exchange.executor,
        "author": exchange.author,
        "case_number": exchange.case_number,
        "created_at": exchange.created_at,
        "due_at": exchange.due_at,
        "closed_at": exchange.closed_at,
    }


def exchange_whole(call: Call, exchange: Exchange) -> dict[str, Any]:
    """Return an exchange with its messages."""
    messages = list(Message.objects.filter(exchange=exchange).order_by("pk"))
    files: dict[int, list[Attachment]] = {}
    for each in Attachment.objects.filter(message__in=messages).defer("octets").order_by("number"):
        files.setdefault(each.message_id, []).append(each)
    answers = [
        each
        for each in messages
        if each.kind in _FINAL and (each.direction != exchange.direction or each.state == "SENT")
    ]
    troubled = [each for each in messages if each.problem]
    return exchange_line(call, exchange) | {
        "answer_id": answers[-1].uid if answers else None,
        "problem": _trouble(call, troubled[-1]) if troubled else None,
        "messages": [message_whole(call, exchange.type, each, files.get(each.pk, ())) for each in messages],
    }


def message_whole(
    call: Call, kind: InformationType | None, message: Message, files: Iterable[Attachment]
) -> dict[str, Any]:
    """Return a message with its business data as XML and as JSON."""
    content = None if message.content is None else bytes(message.content)
    return {
        "id": message.uid,
        "direction": message.direction,
        "kind": message.kind,
        "state": message.state,
        "client_id": message.client_id,
        "message_id": message.message_id,
        "created_at": message.created_at,
        "settled_at": message.settled_at,
        "xml": None if content is None else content.decode("utf-8-sig", "replace"),
        "json": None if content is None or kind is None else content_as_json(call, kind, message, content),
        "details": {name: said for name, said in message.details.items() if name != "signatures"},
        "files": [_file(message, each) for each in files],
        "problem": _trouble(call, message) if message.problem else None,
    }


def content_as_json(
    call: Call, kind: InformationType, message: Message, content: bytes
) -> dict[str, Any] | None:
    """Return business data as JSON by the type's schema; None for what no schema describes."""
    catalogue = call.gateway.catalogue
    try:
        asks = message.kind == MessageKind.REQUEST
        model = catalogue.request_model(kind) if asks else catalogue.response_model(kind)
        return read_value(content, model).value
    except MezhvedError:
        return None


def _file(message: Message, file: Attachment) -> dict[str, Any]:
    return {
        "number": file.number,
        "name": file.name,
        "mime_type": file.mime_type,
        "size": file.size,
        "digest": bytes(file.digest).hex(),
        "carrier": file.carrier,
        "is_sound": file.is_sound,
        "has_signature": file.pkcs7 is not None,
        "url": f"/api/v1/messages/{message.uid}/files/{file.number}",
    }


def _trouble(call: Call, message: Message) -> dict[str, str]:
    said = message.problem or {}
    return {
        "code": str(said.get("code") or said.get("name") or ""),
        "text": str(said.get(call.language) or ""),
        "cure": str(said.get(f"cure_{call.language}") or ""),
    }
