"""From a message of the outbox to the signed call that is sent, however often."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mezhved.gateway.errors import InvalidMessage
from mezhved.gateway.models import Attachment, Carrier, MessageKind
from mezhved.smev3.client import Attachment as WireAttachment
from mezhved.smev3.client import Outgoing
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.models import Message
    from mezhved.smev3.client import RequestOptions, Smev3Client


def compose(client: Smev3Client, message: Message) -> Outgoing:
    """Sign a message; raise `CannotSign`, `InvalidMessage`, or a `MezhvedError` of the client's."""
    kind, to = message.kind, message.exchange.reply_to
    files = [_file(each) for each in Attachment.objects.filter(message=message).order_by("number")]
    if kind == MessageKind.REQUEST:
        options = _options(message)
        options["attachments"] = files
        return client.prepare_request(_content(message), **options)
    if kind == MessageKind.ANSWER:
        return client.prepare_response(to, _content(message), attachments=files)
    if kind == MessageKind.REJECTION:
        reasons = [(code, text) for code, text in message.details["reasons"]]
        return client.prepare_rejection(to, *reasons)
    return client.prepare_status(
        to,
        message.details["code"],
        message.details["description"],
        [(name, value) for name, value in message.details["parameters"]],
    )


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
    if message.exchange.is_test:
        options["test"] = True
    return cast("RequestOptions", options)


def _file(row: Attachment) -> WireAttachment:
    if row.carrier == Carrier.STORE or row.octets is None:
        raise InvalidMessage(
            Text(ru="файл не помещается в сообщение", en="the file does not fit into the message"),
            where=Path(row.name).name,
        )
    pkcs7 = None if row.pkcs7 is None else bytes(row.pkcs7)
    return WireAttachment(f"file_{row.number}", row.mime_type, bytes(row.octets), pkcs7)
