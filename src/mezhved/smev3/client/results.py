"""What the client's calls return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from mezhved.gost import Certificate
    from mezhved.smev3.client.trust import Judgement
    from mezhved.smev3.messages import (
        ArchivedFile,
        AsyncProcessingStatus,
        MessageMetadata,
        RefAttachmentHeader,
        Request,
        Response,
    )
    from mezhved.smev3.signature import SignatureResult

Message = TypeVar("Message", "Request", "Response")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call ready to be sent, to be kept and sent again octet for octet until it is answered.

    `message_id` is empty for calls that carry none; of an Ack it is the message that is let go.
    """

    operation: str
    message_id: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer as it came over HTTP: what to keep when a signature has to be shown later."""

    content_type: str
    body: bytes

    def dump(self) -> bytes:
        """Return what to put into a file: the envelope, or a MIME message with its Content-Type in front."""
        if not self.content_type.lower().startswith("multipart/"):
            return self.body
        return f"Content-Type: {self.content_type}\r\n\r\n".encode() + self.body


@dataclass(frozen=True, slots=True)
class Receipt:
    """SMEV has the message.

    `already_sent`: SMEV had it before (MessageIsAlreadySent), so there is no metadata and no signature.
    `attempts` counts the calls that were made.
    """

    message_id: str
    attempts: int
    already_sent: bool = False
    metadata: MessageMetadata | None = None
    smev: Judgement | None = None
    raw: RawAnswer | None = None


@dataclass(frozen=True, slots=True)
class ReceivedAttachment:
    """A file that came with a message; `pkcs7` is its detached signature, DER.

    `sender` is the certificate of the message's sender: signatures of files may carry none of their own.
    """

    content_id: str
    mime_type: str
    octets: bytes
    pkcs7: bytes | None
    namespace_uri: str | None = None
    archive: tuple[ArchivedFile, ...] = ()
    sender: Certificate | None = None


@dataclass(frozen=True, slots=True)
class Received(Generic[Message]):
    """A message handed out by SMEV: store it, then acknowledge it.

    `smev` judges SMEV's signature over the whole message, `sender_signature` the sender's own over its
    data; the latter is absent where sender and recipient speak different versions. `personal_signature`
    is the official's over the business data, if there is one. `file_headers` describe the files that lie in
    the file store, to be fetched by `message.fs_attachments`.
    """

    message: Message
    attachments: tuple[ReceivedAttachment, ...]
    smev: Judgement
    sender_signature: SignatureResult | None
    personal_signature: SignatureResult | None
    raw: RawAnswer
    file_headers: tuple[RefAttachmentHeader, ...] = ()

    @property
    def message_id(self) -> str:
        """What to acknowledge: MessageMetadata/MessageId, else the sender's MessageID, which equals it."""
        return self.message.metadata.message_id or self.message.data.message_id


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """SMEV let the message go; `repeated`: an earlier attempt of the same call had done it already."""

    message_id: str
    accepted: bool
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class StatusNotice:
    """A notice out of the status queue."""

    status: AsyncProcessingStatus
    smev: Judgement
    raw: RawAnswer
