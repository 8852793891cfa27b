"""Multipart, inline attachments, headers and dumps: whole or piece by piece, the answer is the same."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from mezhved.smev3 import dumps, mtom, soap
from mezhved.smev3.fragments import Source
from mezhved.smev3.messages import InvalidEnvelope, SendRequestRequest, SendResponseRequest, parse_operation
from mezhved.smev3.mtom import MalformedMultipart, MtomLimits, Spool
from mezhved.smev3.soap import MalformedEnvelope, SoapMessage
from mezhved.smev3.xml import MalformedXml
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.smev3.mtom import Parts

LIMITS = MtomLimits(octets=2**20, inlined=2**18, parts=64)
_SPOOL_MEMORY = 16


class Taken(NamedTuple):
    """A body taken apart, comparable."""

    root: bytes
    parts: dict[str, bytes]


def multipart(data: bytes) -> None:
    """Take the first line for the Content-Type; read the rest at once and in small pieces."""
    head, _, body = data.partition(b"\n")
    kind = head.decode("latin-1")
    whole = _taken(lambda _: mtom.read(kind, body, LIMITS))
    size = _piece(body)
    pieces = _taken(lambda spool: mtom.receive(kind, _by_pieces(body, size), spool, LIMITS))
    assert whole == pieces
    if whole is not None:
        with suppress(MalformedMultipart):
            mtom.inline(mtom.read(kind, body, LIMITS), LIMITS)


def inline_document(data: bytes) -> None:
    """Take attachments out of a document at once, in pieces, and leave them in: they stay the same."""
    whole = _taken(lambda spool: mtom.divert(_by_pieces(data, len(data) or 1), spool, LIMITS))
    size = _piece(data)
    pieces = _taken(lambda spool: mtom.divert(_by_pieces(data, size), spool, LIMITS))
    assert whole == pieces
    if whole is None:
        return
    diverted = _attached(lambda: soap.read_parts(mtom.Parts(whole.root, whole.parts)))
    assert diverted == _attached(lambda: soap.read("text/xml", data))


def headers(data: bytes) -> None:
    """Read a Content-Type and a header block."""
    mtom.parse_content_type(data.decode("latin-1"))
    with suppress(MalformedMultipart):
        mtom.parse_headers(data, LIMITS)


def dump(data: bytes) -> None:
    """Read what people keep of an exchange."""
    with suppress(MezhvedError):
        dumps.read_dump(data)


def _taken(read: Callable[[Spool], Parts]) -> Taken | None:
    with Spool(memory=_SPOOL_MEMORY) as spool:
        try:
            parts = read(spool)
        except MalformedMultipart:
            return None
        return Taken(parts.root, {name: bytes(part) for name, part in parts.parts.items()})


def _piece(body: bytes) -> int:
    """Return a size of pieces that differs from input to input; there are never many hundreds of them."""
    return max(1 + len(body) % 11, len(body) // 300)


def _by_pieces(body: bytes, size: int) -> Callable[[int], bytes]:
    stream = io.BytesIO(body)
    return lambda count: stream.read(min(size, count))


def _attached(read: Callable[[], SoapMessage]) -> tuple[object, ...] | None:
    """Return the signed data and the attachments of a call; None for what is none."""
    try:
        message = read()
        operation = parse_operation(message.body, Source(message.octets, message.root))
        if not isinstance(operation, (SendRequestRequest, SendResponseRequest)):
            return (type(operation),)
        parts = {name: bytes(part) for name, part in message.parts.parts.items()}
        files = [(each.content_id, each.resolved(parts).octets) for each in operation.attachments]
    except (MalformedXml, MalformedEnvelope, MalformedMultipart, InvalidEnvelope):
        return None
    return operation.data_octets, operation.caller_signature, files
