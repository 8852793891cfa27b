"""A notice that did not get through, told in the system's status queue (GetStatus; MR 3.3 section 2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from mezhved.bus.delivery.signing import profile_of
from mezhved.bus.storage import Box, Kind, NewMessage, Queue
from mezhved.smev3 import messages
from mezhved.smev3.messages.statuses import DETAILS_LENGTH
from mezhved.smev3.messages.writing import DECLARATIONS
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.push.delivery import PushFailed
    from mezhved.bus.push.ledger import PushState

SIGNED = "SIGNED_BY_SMEV"
_VERSION = Version.V1_1  # written anew for a system that asks in another
_TOLD_ADDRESS = 150


def failure_report(bus: Bus, state: PushState, failure: PushFailed, now: int) -> tuple[NewMessage, Queue]:
    """Return the notice for the status queue; SMEV signs it when it is handed out.

    A GetStatusResponse carries no metadata, so OriginalMessageId is the only identifier that the system
    can acknowledge: it is the notice's own. The category is that of the messages it is about: they wait.
    """
    message_id = UUID(bus.ids.new())
    reason = "".join(sign if sign.isprintable() else " " for sign in failure.what.ru)
    told = (
        "Не доставлено уведомление о сообщениях в очередях системы "
        f"по адресу {state.address[:_TOLD_ADDRESS]}, неудач подряд: {state.failures}. {reason}"
    )
    status = messages.AsyncProcessingStatus(
        str(message_id), messages.InteractionStatus.REQUEST_IS_QUEUED, told[:DETAILS_LENGTH]
    )
    data = messages.AsyncProcessingStatusData(status, SIGNED)
    notice = NewMessage(
        message_id=message_id,
        kind=Kind.SYSTEM,
        version=_VERSION.value,
        sender=None,
        recipient=state.system,
        type_id=None,
        root_namespace="",
        root_name="",
        original_id=None,
        reference_id=None,
        transaction_code="",
        node="",
        eol=0,
        accepted_at=now,
        reply_to="",
        data=data.write(_VERSION, profile_of(bus), DECLARATIONS[_VERSION]),
        signature=b"",
    )
    return notice, Queue(state.system, Box.STATUS)
