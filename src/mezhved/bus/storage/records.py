"""What goes into the store and comes out of it.

All times are integer microseconds since the epoch, UTC. Business data and signatures are
the bytes that came on the wire and are never parsed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


class Box(IntEnum):
    """The kinds of incoming queue that a system has (MR 3.3 section 2.5)."""

    REQUESTS = 1
    RESPONSES = 2
    STATUS = 3


class Kind(IntEnum):
    """What a message is; SYSTEM is an asynchronous notice made by the bus itself.

    BROADCAST is a request of a broadcast type: to every subscriber, never answered (MR 3.3 section 2.3).
    """

    REQUEST = 1
    RESPONSE = 2
    SYSTEM = 3
    BROADCAST = 4


class State(IntEnum):
    """Where a message stands, or one recipient's share of it; all but QUEUED and RECEIVED are final.

    RECEIVED has its receipt but is not yet in the queue, or not yet in every one: see `Work`.
    """

    QUEUED = 1
    DELIVERED = 2
    REFUSED = 3
    EXPIRED = 4
    RECEIVED = 5


class EventKind(IntEnum):
    """What happened to a message besides the times that it carries itself."""

    REFUSED = 1
    EXPIRED = 2
    REDELIVERED = 3
    NOT_ACCEPTED = 4


@dataclass(frozen=True, slots=True)
class Queue:
    """Address of one queue: its owner (system id), the box, and the node ("" = the common one)."""

    owner: int
    box: Box
    node: str = ""


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """One attachment that came inside the message: `octets` in its row, or a large one in a store of blobs.

    `blob` is then the key there, and `blob_size` the number of octets.
    """

    content_id: str
    mime_type: str
    octets: bytes
    blob: str = ""
    blob_size: int = 0

    @property
    def size(self) -> int:
        """Return the number of octets, wherever they lie."""
        return self.blob_size if self.blob else len(self.octets)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message as it is accepted; `sender` None is the bus itself, `eol` 0 is "no end of life".

    `recipient` is None for a message to many. A hand-out lasts `lease_factor` times the usual term.
    """

    message_id: UUID
    kind: Kind
    version: str
    sender: int | None
    recipient: int | None
    type_id: int | None
    root_namespace: str
    root_name: str
    original_id: UUID | None
    reference_id: UUID | None
    transaction_code: str
    node: str
    eol: int
    accepted_at: int
    reply_to: str
    data: bytes
    signature: bytes
    attachments: tuple[StoredAttachment, ...] = ()
    test: bool = False
    lease_factor: int = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """A queued message in somebody's hands: `pk` is its place in the queue, `leases` counts hand-outs.

    `many` says that the message has other recipients, each with a delivery of its own.
    """

    pk: int
    queue: Queue
    message: NewMessage
    leases: int
    many: bool = False

    @property
    def accepted_at(self) -> int:
        """When the bus accepted the message."""
        return self.message.accepted_at


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """What is known of a message, without its content (see `Store.content`).

    `first_leased_at`, `finished_at` and `leases` are 0 until they happen; the first and the last are
    written when the message leaves its queue. `answer_id` names the system response that a refused or
    expired message was answered with. `recipients` is 0 for a message to one recipient; else it is how
    many there are (see `Store.recipients`), and the message is finished when the last of them is.
    """

    pk: int
    message_id: UUID
    kind: Kind
    version: str
    sender: int | None
    recipient: int | None
    type_id: int | None
    root_namespace: str
    root_name: str
    original_id: UUID | None
    reference_id: UUID | None
    transaction_code: str
    node: str
    eol: int
    accepted_at: int
    reply_to: str
    test: bool
    lease_factor: int
    recipients: int
    state: State
    first_leased_at: int
    finished_at: int
    leases: int
    reason: str
    answer_id: UUID | None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class RecipientDelivery:
    """How a message stands with one recipient (its system's id).

    `leased_until` is 0 unless the message was handed out and is not acknowledged; `reason` says why it
    was refused.
    """

    owner: int
    state: State
    leased_until: int
    first_leased_at: int
    finished_at: int
    leases: int
    reason: str


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a message as they came."""

    data: bytes
    signature: bytes
    attachments: tuple[StoredAttachment, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a message's history; `owner` is whose queue it happened in, 0 for nobody's."""

    at: int
    kind: EventKind
    detail: str
    owner: int


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How many messages of one queue are not acknowledged yet, leased ones included."""

    box: Box
    node: str
    pending: int


@dataclass(frozen=True, slots=True)
class QueueLength:
    """How many messages a system has in a box, all nodes together, and the age of the oldest."""

    owner: int
    box: Box
    pending: int
    oldest_seconds: float
