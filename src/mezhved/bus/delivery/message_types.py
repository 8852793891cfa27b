"""What the kinds of messages are called on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.bus.storage import Kind
from mezhved.smev3.messages import MessageType

if TYPE_CHECKING:
    from collections.abc import Mapping

MESSAGE_TYPES: Final[Mapping[Kind, MessageType]] = {
    Kind.REQUEST: MessageType.REQUEST,
    Kind.BROADCAST: MessageType.BROADCAST,
    Kind.RESPONSE: MessageType.RESPONSE,
    Kind.SYSTEM: MessageType.RESPONSE,
}
