"""What an official is given to be signed: octets and digests, and the data to be read before signing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.gateway.errors import Conflict, InvalidMessage
from mezhved.gateway.files import open_file
from mezhved.gateway.models import Attachment, MessageKind, MessageState
from mezhved.gateway.outbox.personal import identified
from mezhved.gost import Certificate, Digest, KeyAlgorithm, hash_content, signed_attributes
from mezhved.smev3 import signature
from mezhved.smev3.client import with_identifier
from mezhved.smev3.xml import parse
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Message
    from mezhved.smev3.signature import SignedInfo


@dataclass(frozen=True, slots=True)
class FileToSign:
    """A file: its hash of the key's algorithm, and the attributes whose hash a detached CMS signs.

    A plug-in that makes the whole CMS needs the hash alone.
    """

    number: int
    name: str
    mime_type: str
    size: int
    digest: bytes
    attributes: bytes
    attributes_digest: bytes


@dataclass(frozen=True, slots=True)
class ToBeSigned:
    """`signed_info` are the exact octets to be signed, `digest` their hash; `content` is to be shown.

    A plug-in that makes the whole ds:Signature is given `content` and signs the element of `content_id`.
    """

    message: Message
    algorithm: KeyAlgorithm
    content: bytes
    content_id: str
    content_digest: bytes
    signed_info: bytes
    digest: bytes
    files: tuple[FileToSign, ...]


def to_be_signed(
    gateway: Gateway, message: Message, algorithm: KeyAlgorithm = KeyAlgorithm.GOST2012_256
) -> ToBeSigned:
    """Return what a key of the algorithm has to sign; the same however often it is asked, but for files.

    A file's attributes hold the moment of asking: give those that were signed back. Raises `Conflict` for
    what is no draft, `InvalidMessage` where the type's schema has no room for the Id that is needed.
    """
    demand_draft(message)
    content, info = content_to_sign(gateway, message, algorithm)
    now = gateway.clock()
    files = tuple(
        _file(gateway, each, algorithm, now)
        for each in Attachment.objects.filter(message=message).order_by("number")
    )
    return ToBeSigned(
        message=message,
        algorithm=algorithm,
        content=content,
        content_id=parse(content).get("Id") or "",
        content_digest=info.content_digest,
        signed_info=info.octets,
        digest=info.digest,
        files=files,
    )


def content_to_sign(gateway: Gateway, message: Message, algorithm: KeyAlgorithm) -> tuple[bytes, SignedInfo]:
    """Return the business data with the Id that its signature names, and the SignedInfo over it."""
    content = signable(gateway, message)
    try:
        return content, signature.signed_info(parse(content), algorithm, gateway.provider)
    except MezhvedError as error:
        raise InvalidMessage(error.what, where=error.where, cure=error.cure) from error


def signable(gateway: Gateway, message: Message) -> bytes:
    """Return the message's business data, an Id put in if it has none and the schema allows it."""
    own = bytes(message.content or b"")
    kind = message.exchange.type
    if kind is None:
        return with_identifier(own)
    return identified(gateway, kind, MessageKind(message.kind), own)


def file_digest(gateway: Gateway, row: Attachment, digest: Digest) -> bytes:
    """Return a file's hash of any algorithm, read in pieces where it is not known."""
    if digest is Digest.STREEBOG256 and row.digest:
        return bytes(row.digest)
    with open_file(gateway, row) as content:
        return hash_content(content, (digest,), gateway.provider)[digest]


def demand_draft(message: Message) -> None:
    """Raise `Conflict` unless the message is held and may be signed."""
    signable_kind = message.kind in {MessageKind.REQUEST, MessageKind.ANSWER}
    if message.state == MessageState.DRAFT and signable_kind:
        return
    raise Conflict(
        Text(
            ru="сообщение не ждёт подписи: оно уже отправляется, отменено или не подписывается лицом",
            en="the message waits for no signature: it is on its way, called off, or signed by no person",
        ),
        where=str(message.uid),
    )


def _file(gateway: Gateway, row: Attachment, algorithm: KeyAlgorithm, now: datetime) -> FileToSign:
    digest = file_digest(gateway, row, algorithm.digest)
    attributes = signed_attributes(digest, at=now)
    return FileToSign(
        number=row.number,
        name=row.name,
        mime_type=row.mime_type,
        size=row.size,
        digest=digest,
        attributes=attributes,
        attributes_digest=gateway.provider.digest(algorithm.digest, attributes),
    )


def certificate_of(octets: bytes) -> Certificate:
    """Read a certificate that came from outside; raise `InvalidMessage`."""
    try:
        return Certificate.parse(octets)
    except MezhvedError as error:
        raise InvalidMessage(error.what, where="certificate") from error
