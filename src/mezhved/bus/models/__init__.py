"""Tables of the bus. The hot path works on them by plain SQL (`mezhved.bus.storage`), not by the ORM."""

from mezhved.bus.models.messages import Attachment, Body, Event, Message, QueueEntry

__all__ = ["Attachment", "Body", "Event", "Message", "QueueEntry"]
