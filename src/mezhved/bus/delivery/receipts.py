"""Receipts of Send*: the message is in SMEV's hands (MR 3.3 section 2.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bus.delivery.signing import profile_of, signature_over
from mezhved.bus.reply import Reply
from mezhved.bus.times import moment
from mezhved.smev3 import messages, soap
from mezhved.smev3.messages import building
from mezhved.smev3.messages.writing import DECLARATIONS

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.registry import System
    from mezhved.smev3.versions import Version


def receipt(
    bus: Bus,
    operation: str,
    version: Version,
    *,
    message_id: str,
    message_type: str,
    sender: System,
    recipient: System | None,
    accepted_at: int,
) -> Reply:
    """Return the signed Send*Response; a message to many names no recipient."""
    profile = profile_of(bus)
    metadata = messages.receipt(
        version,
        profile,
        message_id=message_id,
        message_type=message_type,
        sender=messages.Party(sender.mnemonic, sender.name),
        recipient=messages.Party(recipient.mnemonic, recipient.name) if recipient else None,
        sent=moment(accepted_at),
    ).write(version, profile, DECLARATIONS[version])
    body = building.receipt(f"{operation}Response", version, metadata, signature_over(bus, metadata))
    return Reply(soap.CONTENT_TYPE, soap.envelope(body))
