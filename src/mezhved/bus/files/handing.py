"""Handing files out with a message: a fresh login for each file and each hand-out (MR 3.3 section 5)."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Final

from mezhved.bus.files.ledger import NewLogin
from mezhved.bus.files.logins import secret_of
from mezhved.smev3.messages import FSAttachment

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.storage import NewMessage

_LETTERS: Final = string.ascii_letters + string.digits
_LENGTH: Final = 30
_MARK: Final = b"RefAttachmentHeader"


def hand_files(bus: Bus, message: NewMessage, owner: int) -> tuple[FSAttachment, ...]:
    """Return how the recipient fetches the message's files; the logins are durable when this returns.

    They count until the message is acknowledged. A message without files costs nothing.
    """
    if _MARK not in message.data:
        return ()
    files = bus.ledger.files(message.message_id)
    if not files:
        return ()
    given = tuple(FSAttachment(each.uuid, _random(), _random(), f"/{each.name}") for each in files)
    logins = [
        NewLogin(access.user_name, secret_of(access.password), file.position)
        for file, access in zip(files, given, strict=True)
    ]
    bus.ledger.grant(message.message_id, owner, logins, bus.clock())
    return given


def _random() -> str:
    """Return 30 letters and digits, as the real SMEV gives them: 178 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
