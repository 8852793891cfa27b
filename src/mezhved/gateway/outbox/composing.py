"""From a message of the outbox to the signed call that is sent, however often."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from mezhved.gateway.files import header_of, open_file, parts_of
from mezhved.gateway.models import Carrier, MessageKind
from mezhved.gateway.outbox.personal import server_official
from mezhved.smev3.client import Attachment as WireAttachment
from mezhved.smev3.client import Outgoing
from mezhved.smev3.fragments import Fragment
from mezhved.smev3.ids import message_time
from mezhved.smev3.messages import RecordRouting, RoutingInformation

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Attachment, Message
    from mezhved.smev3.client import RequestOptions, Smev3Client


STALE = timedelta(hours=12)
"""A MessageID older than this is made anew: SMEV takes none older than a day, and sending takes its time."""


def compose(gateway: Gateway, client: Smev3Client, message: Message, files: list[Attachment]) -> Outgoing:
    """Sign a message with its files; raise `CannotSign`, `BlobStoreError`, or an error of the client's."""
    kind, to = message.kind, message.exchange.reply_to
    identifier = _identifier(message, gateway.clock())
    inside = [_file(gateway, each) for each in files if each.carrier == Carrier.MESSAGE]
    references = [header_of(each) for each in files if each.carrier == Carrier.STORE]
    if kind == MessageKind.REQUEST:
        options = _options(message)
        options["attachments"], options["references"] = inside, references
        return client.prepare_request(_content(message), **options, **_given(gateway, message, identifier))
    if kind == MessageKind.ANSWER:
        given = _given(gateway, message, identifier)
        content = _content(message)
        return client.prepare_response(to, content, attachments=inside, references=references, **given)
    if kind == MessageKind.REJECTION:
        reasons = [(code, text) for code, text in message.details["reasons"]]
        return client.prepare_rejection(to, *reasons, message_id=identifier)
    return client.prepare_status(
        to,
        message.details["code"],
        message.details["description"],
        [(name, value) for name, value in message.details["parameters"]],
        message_id=identifier,
    )


def _identifier(message: Message, now: datetime) -> str | None:
    """Return the MessageID that the message got when it was taken; None: make a new one."""
    taken = message.message_id
    return taken if taken is not None and now - message_time(UUID(taken)) < STALE else None


def _given(gateway: Gateway, message: Message, identifier: str | None) -> Any:
    """Return what requests and answers share, where it is there."""
    given: dict[str, Any] = {}
    if identifier is not None:
        given["message_id"] = identifier
    if message.personal_signature is not None:
        given["personal_signature"] = bytes(message.personal_signature)
    official = server_official(gateway, message)
    if official is not None:
        given["official"] = official
    return given


def _content(message: Message) -> bytes:
    return bytes(message.content or b"")


def _options(message: Message) -> RequestOptions:
    said, options = message.options, {}
    for name in ("transaction_code", "reference_message_id"):
        if said.get(name):
            options[name] = said[name]
    node = said.get("node_id") or message.system.node_id
    if node:
        options["node_id"] = node
    if said.get("eol"):
        options["eol"] = datetime.fromisoformat(said["eol"])
    if said.get("routing"):
        options["routing"] = _routing(said["routing"])
    if said.get("business_process"):
        options["business_process"] = [Fragment(each.encode()) for each in said["business_process"]]
    if message.exchange.is_test:
        options["test"] = True
    return cast("RequestOptions", options)


def _routing(said: dict[str, Any]) -> RoutingInformation:
    records = (
        RecordRouting(
            each["record_id"],
            each["general"],
            tuple(each.get("dynamic", ())),
            tuple(each.get("identifiers", ())),
        )
        for each in said.get("records", ())
    )
    return RoutingInformation(
        dynamic=tuple(said.get("dynamic", ())),
        identifiers=tuple(said.get("identifiers", ())),
        records=tuple(records),
    )


def _file(gateway: Gateway, row: Attachment) -> WireAttachment:
    pkcs7 = None if row.pkcs7 is None else bytes(row.pkcs7)
    with open_file(gateway, row) as content:
        octets = content.read()
    return WireAttachment(f"file_{row.number}", row.mime_type, octets, pkcs7, **parts_of(row))
