"""How the client's commands tell what came of them: in words for people, in JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from mezhved.smev3.client import RawAnswer, Standing, outcomes
from mezhved.smev3.faults import explain, status_fault
from mezhved.smev3.messages import Request
from mezhved.smev3.messages.business_process import cases_of, frgu_of
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.cli.smev3_attachments import KeptFile
    from mezhved.cli.smev3_files import StoredFile
    from mezhved.smev3.client import Acknowledged, Judgement, Outgoing, Receipt, Received, StatusNotice
    from mezhved.smev3.messages import (
        AsyncProcessingStatus,
        QueueStatistics,
        Response,
        SenderProvidedRequestData,
    )
    from mezhved.smev3.signature import SignatureResult

_STANDINGS = {
    Standing.GENUINE: Text(ru="верна", en="right"),
    Standing.UNPROVEN: Text(
        ru="верна, но не сказано, чьему сертификату верить (--smev-cert, --trust)",
        en="right, but nobody said whose certificate to trust (--smev-cert, --trust)",
    ),
    Standing.FOREIGN: Text(ru="НЕ СМЭВ", en="NOT SMEV's"),
    Standing.FALSE: Text(ru="НЕВЕРНА", en="FALSE"),
}


def call_dump(outgoing: Outgoing) -> bytes:
    """Return a prepared call as `mezhved smev3 verify` reads it."""
    return RawAnswer(outgoing.content_type, outgoing.body).dump()


def show_receipt(receipt: Receipt, *, as_json: bool) -> None:
    """Print the identifier first."""
    status = receipt.metadata.status if receipt.metadata else None
    if as_json:
        _print(
            {
                "message_id": receipt.message_id,
                "already_sent": receipt.already_sent,
                "attempts": receipt.attempts,
                "status": status,
                "smev_signature": _judgement(receipt.smev),
            }
        )
        return
    told = status or ""
    if receipt.already_sent:
        told = str(Text(ru="СМЭВ его уже получила", en="SMEV has it already"))
    click.echo(f"{receipt.message_id} {told}".rstrip())
    _say_judgement(receipt.smev)


def show_empty(*, as_json: bool) -> None:
    """Print nothing for a pipe; a word to the person."""
    if as_json:
        click.echo("null")
        return
    click.echo(Text(ru="очередь пуста", en="the queue is empty"), err=True)


def show_received(
    received: Received[Request] | Received[Response], files: Sequence[KeptFile | StoredFile], *, as_json: bool
) -> None:
    """Print who sent what, then the business data."""
    facts = _facts(received)
    if as_json:
        facts |= {
            "content": _content(received),
            "smev_signature": _judgement(received.smev),
            "sender_signature": _signature(received.sender_signature),
            "personal_signature": _signature(received.personal_signature),
            "files": [each.facts() for each in files],
        }
        _print(facts)
        return
    _say_facts(facts)
    _say_judgement(received.smev, err=False)
    for name, result in (("sender", received.sender_signature), ("official", received.personal_signature)):
        if result is not None:
            click.echo(f"{name}_signature: {_worded(result)}")
    for each in files:
        click.echo(f"file: {each.path} — {each.told()}")
    content = _content(received)
    if content is not None:
        click.echo()
        click.echo(content)


def show_ack(done: Acknowledged, *, as_json: bool) -> None:
    """Print the identifier."""
    if as_json:
        _print({"message_id": done.message_id, "accepted": done.accepted, "repeated": done.repeated})
        return
    click.echo(done.message_id)


def show_notice(notice: StatusNotice, *, as_json: bool) -> None:
    """Print a notice of the status queue."""
    facts = _async_status(notice.status)
    if as_json:
        _print(facts | {"smev_signature": _judgement(notice.smev)})
        return
    _say_facts(facts)
    _say_judgement(notice.smev, err=False)


def show_statistics(queues: tuple[QueueStatistics, ...], *, as_json: bool) -> None:
    """Print a line for each queue."""
    if as_json:
        _print([{"queue": each.queue_name, "pending": each.pending} for each in queues])
        return
    for each in queues:
        click.echo(f"{each.pending if each.pending is not None else '?'}\t{each.queue_name or ''}")


def _say_facts(facts: dict[str, Any]) -> None:
    """Print a line for each fact, and for each outcome of the routing."""
    for name, value in facts.items():
        if name == "routing":
            for each in value or ():
                click.echo(f"routing: {each['text']}")
        elif value:
            click.echo(
                f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
            )


def _facts(received: Received[Request] | Received[Response]) -> dict[str, Any]:
    message = received.message
    metadata = message.metadata
    facts: dict[str, Any] = {
        "message_id": received.message_id,
        "message_type": metadata.message_type,
        "sender": metadata.sender and metadata.sender.mnemonic,
        "sent": metadata.sending_timestamp,
    }
    if isinstance(message, Request):
        facts["reply_to"] = message.reply_to
        facts |= _case(message.data)
    else:
        facts["original_message_id"] = message.original_message_id
        facts["reference_message_id"] = message.reference_message_id
        facts["transaction_code"] = message.original_transaction_code
        data = message.data
        facts["rejected"] = {each.code: each.description for each in data.rejections}
        if data.status is not None:
            facts["status"] = {"code": data.status.code, "description": data.status.description}
        if data.async_status is not None:
            facts |= _async_status(data.async_status)
    return facts


def _case(data: SenderProvidedRequestData) -> dict[str, Any]:
    """Return what a request says of the case behind it."""
    return {
        "reference_message_id": data.reference_message_id,
        "transaction_code": data.transaction_code,
        "node_id": data.node_id,
        "eol": data.eol,
        "test": data.test_message,
        "case_number": next((each.case_number for each in cases_of(data.business_process)), None),
        "frgu": frgu_of(data.business_process),
    }


def _async_status(status: AsyncProcessingStatus) -> dict[str, Any]:
    return {
        "original_message_id": status.original_message_id,
        "status_category": status.status_category,
        "status_details": status.status_details,
        "fault": status.fault and status.fault.description,
        "routing": None
        if status.routing_status is None
        else [
            {
                "record": each.record_id,
                "value": each.value or None,
                "code": each.code,
                "text": str(each.text),
            }
            for each in outcomes(status.routing_status)
        ],
        "advice": _advice(status),
    }


def _advice(status: AsyncProcessingStatus) -> str | None:
    told = status.fault
    if told is None:
        return None
    row = explain(status_fault(told.code, told.description, told.fault_type))
    return None if row is None else str(row.advice)


def _content(received: Received[Request] | Received[Response]) -> str | None:
    fragment = received.message.data.primary_content
    return None if fragment is None else fragment.octets.decode()


def _judgement(judgement: Judgement | None) -> dict[str, Any] | None:
    if judgement is None:
        return None
    return {
        "standing": judgement.standing.value,
        "reason": str(judgement.reason) if judgement.reason else None,
        **(_signature(judgement.signature) or {}),
    }


def _signature(result: SignatureResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {"valid": result.valid, "subject": result.certificate.subject if result.certificate else None}


def _worded(result: SignatureResult) -> str:
    state = Text(ru="верна", en="right") if result.valid else Text(ru="НЕВЕРНА", en="FALSE")
    return f"{state} ({result.certificate.subject if result.certificate else '?'})"


def _say_judgement(judgement: Judgement | None, *, err: bool = True) -> None:
    if judgement is None:
        return
    told = str(_STANDINGS[judgement.standing])
    if judgement.reason is not None:
        told = f"{told}: {judgement.reason}"
    click.echo(f"smev_signature: {told}", err=err)


def _print(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
