"""System responses: what SMEV tells a sender after the receipt, as an ordinary response to acknowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from mezhved.bus.delivery.signing import profile_of, signature_over
from mezhved.bus.storage import Box, Kind, NewMessage, Queue
from mezhved.smev3 import messages
from mezhved.smev3.faults import Form
from mezhved.smev3.messages.writing import DECLARATIONS
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.smev3.faults import Fault

SIGNED_ASYNC = "SIGNED_ASYNC_BY_SMEV"


def system_response(
    bus: Bus,
    about: NewMessage,
    category: str,
    fault: Fault | None,
    now: int,
    *,
    routing: messages.RoutingStatus | None = None,
    details: str = "",
) -> tuple[NewMessage, Queue]:
    """Return the signed system response about a participant's message, and the queue it goes to.

    A request's sender is told in the queue of the request's node, a response's in the common one.
    `routing` is the outcome of each routing value and record (1.3). What is told without a `fault` is
    told by `details`.
    """
    if about.sender is None:
        raise ValueError("SMEV sends no system response about its own messages")
    version = Version(about.version)
    node = "" if about.kind is Kind.RESPONSE else about.node
    message_id = UUID(bus.ids.new())
    data = messages.SenderProvidedResponseData(
        message_id=str(message_id),
        to=about.reply_to,
        async_status=messages.AsyncProcessingStatus(
            original_message_id=str(about.message_id),
            status_category=category,
            status_details=fault.text if fault is not None else details,
            fault=wire_fault(bus, fault, version) if fault is not None else None,
            routing_status=routing,
        ),
        id=SIGNED_ASYNC,
    ).write(version, profile_of(bus), DECLARATIONS[version])
    message = NewMessage(
        message_id=message_id,
        kind=Kind.SYSTEM,
        version=about.version,
        sender=None,
        recipient=about.sender,
        type_id=about.type_id,
        root_namespace=about.root_namespace,
        root_name=about.root_name,
        original_id=about.message_id,
        reference_id=about.reference_id,
        transaction_code=about.transaction_code,
        node=node,
        eol=0,
        accepted_at=now,
        reply_to=about.reply_to,
        data=data,
        signature=signature_over(bus, data),
    )
    return message, Queue(about.sender, Box.RESPONSES, node)


def wire_fault(bus: Bus, fault: Fault, version: Version) -> messages.SmevFault:
    """Return the SmevFault of an asynchronous refusal: typed where the fault has children of its own."""
    typed = (
        fault.kind is not None
        and fault.kind.form(version) is Form.OWN
        and not fault.module.startswith("GUTC")
    )
    return messages.SmevFault(
        code=f"{bus.settings.fault_area_async}:TR:ASYNC:{fault.module}",
        description=fault.description,
        fault_type=fault.kind.value if typed and fault.kind is not None else None,
        details=tuple(_detail(child.name, child.text, dict(child.attributes)) for child in fault.children)
        if typed
        else (),
    )


def _detail(name: str, text: str, attributes: dict[str, str]) -> messages.FaultDetail:
    position = attributes.get("errorPosition")
    return messages.FaultDetail(name, text, None if position is None else int(position))


def code_at_once(bus: Bus, fault: Fault) -> str:
    """Return the code of a synchronous refusal by this bus."""
    return f"{bus.settings.fault_area_sync} : TR:SYNC:{fault.module}"
