"""What a received message says, in the gateway's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mezhved.gateway.inbox.following import smev_state
from mezhved.gateway.models import MessageKind, SmevState
from mezhved.smev3.client import outcomes
from mezhved.smev3.faults import FaultKind, status_fault

if TYPE_CHECKING:
    from mezhved.smev3.client import Received
    from mezhved.smev3.fragments import Fragment
    from mezhved.smev3.messages import AsyncProcessingStatus, Request, Response
    from mezhved.smev3.signature import SignatureResult


@dataclass(frozen=True, slots=True)
class Content:
    """Kind, business data and words of a message."""

    kind: MessageKind
    octets: bytes | None = None
    root: tuple[str, str] | None = None
    details: dict[str, Any] = field(default_factory=dict)
    original_message_id: str = ""
    sender: tuple[str, str] | None = None
    smev_state: SmevState | None = None
    """What SMEV's own notice says of the message that it is about."""
    fault: FaultKind | None = None
    """Why SMEV refused that message, where its notice says so."""
    options: dict[str, Any] = field(default_factory=dict)
    """What else was said, by the names of `RequestDraft.options`; `sent_at` is SMEV's time."""
    personal_signature: bytes | None = None


def content_of_request(message: Request) -> Content:
    """Read a request."""
    data = message.data
    octets = data.primary_content.octets
    options = _present(
        transaction_code=data.transaction_code,
        reference_message_id=data.reference_message_id,
        node_id=data.node_id,
        eol=data.eol,
        sent_at=message.metadata.sending_timestamp,
        business_process=[each.octets.decode() for each in data.business_process],
    )
    return Content(
        MessageKind.REQUEST,
        octets,
        data.primary_content.name,
        options=options,
        personal_signature=_octets(data.personal_signature),
    )


def content_of_response(message: Response) -> Content:
    """Read an answer, a refusal, an interim status or SMEV's own notice."""
    data = message.data
    sender = message.metadata.sender
    named = None
    if sender is not None and sender.mnemonic:
        named = sender.mnemonic, (sender.name or "")[:500]
    original = message.original_message_id or ""
    options = _present(
        transaction_code=message.original_transaction_code,
        reference_message_id=message.reference_message_id,
        sent_at=message.metadata.sending_timestamp,
    )
    if data.async_status is not None:
        status = data.async_status
        return Content(
            MessageKind.NOTICE,
            details=_notice(status),
            original_message_id=status.original_message_id or original,
            smev_state=smev_state(status.status_category, _fault(status), has_fault=status.fault is not None),
            fault=_fault(status),
            options=options,
        )
    if data.rejections:
        reasons = [[each.code, each.description] for each in data.rejections]
        return Content(
            MessageKind.REJECTION, None, None, {"reasons": reasons}, original, named, options=options
        )
    if data.status is not None:
        status_details = {
            "code": data.status.code,
            "description": data.status.description,
            "parameters": [list(each) for each in data.status.parameters],
        }
        return Content(MessageKind.STATUS, None, None, status_details, original, named, options=options)
    answer = data.primary_content
    return Content(
        MessageKind.ANSWER,
        _octets(answer),
        None if answer is None else answer.name,
        {},
        original,
        named,
        options=options,
        personal_signature=_octets(data.personal_signature),
    )


def verdicts(received: Received[Any]) -> dict[str, Any]:
    """Return what became of every signature of the message, as it is kept."""
    smev = received.smev
    return {
        "smev": _verdict(smev.signature) | {"standing": smev.standing.value},
        "sender": _verdict(received.sender_signature),
        "official": _verdict(received.personal_signature),
    }


def _verdict(result: SignatureResult | None) -> dict[str, Any]:
    if result is None:
        return {"present": False}
    told: dict[str, Any] = {"present": True, "valid": result.valid}
    if result.certificate is not None:
        told |= {
            "subject": str(result.certificate.subject),
            "thumbprint": result.certificate.thumbprint.hex(),
        }
    if result.reason is not None:
        told |= {"ru": result.reason.ru, "en": result.reason.en}
    return told


def _notice(status: AsyncProcessingStatus) -> dict[str, Any]:
    told: dict[str, Any] = {"category": status.status_category, "description": status.status_details or ""}
    if status.fault is not None:
        told |= {"code": status.fault.code, "fault": status.fault.description}
    if status.routing_status is not None:
        told["routing"] = [
            {"code": each.code, "value": each.value, "record_id": each.record_id}
            for each in outcomes(status.routing_status)
        ]
    return told


def content_of_status(status: AsyncProcessingStatus) -> Content:
    """Read a notice of the status queue, which is like a system response without an envelope."""
    return Content(
        MessageKind.NOTICE,
        details=_notice(status),
        original_message_id=status.original_message_id,
        smev_state=smev_state(status.status_category, _fault(status), has_fault=status.fault is not None),
        fault=_fault(status),
    )


def _fault(status: AsyncProcessingStatus) -> FaultKind | None:
    if status.fault is None:
        return None
    fault = status.fault
    return status_fault(fault.code, fault.description, fault.fault_type).kind


def _octets(fragment: Fragment | None) -> bytes | None:
    return None if fragment is None else fragment.octets


def _present(**said: Any) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value}
