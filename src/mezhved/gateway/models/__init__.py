"""The gateway's tables."""

from __future__ import annotations

from mezhved.gateway.models.connections import Connection, InformationSystem, SigningKey
from mezhved.gateway.models.exchanges import Attachment, Exchange, Message
from mezhved.gateway.models.journal import Duty, Event, Step
from mezhved.gateway.models.states import (
    Carrier,
    Direction,
    Environment,
    ExchangeState,
    KeyPurpose,
    MessageKind,
    MessageState,
    StepKind,
)
from mezhved.gateway.models.types import InformationType

__all__ = [
    "Attachment",
    "Carrier",
    "Connection",
    "Direction",
    "Duty",
    "Environment",
    "Event",
    "Exchange",
    "ExchangeState",
    "InformationSystem",
    "InformationType",
    "KeyPurpose",
    "Message",
    "MessageKind",
    "MessageState",
    "SigningKey",
    "Step",
    "StepKind",
]
