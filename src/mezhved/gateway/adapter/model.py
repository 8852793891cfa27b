"""What the official adapter's clients say and hear, apart from how it is written: XML and JSON share it.

The names are those of the adapter's schema. Lengths and lists of allowed values are checked by `rules`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Criterion(StrEnum):
    """What a client's id stands for when messages are sought by it."""

    REQUEST_BY_REQUEST = "GET_REQUEST_BY_REQUEST_CLIENTID"
    RESPONSE_BY_REQUEST = "GET_RESPONSE_BY_REQUEST_CLIENTID"
    RESPONSE_BY_RESPONSE = "GET_RESPONSE_BY_RESPONSE_CLIENTID"


class Sought(StrEnum):
    """Which messages `Get` hands out."""

    REQUEST = "REQUEST"
    RESPONSE = "RESPONSE"


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file inside an archive that is attached."""

    name: str
    passport_id: str


@dataclass(frozen=True, slots=True)
class AttachmentHeader:
    """A file of a message: only its path is said, the file itself lies in the shared folder."""

    path: str
    id: str | None = None
    passport_id: str | None = None
    pkcs7: bytes | None = None
    method: str | None = None
    """MTOM: inside the message; REFERENCE: through the file store; None: by its size."""
    reusable: bool | None = None
    archive: tuple[ArchivedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """Business data with an official's signature and files; both XML parts stand on their own, UTF-8."""

    primary: bytes
    personal_signature: bytes | None = None
    attachments: tuple[AttachmentHeader, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkedGroup:
    """The request that came before in a business chain, and the chain that this one joins."""

    client_id: str | None = None
    group_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewGroup:
    """The public service for which a business chain begins."""

    service_code: str
    service_description: str | None = None
    recipient_description: str | None = None


@dataclass(frozen=True, slots=True)
class RecordRoute:
    """Where one record of a registry goes."""

    record_id: int
    general: bool
    dynamic: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """RoutingInformation: codes of recipients, identifiers of systems, records."""

    dynamic: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    records: tuple[RecordRoute, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestPart:
    """A request and what is said about it."""

    client_id: str
    content: Content
    linked: LinkedGroup | None = None
    group: NewGroup | None = None
    node_id: str | None = None
    eol: datetime | None = None
    is_test: bool | None = None
    transaction_code: str | None = None
    business_process: tuple[bytes, ...] = ()
    """Elements, each standing on its own, UTF-8."""
    route: Route | None = None
    original: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a request is refused."""

    code: str
    description: str


@dataclass(frozen=True, slots=True)
class Status:
    """An interim status of a request."""

    code: str
    description: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ResponsePart:
    """An answer: of content, rejects and status at most one is there; `kind` is for what is handed out."""

    client_id: str
    reply_to_client_id: str
    reply_to: str | None = None
    content: Content | None = None
    rejects: tuple[Reject, ...] = ()
    status: Status | None = None
    original: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Code and words of an error."""

    code: str
    description: str


@dataclass(frozen=True, slots=True)
class ErrorPart:
    """Why a message will not reach anybody."""

    client_id: str
    original_client_id: str
    fault: Fault
    details: str | None = None
    at: datetime | None = None
    by_smev: bool = True
    """SMEV refused (SERVER), or the gateway could not send (CLIENT)."""


@dataclass(frozen=True, slots=True)
class QueryPart:
    """A wish that SMEV be asked for what waits there."""

    client_id: str
    sought: Sought


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """What `Send` takes."""

    system: str
    part: RequestPart | ResponsePart | QueryPart
    reply_to_queue: str | None = None


@dataclass(frozen=True, slots=True)
class MessageQuery:
    """What `Get` takes."""

    system: str
    sought: Sought | None = None
    node_id: str | None = None
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Messages that the gateway stored from one moment to another."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class ByClientId:
    """Messages by an id that a client gave, or that the gateway gave to what came in."""

    client_id: str
    criterion: Criterion


@dataclass(frozen=True, slots=True)
class FindQuery:
    """What `Find` takes; without a `limit`, all that fit into one answer."""

    system: str
    by: Period | ByClientId
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class SmevMetadata:
    """What SMEV knows about a message."""

    message_id: str | None = None
    reference_message_id: str | None = None
    transaction_code: str | None = None
    original_message_id: str | None = None
    sender: str | None = None
    recipient: str | None = None
    reply_to: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A message as it is handed out; `kind` is PrimaryMessage, StatusMessage and so on, None for requests."""

    smev: SmevMetadata
    part: RequestPart | ResponsePart | ErrorPart
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class MessageResult:
    """What `Send` answers."""

    system: str
    message_id: str
