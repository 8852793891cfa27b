"""The gateway's tables."""

from __future__ import annotations

from mezhved.gateway.models.access import AccessRight, AccessToken
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
from mezhved.gateway.models.watching import DayCount, Reader, Subject
from mezhved.gateway.models.webhooks import Delivery, DeliveryState, Webhook

__all__ = [
    "AccessRight",
    "AccessToken",
    "Attachment",
    "Carrier",
    "Connection",
    "DayCount",
    "Delivery",
    "DeliveryState",
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
    "Reader",
    "SigningKey",
    "Step",
    "StepKind",
    "Subject",
    "Webhook",
]
