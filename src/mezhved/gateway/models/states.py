"""The words of the gateway's tables: kinds and states, as they are kept."""

from __future__ import annotations

from django.db.models import TextChoices


class Environment(TextChoices):
    """Which contour of SMEV an address belongs to; nothing ever passes between the two."""

    TEST = "test"
    PRODUCTION = "production"


class KeyPurpose(TextChoices):
    """What a key signs for: the organisation (EP-OV) or an official (EP-SP)."""

    ORGANISATION = "organisation"
    OFFICIAL = "official"


class Direction(TextChoices):
    """Who asked: `OUT`, this gateway's system; `IN`, another participant. For a message: who sent it."""

    OUT = "out"
    IN = "in"


class ExchangeState(TextChoices):
    """Where a request with all its answers stands."""

    DRAFT = "draft"
    """Kept, not to be sent yet: something is missing, such as an official's signature."""
    SENDING = "sending"
    """Taken; the request is on its way to SMEV."""
    WAITING = "waiting"
    """SMEV has the request; no final answer yet."""
    ANSWERED = "answered"
    REJECTED = "rejected"
    """The provider refused, with a code and words of its own."""
    FAULTED = "faulted"
    """SMEV refused, at once or afterwards, or could not deliver."""
    UNSENT = "unsent"
    """It could not be sent in time."""
    CANCELLED = "cancelled"
    NEW = "new"
    """An incoming request that nobody has taken."""
    IN_WORK = "in_work"
    ANSWERING = "answering"
    """An answer to an incoming request is on its way."""
    NO_ANSWER = "no_answer"
    """An incoming message that wants none (broadcast)."""


class MessageKind(TextChoices):
    """What a message is."""

    REQUEST = "request"
    ANSWER = "answer"
    REJECTION = "rejection"
    STATUS = "status"
    """An interim status of the provider."""
    NOTICE = "notice"
    """A system response of SMEV: an asynchronous status or refusal."""


class MessageState(TextChoices):
    """Where one message stands; the first six are the official adapter's own words."""

    DRAFT = "DRAFT"
    SENDING = "SENDING"
    SENT = "SENT"
    UNSENT = "UNSENT"
    RECEIVED = "RECEIVED"
    READ = "READ"
    CANCELLED = "CANCELLED"
    DISTRUSTED = "DISTRUSTED"
    """It came without SMEV's right signature: kept for inspection, acknowledged as not accepted."""


class SmevState(TextChoices):
    """What SMEV says of a message that it has: its status categories in plain words."""

    QUEUED = "queued"
    """Taken; SMEV has not checked it to the end."""
    ACCEPTED = "accepted"
    """Checked; on its way to the other side."""
    DELIVERED = "delivered"
    """The other side has it."""
    REJECTED = "rejected"
    """SMEV's checks refused it."""
    UNDELIVERABLE = "undeliverable"
    """SMEV found nobody to give it to in time."""


class Carrier(TextChoices):
    """How a file travels."""

    MESSAGE = "message"
    """Inside the message (MTOM), 5 MiB at most in all."""
    STORE = "store"
    """Through SMEV's file store, 1 GiB at most in all."""


class StepKind(TextChoices):
    """One step of a message's life of which the raw octets are kept."""

    CALL = "call"
    """The signed call, as it is sent."""
    RECEIPT = "receipt"
    """SMEV's signed answer to it."""
    FAULT = "fault"
    """SMEV's refusal of it."""
    RECEIVED = "received"
    """A message as it was handed out."""
    ACK = "ack"
    """The signed acknowledgement."""
    FORGOTTEN = "forgotten"
    """The trace of a deletion: what of the exchange is deleted, its term being over."""
