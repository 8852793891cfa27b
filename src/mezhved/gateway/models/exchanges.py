"""Exchanges: a request with everything that answers it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from mezhved.gateway.models.connections import InformationSystem
from mezhved.gateway.models.fields import (
    binary,
    content_key,
    count,
    flag,
    json_value,
    moment,
    optional_binary,
    optional_moment,
    optional_text,
    text,
)
from mezhved.gateway.models.states import (
    Carrier,
    Direction,
    ExchangeState,
    MessageKind,
    MessageState,
    SmevState,
)
from mezhved.gateway.models.types import InformationType

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from mezhved.gateway.models.departments import Department
    from mezhved.gateway.models.journal import Step

OPEN_STATES = (
    ExchangeState.DRAFT,
    ExchangeState.SENDING,
    ExchangeState.WAITING,
    ExchangeState.NEW,
    ExchangeState.IN_WORK,
    ExchangeState.ANSWERING,
)


class Exchange(models.Model):
    """A request and all its answers; `uid` is its name outside."""

    if TYPE_CHECKING:
        system_id: int
        type_id: int | None
        department_id: int | None
        account_id: int | None

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem, on_delete=models.PROTECT, related_name="exchanges", db_index=False
    )
    direction = text(3, choices=Direction.choices)
    type: models.ForeignKey[InformationType | None, InformationType | None] = models.ForeignKey(
        InformationType, on_delete=models.PROTECT, null=True, related_name="exchanges", db_index=False
    )
    """None for an incoming request of a type that was never added."""
    state = text(16, choices=ExchangeState.choices)
    is_test = flag(default=False)
    """TestMessage of the request."""
    environment = text(16, blank=True, default="")
    """The contour it was taken for, or came from: it is never sent into another."""
    message_id = text(36, blank=True, default="")
    """MessageID of the request; empty until it is signed."""
    counterpart = text(64, blank=True, default="")
    """Mnemonic of the other side, where it is known."""
    counterpart_name = text(500, blank=True, default="")
    reply_to = text(4000, blank=True, default="")
    """Where answers to an incoming request go, as SMEV wrote it."""
    author = text(150, blank=True, default="")
    """Who asked: the token's name, the account, the folder."""
    case_number = text(100, blank=True, default="")
    """The office's own number of the case, as `mezhved.gateway.cases` keeps it; SMEV never gets it."""
    department: models.ForeignKey[Department | None, Department | None] = models.ForeignKey(
        "gateway.Department", on_delete=models.SET_NULL, null=True, related_name="exchanges", db_index=False
    )
    """Whose work an incoming request is; who asked, of an own one of a person."""
    executor = text(150, blank=True, default="")
    """The person, or the participant's system, that works on it."""
    account: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    """The account of that person, where there is one."""
    routing = json_value(null=True)
    """Which rule decided and why: rule, because (pairs of Russian and English)."""
    created_at = moment()
    term = text(16, blank=True, default="")
    """The length of the term, as in `mezhved.gateway.provider.spans`."""
    due_at = optional_moment()
    paused_at = optional_moment()
    """Since when the term stands still, while the asker is waited for."""
    closed_at = optional_moment()
    is_overdue = flag(default=False)
    """An own request whose term went by without an answer; one may still come."""
    forgotten_at = optional_moment()
    """When its personal data were deleted, their term being over; None again when something came since."""

    class Meta:
        """Table and the indexes of the lists that people open.

        Foreign keys have no index of their own where one that begins with them serves a list: every change
        of a state writes every index anew.
        """

        db_table = "gateway_exchange"
        indexes: ClassVar = [
            models.Index(fields=["-created_at"], name="gateway_exchange_journal"),
            models.Index(fields=["direction", "-created_at"], name="gateway_exchange_list"),
            models.Index(fields=["system", "direction", "message_id"], name="gateway_exchange_message_id"),
            models.Index(fields=["type", "-created_at"], name="gateway_exchange_type"),
            models.Index(fields=["department", "state"], name="gateway_exchange_work"),
            models.Index(
                fields=["department", "direction", "-created_at"], name="gateway_exchange_of_office"
            ),
            models.Index(fields=["state", "direction", "-created_at"], name="gateway_exchange_state"),
            models.Index(
                fields=["counterpart", "-created_at"],
                name="gateway_exchange_counterpart",
                condition=~models.Q(counterpart=""),
            ),
            models.Index(
                fields=["case_number", "-created_at"],
                name="gateway_exchange_case",
                condition=~models.Q(case_number=""),
            ),
            models.Index(
                fields=["executor", "-created_at"],
                name="gateway_exchange_executor",
                condition=~models.Q(executor=""),
            ),
            models.Index(
                fields=["account", "-created_at"],
                name="gateway_exchange_account",
                condition=models.Q(account__isnull=False),
            ),
            models.Index(
                fields=["direction", "-created_at"],
                name="gateway_exchange_test",
                condition=models.Q(is_test=True),
            ),
            models.Index(
                fields=["due_at"],
                name="gateway_exchange_due",
                condition=models.Q(state__in=OPEN_STATES, due_at__isnull=False),
            ),
            models.Index(
                fields=["type", "closed_at"],
                name="gateway_exchange_forget",
                condition=models.Q(forgotten_at__isnull=True, closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class Message(models.Model):
    """One message of an exchange, going out or come in."""

    if TYPE_CHECKING:
        exchange_id: int
        system_id: int
        call_id: int | None

    uid: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(default=uuid.uuid4, unique=True)
    exchange: models.ForeignKey[Exchange, Exchange] = models.ForeignKey(
        Exchange, on_delete=models.CASCADE, related_name="messages"
    )
    system: models.ForeignKey[InformationSystem, InformationSystem] = models.ForeignKey(
        InformationSystem, on_delete=models.PROTECT, related_name="messages"
    )
    direction = text(3, choices=Direction.choices)
    kind = text(16, choices=MessageKind.choices)
    state = text(16, choices=MessageState.choices)
    client_id = optional_text(200)
    """The caller's own id: what is given twice is taken once."""
    client_digest = text(64, blank=True, default="")
    """SHA-256 of what was given under the caller's id, hexadecimal."""
    message_id = optional_text(36)
    content = optional_binary()
    """The business data: XML octets."""
    details = json_value(default=dict)
    """Codes and texts of a rejection or status; verdicts on the signatures of what came in."""
    options = json_value(default=dict)
    """What else the sender said: eol, transaction_code, reference_message_id, test, routing..."""
    personal_signature = optional_binary()
    """An official's signature element that was made elsewhere, XML octets."""
    call: models.ForeignKey[Step | None, Step | None] = models.ForeignKey(
        "gateway.Step", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    """The signed call: what is sent, however often."""
    attempts = count(default=0)
    missed = count(default=0)
    """Attempts that certainly did not reach SMEV; while all of them did not, nobody has the message."""
    needs_upload = flag(default=False)
    """Its files have to go into SMEV's file store before it is signed."""
    smev_state = text(16, choices=SmevState.choices, blank=True, default="")
    """What SMEV said of it last, in plain words."""
    send_after = optional_moment()
    """When it is to be sent, or sent again; None when nothing is to be sent."""
    lease_owner = text(64, blank=True, default="")
    leased_until = optional_moment()
    problem = json_value(null=True)
    """Why it was not sent or what SMEV refused: code, ru, en, cure_ru, cure_en."""
    created_at = moment()
    settled_at = optional_moment()
    """When it was sent (or given up), or when it came in."""
    unread_since = optional_moment()
    """Since when it waits for the adapter's `Get`: what came in, and what could not be sent."""

    class Meta:
        """Table: the caller's id and the MessageID are each one message of a system."""

        db_table = "gateway_message"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "client_id"], name="gateway_message_client_id"),
            models.UniqueConstraint(
                fields=["system", "direction", "message_id"], name="gateway_message_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["send_after"],
                name="gateway_message_to_send",
                condition=models.Q(send_after__isnull=False),
            ),
            models.Index(
                fields=["system", "id"],
                name="gateway_message_unread",
                condition=models.Q(unread_since__isnull=False),
            ),
            models.Index(fields=["system", "created_at"], name="gateway_message_stored"),
            models.Index(
                fields=["exchange"],
                name="gateway_message_new",
                condition=models.Q(state=MessageState.RECEIVED, direction=Direction.IN),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class Attachment(models.Model):
    """A file of a message."""

    if TYPE_CHECKING:
        message_id: int

    message: models.ForeignKey[Message, Message] = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="attachments"
    )
    number = count()
    name = text(255)
    """As people know it; never a path."""
    mime_type = text(255)
    carrier = text(8, choices=Carrier.choices)
    size: models.BigIntegerField[int, int] = models.BigIntegerField()
    octets = optional_binary()
    """A small file's content; a larger one lies in the gateway's folder under `blob`."""
    blob = content_key()
    pkcs7 = optional_binary()
    digest = binary(default=b"")
    """GOST R 34.11-2012 (256 bits) of the content."""
    wire_name = text(255, blank=True, default="")
    """Its contentId in the message, or its UUID in the file store."""
    reference = json_value(null=True)
    """Header of a file that lies in the file store already."""
    header = json_value(null=True)
    """What its header says beside: `uuid` wanted in the file store, `namespace`, `archive` (1.3)."""
    is_sound: models.BooleanField[bool | None, bool | None] = models.BooleanField(null=True)
    """Whether its own signature is right; None where it has none."""

    class Meta:
        """Table."""

        db_table = "gateway_attachment"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "number"], name="gateway_attachment_once")
        ]

    def __str__(self) -> str:
        return self.name
