"""A message of the gateway in the adapter's words.

What SMEV tells of a message is an interim status without a sender, as the official adapter hands it out: its
clients know it by the beginning of the description.
"""

from __future__ import annotations

import re
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.adapter.json_form import normalised
from mezhved.gateway.adapter.model import (
    ArchivedFile,
    AttachmentHeader,
    Content,
    ErrorPart,
    Fault,
    Found,
    LinkedGroup,
    Reject,
    RequestPart,
    ResponsePart,
    SmevMetadata,
    Status,
)
from mezhved.gateway.adapter.reading import (
    LONG,
    LONGEST,
    REJECTS,
    SHORT,
    Said,
    attachment_headers,
    request_part,
)
from mezhved.gateway.adapter.shapes import HEADERS, REQUEST_METADATA
from mezhved.gateway.adapter.writing import header_tree, metadata_tree
from mezhved.gateway.models import Carrier, Direction, MessageKind
from mezhved.smev3.fragments import Source
from mezhved.smev3.messages import read_time
from mezhved.smev3.xml import parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mezhved.gateway.models import Attachment, Message

PRIMARY, REJECTED, STATUS, ERROR = "PrimaryMessage", "RejectMessage", "StatusMessage", "ErrorMessage"
METHODS: Final = {Carrier.MESSAGE: "MTOM", Carrier.STORE: "REFERENCE"}
REFUSED: Final = frozenset(
    {"requestIsRejectedBySmev", "responseIsRejectedBySmev", "undeliverableByRouting", "cancelled"}
)
"""What SMEV says of a message that it refuses, or cannot deliver."""
SENT: Final = "Сообщение отправлено в СМЭВ"
_TOLD: Final = {
    "requestIsQueued": "Сообщение помещено в очередь",
    "responseIsQueued": "Сообщение помещено в очередь",
    "requestIsAcceptedBySmev": "Сообщение помещено в очередь",
    "responseIsAcceptedBySmev": "Сообщение помещено в очередь",
    "underProcessing": "Сообщение доставлено",
    "requestIsProcessed": "Сообщение доставлено",
    "responseIsProcessed": "Сообщение доставлено",
    "responseIsDelivered": "Сообщение доставлено",
    "messageIsDelivered": "Сообщение доставлено",
}
_OWN_STATUS: Final = "0"
"""Code of the statuses that no provider has sent."""
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_KINDS: Final = {
    MessageKind.ANSWER: PRIMARY,
    MessageKind.REJECTION: REJECTED,
    MessageKind.STATUS: STATUS,
}


def client_id_of(message: Message) -> str:
    """Return the id by which the participant's system knows a message: its own, else the gateway's."""
    given = message.client_id
    return given if given and len(given) <= SHORT else str(message.uid)


def kept_words(part: RequestPart | ResponsePart, queue: str | None) -> dict[str, Any]:
    """Return what the client said beside the business data, as JSON, to be given back by `found_of`."""
    content = part.content
    kept: dict[str, Any] = {"queue": queue, "original": part.original}
    if isinstance(part, RequestPart):
        kept |= {"node": part.node_id, "metadata": metadata_tree(part)}
        kept["metadata"].pop("businessProcessMetadata", None)
    if content is not None and content.attachments:
        kept["files"] = [header_tree(each) for each in content.attachments]
    return {name: value for name, value in kept.items() if value is not None}


def sent_of(message: Message) -> Found:
    """Return what tells a system that SMEV has taken its message."""
    options = message.options
    smev = SmevMetadata(
        reference_message_id=_uuid(options.get("reference_message_id")),
        transaction_code=_within(options.get("transaction_code"), LONG),
        original_message_id=_uuid(message.message_id),
    )
    mine = str(uuid.uuid5(message.uid, "sent"))
    part = ResponsePart(mine, client_id_of(message), status=Status(_OWN_STATUS, SENT))
    return Found(smev, part, STATUS)


def found_of(
    message: Message, asked: Message | None, files: Sequence[Attachment], *, as_error: bool = False
) -> Found | None:
    """Return a message as the adapter hands it out; `asked` is the request of its exchange.

    `as_error` tells why it could not be sent instead of what it says.
    None for what has no business data any more: it was deleted when its term was over.
    """
    kind = MessageKind(message.kind)
    if as_error:
        return Found(_metadata(message), _unsent(message), ERROR)
    if kind in {MessageKind.REQUEST, MessageKind.ANSWER} and not message.content:
        return None
    if kind is MessageKind.REQUEST:
        return Found(_metadata(message), _request(message, files))
    if kind is MessageKind.NOTICE:
        notice = _notice(message, asked)
        return Found(_metadata(message), notice, ERROR if isinstance(notice, ErrorPart) else STATUS)
    return Found(_metadata(message), _response(message, asked, files), _KINDS[kind])


def file_id(attachment: Attachment) -> str:
    """Return a file's identifier: that of the file store, else one that stays the same for the file."""
    if _UUID.fullmatch(attachment.wire_name):
        return attachment.wire_name
    return str(uuid.uuid5(attachment.message.uid, str(attachment.number)))


def _metadata(message: Message) -> SmevMetadata:
    exchange, options = message.exchange, message.options
    mine, other = message.system.mnemonic, exchange.counterpart or None
    came = message.direction == Direction.IN
    answers = message.kind != MessageKind.REQUEST
    return SmevMetadata(
        message_id=_uuid(message.message_id),
        reference_message_id=_uuid(options.get("reference_message_id")),
        transaction_code=_within(options.get("transaction_code"), LONG),
        original_message_id=_uuid(exchange.message_id) if answers else None,
        sender=_sender(message, other) if came else mine,
        recipient=mine if came else other,
        reply_to=(exchange.reply_to or None) if came and not answers else None,
        sent_at=_moment(options.get("sent_at")) or message.settled_at or message.created_at,
    )


def _sender(message: Message, other: str | None) -> str | None:
    """Name no sender of what SMEV itself says: by that clients tell it from a provider's own status."""
    return None if message.kind == MessageKind.NOTICE else other


def _request(message: Message, files: Sequence[Attachment]) -> RequestPart:
    options, content = message.options, _content(message, files)
    kept = options.get("adapter")
    business_process = tuple(each.encode() for each in options.get("business_process", ()))
    if kept and "metadata" in kept:
        said = normalised(kept["metadata"], REQUEST_METADATA)
        return request_part(Said(said, ""), content, business_process, kept.get("original"))
    code = _within(options.get("transaction_code"), LONG)
    mine = client_id_of(message)
    group = code.partition("|")[0][:SHORT] if code else None
    return RequestPart(
        client_id=mine,
        content=content,
        linked=LinkedGroup(mine, group) if group else None,
        eol=_moment(options.get("eol")),
        is_test=message.exchange.is_test,
        transaction_code=code,
        business_process=business_process,
    )


def _response(message: Message, asked: Message | None, files: Sequence[Attachment]) -> ResponsePart:
    details = message.details
    mine, theirs = client_id_of(message), _asked_id(message, asked)
    if message.kind == MessageKind.REJECTION:
        rejects = tuple(
            Reject(code if code in REJECTS else "FAILURE", text[:LONGEST])
            for code, text in details["reasons"]
        )
        return ResponsePart(mine, theirs, rejects=rejects)
    if message.kind == MessageKind.STATUS:
        pairs = tuple((str(key), str(value)) for key, value in details["parameters"])
        status = Status(str(details["code"]), details["description"][:LONGEST], pairs)
        return ResponsePart(mine, theirs, status=status)
    return ResponsePart(mine, theirs, content=_content(message, files))


def _notice(message: Message, asked: Message | None) -> ResponsePart | ErrorPart:
    details = message.details
    category, said = str(details.get("category", "")), str(details.get("description") or "")
    mine, theirs = client_id_of(message), _asked_id(message, asked)
    if category in REFUSED or "code" in details:
        return ErrorPart(
            mine,
            theirs,
            Fault(str(details.get("code") or category)[:SHORT], details.get("fault") or said or category),
            details=": ".join(each for each in (category, said) if each),
            at=_moment(message.options.get("sent_at")) or message.created_at,
        )
    told = ": ".join(each for each in (_TOLD.get(category, category), said) if each)
    return ResponsePart(mine, theirs, status=Status(_OWN_STATUS, told[:LONGEST]))


def _unsent(message: Message) -> ErrorPart:
    problem = message.problem or {}
    words = str(problem.get("text") or problem.get("ru") or "")
    return ErrorPart(
        str(uuid.uuid5(message.uid, "unsent")),
        client_id_of(message),
        Fault(str(problem.get("code") or problem.get("name") or "UNSENT")[:SHORT], words),
        details=words,
        at=message.settled_at,
        by_smev="code" in problem,
    )


def _asked_id(message: Message, asked: Message | None) -> str:
    if asked is not None:
        return client_id_of(asked)
    return message.exchange.message_id or str(message.exchange.uid)


def _content(message: Message, files: Sequence[Attachment]) -> Content:
    signature = message.personal_signature
    return Content(
        _element_of(bytes(message.content or b"")),
        None if signature is None else _element_of(bytes(signature)),
        _headers(message, files),
    )


def _element_of(octets: bytes) -> bytes:
    """Return the document's element alone: a declaration cannot stand inside another document."""
    if octets.startswith(b"<") and octets[1:2] not in {b"?", b"!"}:
        return octets
    root = parse(octets)
    return Source(octets, root).cut(root).octets


def _headers(message: Message, files: Sequence[Attachment]) -> tuple[AttachmentHeader, ...]:
    kept = message.options.get("adapter", {}).get("files")
    if kept:
        return attachment_headers(normalised({"attachmentHeader": kept}, HEADERS)["attachmentHeader"])
    return tuple(
        AttachmentHeader(
            path=each.name,
            id=file_id(each),
            passport_id=(each.header or {}).get("namespace"),
            pkcs7=None if each.pkcs7 is None else bytes(each.pkcs7),
            method=METHODS.get(Carrier(each.carrier)),
            archive=tuple(ArchivedFile(*named) for named in (each.header or {}).get("archive", ())),
        )
        for each in files
    )


def _uuid(value: str | None) -> str | None:
    return value if value and _UUID.fullmatch(value) else None


def _within(value: str | None, limit: int) -> str | None:
    return value if value and len(value) <= limit else None


def _moment(value: str | None) -> datetime | None:
    with suppress(ValueError):
        return read_time(value) if value else None
    return None
