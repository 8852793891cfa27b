"""What calls give and get, as the OpenAPI document shows it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mezhved.gateway.models import (
    Carrier,
    Direction,
    ExchangeState,
    MessageKind,
    MessageState,
    StepKind,
)
from mezhved.gateway.rest.kinds import CaseNumber, Code, Line, Moment, Name, Node, Words


class Given(BaseModel):
    """What a caller gives: strictly what is described."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Flaw(BaseModel):
    """One thing wrong. `path` is a JSON pointer into the body, a path of elements in XML, `query.name`."""

    path: str
    text: str
    cure: str


class ProblemOut(BaseModel):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Flaw]


class RequestIn(Given):
    """A request to be sent: `content` by the type's JSON Schema, or `xml` by its XSD, exactly one of them."""

    type: Code | None = Field(None, description="Code of the information type; with xml it may be left out.")
    system: Name | None = Field(
        None, description="Mnemonic of the system that asks; may be left out where the token has one only."
    )
    test: bool = Field(False, description="TestMessage: a test of the provider's.")  # noqa: FBT003
    client_id: Name | None = Field(
        None, description="The caller's own id: the same again is taken once, something else under it is 409."
    )
    eol: Moment | None = Field(None, description="Until when SMEV tries to deliver it.")
    transaction_code: Line | None = None
    reference_message_id: uuid.UUID | None = None
    node_id: Node | None = None
    case_number: CaseNumber = Field(
        "", description="The office's own number of the case, to find it by; SMEV does not get it."
    )
    hold: bool = Field(False, description="Keep it as a draft until it is released.")  # noqa: FBT003
    sign: bool = Field(False, description="Keep it as a draft that an official has to sign.")  # noqa: FBT003
    content: dict[str, Any] | None = None
    xml: str | None = Field(None, min_length=1)


class AnswerIn(Given):
    """A final answer: `content` by the type's JSON Schema, or `xml` by its XSD, exactly one of them."""

    client_id: Name | None = None
    hold: bool = False
    sign: bool = False
    content: dict[str, Any] | None = None
    xml: str | None = Field(None, min_length=1)


class ReasonIn(Given):
    """Why it is refused: a code of SMEV's and words of up to 4000 characters."""

    code: Literal["ACCESS_DENIED", "NO_DATA", "UNKNOWN_REQUEST_DESCRIPTION", "FAILURE"]
    text: Words


class RefusalIn(Given):
    """A final refusal."""

    reasons: list[ReasonIn] = Field(min_length=1, max_length=20)
    client_id: Name | None = None


class ParameterIn(Given):
    """One parameter of an interim status."""

    name: Name
    value: Line


class StatusIn(Given):
    """An interim status; what its codes mean is said by the type's passport."""

    code: int = Field(ge=0, le=2147483647)
    description: Words
    parameters: list[ParameterIn] = Field(default_factory=list, max_length=100)
    client_id: Name | None = None


class Trouble(BaseModel):
    """Why something was not sent, or what SMEV refused."""

    code: str
    text: str
    cure: str


class FileOut(BaseModel):
    """A file of a message; `digest` is GOST R 34.11-2012 (256 bits), hexadecimal."""

    number: int
    name: str
    mime_type: str
    size: int
    digest: str
    carrier: Carrier
    is_sound: bool | None = Field(description="Whether its signature and digest are right; null: not signed.")
    has_signature: bool
    url: str


class Details(BaseModel):
    """What a refusal, an interim status or a notice of SMEV says."""

    reasons: list[list[str]] | None = None
    code: int | str | None = None
    category: str | None = None
    description: str | None = None
    fault: str | None = None
    parameters: list[list[str]] | None = None


class MessageOut(BaseModel):
    """One message of an exchange; its business data as XML and as JSON side by side."""

    model_config = ConfigDict(populate_by_name=True)

    id: uuid.UUID
    direction: Direction
    kind: MessageKind
    state: MessageState
    client_id: str | None
    message_id: str | None
    created_at: datetime
    settled_at: datetime | None
    xml: str | None
    as_json: dict[str, Any] | None = Field(None, alias="json")
    details: Details
    files: list[FileOut]
    problem: Trouble | None


class ExchangeLine(BaseModel):
    """An exchange as lists show it."""

    id: uuid.UUID
    system: str
    direction: Direction
    type: str | None
    state: ExchangeState
    state_text: str
    test: bool
    message_id: str
    counterpart: str
    counterpart_name: str
    department: str
    executor: str
    author: str
    case_number: str
    created_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


class ExchangeOut(ExchangeLine):
    """An exchange with its messages; `answer_id` names the final answer or refusal among them."""

    answer_id: uuid.UUID | None
    problem: Trouble | None
    messages: list[MessageOut]


class ExchangePage(BaseModel):
    """A page of a list; `next` is the cursor of the page after it."""

    items: list[ExchangeLine]
    next: str | None


class Taken(BaseModel):
    """What was taken to be sent."""

    id: uuid.UUID
    message: uuid.UUID
    client_id: str | None
    state: ExchangeState
    state_text: str
    created_at: datetime


class StepOut(BaseModel):
    """A raw step; `position` and `link` are its place in the journal's hash chain, once sealed."""

    id: int
    message: uuid.UUID | None
    kind: StepKind
    at: datetime
    content_type: str
    size: int | None = Field(description="null: deleted when its term was over.")
    digest: str
    position: int | None
    link: str | None
    url: str


class SignatureOut(BaseModel):
    """One signature: whose, when, what it is worth, in plain words; `chain` runs towards the root."""

    message: uuid.UUID | None
    step: int
    step_kind: StepKind
    whose: Literal["smev", "sender", "caller", "official", "routing", "record"]
    at: datetime
    valid: bool
    subject: str
    issuer: str
    serial: str
    thumbprint: str
    valid_from: datetime | None
    valid_to: datetime | None
    chain: list[str]
    trust: str
    text: str


class EventOut(BaseModel):
    """Something that happened; `position` is the cursor."""

    position: int
    kind: str
    at: datetime
    exchange: uuid.UUID
    message: uuid.UUID | None
    state: ExchangeState
    system: str
    type: str | None
    direction: Direction


class EventPage(BaseModel):
    """Events after a cursor; `next` is to be given as `after` the next time."""

    items: list[EventOut]
    next: int


class WebhookIn(Given):
    """An address to be told of events; without kinds, of all."""

    url: str = Field(max_length=2000, pattern=r"^https?://[^\s/@\x00-\x1f\x7f]+(/[^\s\x00-\x1f\x7f]*)?$")
    kinds: list[str] = Field(default_factory=list, max_length=50)


class WebhookOut(BaseModel):
    """An address that is told of events."""

    id: uuid.UUID
    url: str
    kinds: list[str]
    active: bool
    failures: int
    quiet_until: datetime | None
    created_at: datetime


class WebhookMade(WebhookOut):
    """A new address with the key of its signatures, told this once."""

    secret: str


class DeliveryOut(BaseModel):
    """One event that an address is told of."""

    id: uuid.UUID
    event: int
    kind: str
    state: Literal["waiting", "delivered", "dead"]
    attempts: int
    next_at: datetime | None
    last_status: int
    problem: str
    created_at: datetime
    settled_at: datetime | None


class TypeOut(BaseModel):
    """An information type; what the token may do with it."""

    code: str
    title: str
    namespace: str
    request_root: str
    response_root: str
    is_broadcast: bool
    official_signs_request: bool
    official_signs_answer: bool
    systems: list[str]
    acts: list[str]


class ExampleOut(BaseModel):
    """An example of a type's request or answer, invented."""

    model_config = ConfigDict(populate_by_name=True)

    as_json: dict[str, Any] = Field(alias="json")
    xml: str | None


class SystemOut(BaseModel):
    """A system of the participant that the token has rights in."""

    mnemonic: str
    connection: str
    environment: str
    name: str


class CountOut(BaseModel):
    """How many events of one kind there were; `seconds` is their mean age since the exchange began."""

    day: date | None
    system: str | None
    type: str | None
    department: str | None
    direction: str
    kind: str
    state: str
    test: bool
    events: int
    mean_seconds: float


class StatisticsOut(BaseModel):
    """Counts of a period."""

    items: list[CountOut]
