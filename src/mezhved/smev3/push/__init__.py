"""Push notifications: what SMEV tells a participant's own service when its queues get messages.

MR 3.3 section 9. The participant registers an address and serves `PushNotificationService` there;
`PushListener` is such a service.
"""

from __future__ import annotations

from mezhved.smev3.push.documents import SCHEMA_NAME, schema, wsdl
from mezhved.smev3.push.listening import PushListener
from mezhved.smev3.push.messages import (
    ACTION,
    NAMESPACE,
    PushNotification,
    PushRefused,
    QueueInformation,
    read_answer,
)

__all__ = [
    "ACTION",
    "NAMESPACE",
    "SCHEMA_NAME",
    "PushListener",
    "PushNotification",
    "PushRefused",
    "QueueInformation",
    "read_answer",
    "schema",
    "wsdl",
]
