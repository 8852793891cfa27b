"""The gateway's tables."""

from __future__ import annotations

from mezhved.gateway.models.access import AccessRight, AccessToken
from mezhved.gateway.models.checkpoints import Checkpoint
from mezhved.gateway.models.connections import Connection, InformationSystem, SigningKey
from mezhved.gateway.models.departments import Department, Person
from mezhved.gateway.models.exchanges import Attachment, Exchange, Message
from mezhved.gateway.models.forgetting import Forgetting
from mezhved.gateway.models.handling import (
    AutoAnswer,
    AutoState,
    Handling,
    HandlingKind,
    Mail,
    Reminder,
    ReminderKind,
)
from mezhved.gateway.models.journal import Duty, Event, Step
from mezhved.gateway.models.keys import KeyWarning
from mezhved.gateway.models.queues import AwaitedFiles, QueueState
from mezhved.gateway.models.rules import AnswerService, AnswerWay, CallForm, Days, Rule
from mezhved.gateway.models.standing import Grain, Standing
from mezhved.gateway.models.states import (
    Carrier,
    Direction,
    Environment,
    ExchangeState,
    KeyPurpose,
    MessageKind,
    MessageState,
    SmevState,
    StepKind,
)
from mezhved.gateway.models.terms import CalendarDay, Term
from mezhved.gateway.models.types import InformationType
from mezhved.gateway.models.watching import DayCount, Reader, Subject
from mezhved.gateway.models.webhooks import KEY_RUNS_OUT, Delivery, DeliveryState, Webhook

__all__ = [
    "KEY_RUNS_OUT",
    "AccessRight",
    "AccessToken",
    "AnswerService",
    "AnswerWay",
    "Attachment",
    "AutoAnswer",
    "AutoState",
    "AwaitedFiles",
    "CalendarDay",
    "CallForm",
    "Carrier",
    "Checkpoint",
    "Connection",
    "DayCount",
    "Days",
    "Delivery",
    "DeliveryState",
    "Department",
    "Direction",
    "Duty",
    "Environment",
    "Event",
    "Exchange",
    "ExchangeState",
    "Forgetting",
    "Grain",
    "Handling",
    "HandlingKind",
    "InformationSystem",
    "InformationType",
    "KeyPurpose",
    "KeyWarning",
    "Mail",
    "Message",
    "MessageKind",
    "MessageState",
    "Person",
    "QueueState",
    "Reader",
    "Reminder",
    "ReminderKind",
    "Rule",
    "SigningKey",
    "SmevState",
    "Standing",
    "Step",
    "StepKind",
    "Subject",
    "Term",
    "Webhook",
]
