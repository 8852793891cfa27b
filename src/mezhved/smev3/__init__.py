"""SMEV 3 on the wire: messages, identifiers, transform, signatures, SOAP, faults, client."""

from mezhved.smev3.ids import InvalidMessageId, MessageIds, message_time, parse_message_id
from mezhved.smev3.messages import InvalidEnvelope, Operation, Profile, parse_operation
from mezhved.smev3.versions import Version

__all__ = [
    "InvalidEnvelope",
    "InvalidMessageId",
    "MessageIds",
    "Operation",
    "Profile",
    "Version",
    "message_time",
    "parse_message_id",
    "parse_operation",
]
