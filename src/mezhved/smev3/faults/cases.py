"""One function for each case in which SMEV refuses: the official text with its parameters filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from mezhved.smev3.faults.kinds import FaultKind
from mezhved.smev3.faults.model import Fault, FaultChild
from mezhved.smev3.faults.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

MOSCOW = timezone(timedelta(hours=3))
CALLER = "ЭП-ОВ"
PERSONAL = "ЭП-СП"
_LONGEST = 1000


def _fault(name: str, *children: FaultChild, **parameters: object) -> Fault:
    row = TABLE[name]
    text = row.text.format(**{each: _bounded(str(value)) for each, value in parameters.items()})
    told = row.description or text
    if row.signature_code:
        children = (*children, FaultChild(FaultKind.SIGNATURE_VERIFICATION.value, row.signature_code.value))
    return Fault(
        kind=row.kind,
        number=row.number,
        text=text,
        description=told if row.number is None else f"SMEV-{row.number}:{told}",
        module=row.module,
        children=children,
        row=name,
    )


def _bounded(told: str) -> str:
    """Cut what somebody else has written: a fault repeats it several times."""
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def _moment(moment: datetime) -> str:
    return moment.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M")


def _root(namespace: str, local_name: str) -> str:
    return f"{{{namespace}}}{local_name}"


def no_signature(signature: str = CALLER) -> Fault:
    """Refuse a message without a signature it must have (SMEV-100, SPS:1)."""
    return _fault("no_signature", signature=signature)


def signature_invalid(signature: str = CALLER) -> Fault:
    """Refuse a false signature (SMEV-100, SPS:2); `signature` is ЭП-ОВ or ЭП-СП."""
    return _fault("signature_invalid", signature=signature)


def incorrect_signature_target(signature: str = CALLER) -> Fault:
    """Refuse a signature over another element than the operation demands (SMEV-100, wording ours)."""
    return _fault("incorrect_signature_target", signature=signature)


def certificate_not_found(signature: str = CALLER) -> Fault:
    """Refuse a signature without a certificate that is readable and trusted (SMEV-100, wording ours)."""
    return _fault("certificate_not_found", signature=signature)


def poor_envelope() -> Fault:
    """Refuse what is not a SOAP envelope (SMEV-100, wording ours)."""
    return _fault("poor_envelope")


def certificate_expired(until: datetime, signature: str = CALLER) -> Fault:
    """Refuse an expired certificate (SMEV-100, SPS:4); the moment is told in Moscow time."""
    return _fault("certificate_expired", signature=signature, moment=_moment(until))


def certificate_not_yet_valid(since: datetime, signature: str = CALLER) -> Fault:
    """Refuse a certificate not yet in force (SMEV-100, SPS:4); the moment is told in Moscow time."""
    return _fault("certificate_not_yet_valid", signature=signature, moment=_moment(since))


def attachment_signature_invalid(file_name: str) -> Fault:
    """Refuse a false PKCS#7 of an attachment (SMEV-100, SPS:7)."""
    return _fault("attachment_signature_invalid", file_name=file_name)


def attachment_signer_refused(file_name: str, reason: Fault) -> Fault:
    """Refuse the certificate of who signed an attachment: `reason` in the words of SPS:7."""
    told = attachment_signature_invalid(file_name)
    opening = told.text.rpartition(": ")[0]
    text = f"{opening}: {reason.text}"
    return replace(told, text=text, description=f"SMEV-{told.number}:{text}", children=reason.children)


def certificate_revoked(answer: int = 14) -> Fault:
    """Refuse a revoked certificate, asynchronously (SMEV-100, GUTC:1)."""
    return _fault("certificate_revoked", answer=answer)


def revocation_data_stale(signature: str = CALLER) -> Fault:
    """Refuse a certificate whose authority's revocation data is too old (SMEV-60, wording ours)."""
    return _fault("revocation_data_stale", signature=signature)


def attachment_size_exceeded(permitted: int, real: int) -> Fault:
    """Refuse too many octets (SMEV-200); both sizes in bytes, attachments and message together."""
    return _fault(
        "attachment_size_exceeded",
        FaultChild("PermittedTotalAttachmentSize", str(permitted)),
        FaultChild("RealTotalAttachmentSize", str(real)),
    )


def attachment_without_header(content_id: str) -> Fault:
    """Refuse an attachment whose Id no header names (SMEV-201)."""
    return _fault("attachment_without_header", content_id=content_id)


def attachment_counts_differ(contents: int, headers: int) -> Fault:
    """Refuse different numbers of contents and headers (SMEV-201)."""
    return _fault("attachment_counts_differ", contents=contents, headers=headers)


def attachments_without_headers(contents: int) -> Fault:
    """Refuse contents without any header (SMEV-201)."""
    return _fault("attachments_without_headers", contents=contents)


def attachment_fields_missing() -> Fault:
    """Refuse attachments without their required fields (SMEV-201)."""
    return _fault("attachment_fields_missing")


def file_attachments_incorrect(message_id: str) -> Fault:
    """Refuse files of the file store that do not match their headers, asynchronously (SMEV-201)."""
    return _fault("file_attachments_incorrect", message_id=message_id)


def quota_exceeded(remained: int, real: int) -> Fault:
    """Refuse for want of room in the recipient's file store, asynchronously (SMEV-202); bytes."""
    return _fault(
        "quota_exceeded",
        FaultChild("RemainedTotalQuoteSize", str(remained)),
        FaultChild("RealTotalAttachmentSize", str(real)),
    )


def invalid_message_id() -> Fault:
    """Refuse a MessageID that is no UUID version 1 (SMEV-300)."""
    return _fault("invalid_message_id")


def message_already_sent(message_id: str) -> Fault:
    """Refuse a MessageID used before (SMEV-301)."""
    return _fault("message_already_sent", message_id=message_id)


def stale_message_id() -> Fault:
    """Refuse a MessageID made more than 24 hours ago (SMEV-302; MR 3.3 section 3.2.1)."""
    return _fault("stale_message_id")


def unknown_business_type(namespace: str, local_name: str) -> Fault:
    """Refuse business data of no registered type (SMEV-401, BSV:1)."""
    return _fault("unknown_business_type", *_root_children(namespace, local_name))


def wrong_direction(namespace: str, local_name: str, method: str, registered: str) -> Fault:
    """Refuse a type sent through the other method (SMEV-401, RTR:7).

    `method` is sendRequest or sendResponse, `registered` REQUEST or RESPONSE.
    """
    return _fault(
        "wrong_direction",
        *_root_children(namespace, local_name),
        root=_root(namespace, local_name),
        method=method,
        registered=registered,
    )


def _root_children(namespace: str, local_name: str) -> tuple[FaultChild, FaultChild]:
    return (
        FaultChild("RootElementLocalName", _bounded(local_name)),
        FaultChild("RootElementNamespaceURI", _bounded(namespace)),
    )


def unknown_type_for_queue(subject: str) -> Fault:
    """Refuse a poll for a type that is not registered (SMEV-402); `subject` is the caller's name."""
    return _fault("unknown_type_for_queue", subject=subject)


def block_missing(block: str = "MessagePrimaryContent") -> Fault:
    """Refuse an envelope without a block it must have (SMEV-403, PP:55)."""
    return _fault("block_missing", block=block)


def invalid_envelope() -> Fault:
    """Refuse an envelope that breaks its schema (SMEV-403)."""
    return _fault("invalid_envelope")


def invalid_timestamp(value: str) -> Fault:
    """Refuse a poll whose Timestamp is more than 30 minutes off (SMEV-403)."""
    return _fault("invalid_timestamp", value=value)


def invalid_business_data(message_id: str, errors: Sequence[str]) -> Fault:
    """Refuse business data that break their schema, asynchronously (SMEV-403, BSV:3)."""
    position = (("errorPosition", "-1"),)
    children = (FaultChild("ValidationError", error, position) for error in errors)
    return _fault("invalid_business_data", *children, message_id=message_id)


def end_of_life() -> Fault:
    """Refuse a message whose EOL has passed (SMEV-500)."""
    return _fault("end_of_life")


def target_not_found(message_id: str) -> Fault:
    """Refuse to acknowledge what is not awaiting it (SMEV-501)."""
    return _fault("target_not_found", message_id=message_id)


def recipient_not_found(namespace: str, local_name: str) -> Fault:
    """Refuse a message that leads to no recipient (SMEV-502)."""
    return _fault("recipient_not_found", root=_root(namespace, local_name))


def several_recipients(namespace: str, local_name: str) -> Fault:
    """Refuse a message that leads to more than one recipient (SMEV-502)."""
    return _fault("several_recipients", root=_root(namespace, local_name))


def sender_not_registered() -> Fault:
    """Refuse a certificate bound to no system (SMEV-503)."""
    return _fault("sender_not_registered")


def access_denied() -> Fault:
    """Refuse for want of a right to the type, asynchronously (SMEV-504)."""
    return _fault("access_denied")


def smev_failure() -> Fault:
    """Refuse for a failure of SMEV, a wrong To or a broken structure (SMEV-60)."""
    return _fault("smev_failure")


def destination_overflow(broker: str, destination: str) -> Fault:
    """Refuse because the recipient's queue is full, asynchronously (SMEV-600)."""
    return _fault(
        "destination_overflow",
        FaultChild("MessageBrokerAddress", broker),
        FaultChild("DestinationName", destination),
    )


def transaction_code_invalid() -> Fault:
    """Refuse the TransactionCode (no sample known, wording ours)."""
    return _fault("transaction_code_invalid")


def personal_access_denied() -> Fault:
    """Refuse by the personal certificate, 1.3 (no sample known, wording ours)."""
    return _fault("personal_access_denied")


def incorrect_response_content_type() -> Fault:
    """Refuse a request's type sent as an answer (declared in the WSDL; `wrong_direction` is what is sent)."""
    return _fault("incorrect_response_content_type")


def request_not_found() -> Fault:
    """Refuse to cancel an unknown request (no sample known, wording ours)."""
    return _fault("request_not_found")
