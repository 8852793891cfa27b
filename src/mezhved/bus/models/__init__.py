"""Tables of the bus. The hot path works on them by plain SQL (`mezhved.bus.storage`), not by the ORM."""

from mezhved.bus.models.archive import (
    ArchivedAttachment,
    ArchivedBody,
    ArchivedEvent,
    ArchivedMessage,
    ArchivedRecipient,
    Duty,
    Statistics,
    Uncounted,
)
from mezhved.bus.models.files import FileHold, FileLogin, StoredFile, Upload, UploadFolder
from mezhved.bus.models.messages import Attachment, Body, Event, Message, QueueEntry
from mezhved.bus.models.processing import Distribution, Recipient, Work
from mezhved.bus.models.push import PushState

__all__ = [
    "ArchivedAttachment",
    "ArchivedBody",
    "ArchivedEvent",
    "ArchivedMessage",
    "ArchivedRecipient",
    "Attachment",
    "Body",
    "Distribution",
    "Duty",
    "Event",
    "FileHold",
    "FileLogin",
    "Message",
    "PushState",
    "QueueEntry",
    "Recipient",
    "Statistics",
    "StoredFile",
    "Uncounted",
    "Upload",
    "UploadFolder",
    "Work",
]
