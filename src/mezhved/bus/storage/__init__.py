"""Durable queues of the bus on SQLite and PostgreSQL.

`Store` is the one door; everything it takes and gives is a frozen record.
"""

from mezhved.bus.storage.address import DatabaseAddress
from mezhved.bus.storage.archive import Archive, DayCount, day_of
from mezhved.bus.storage.check import CheckReport, Difference, KindTotals
from mezhved.bus.storage.errors import (
    OutcomeUnknown,
    StorageClosed,
    StorageDamaged,
    StorageError,
    StorageUnavailable,
)
from mezhved.bus.storage.keys import message_id_of, message_key
from mezhved.bus.storage.many import OVERFLOW, SHARED_OWNER
from mezhved.bus.storage.plans import Plan, PlannedFile, Work
from mezhved.bus.storage.records import (
    Box,
    Content,
    Delivery,
    Event,
    EventKind,
    Kind,
    NewMessage,
    Queue,
    QueueCount,
    QueueLength,
    RecipientDelivery,
    State,
    StoredAttachment,
    StoredMessage,
)
from mezhved.bus.storage.session import Observer
from mezhved.bus.storage.store import Store

__all__ = [
    "OVERFLOW",
    "SHARED_OWNER",
    "Archive",
    "Box",
    "CheckReport",
    "Content",
    "DatabaseAddress",
    "DayCount",
    "Delivery",
    "Difference",
    "Event",
    "EventKind",
    "Kind",
    "KindTotals",
    "NewMessage",
    "Observer",
    "OutcomeUnknown",
    "Plan",
    "PlannedFile",
    "Queue",
    "QueueCount",
    "QueueLength",
    "RecipientDelivery",
    "State",
    "StorageClosed",
    "StorageDamaged",
    "StorageError",
    "StorageUnavailable",
    "Store",
    "StoredAttachment",
    "StoredMessage",
    "Work",
    "day_of",
    "message_id_of",
    "message_key",
]
