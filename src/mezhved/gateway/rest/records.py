"""What stands behind an exchange: raw steps, signatures, contents, files."""

from __future__ import annotations

import uuid  # noqa: TC003 - read by the framework
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from ninja import Router

from mezhved.gateway.models import Attachment, Step
from mezhved.gateway.rest.access import exchange_of, message_of
from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.kinds import Row  # noqa: TC001
from mezhved.gateway.rest.openapi import raw_answer
from mezhved.gateway.rest.problems import Problem, not_found
from mezhved.gateway.rest.schemas import SignatureOut, StepOut
from mezhved.gateway.watching.signatures import signature_protocol
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.models import Exchange
    from mezhved.gateway.watching.signatures import SignatureFound

router = Router(tags=["records"])

_OCTETS: Final = "application/octet-stream"
_XML: Final = "application/xml"


@router.get("/exchanges/{uid}/steps", response=list[StepOut], operation_id="list_steps", summary="Raw steps")
def list_steps(request: Call, uid: uuid.UUID) -> list[dict[str, Any]]:
    """Return the steps of an exchange: calls, receipts, messages, as they went over the wire."""
    exchange = exchange_of(request, uid)
    rows = Step.objects.filter(exchange=exchange).select_related("message").order_by("pk")
    return [_step(exchange, each) for each in rows.defer("message__content")]


@router.get(
    "/exchanges/{uid}/steps/{step}",
    operation_id="get_step",
    summary="The raw octets of a step",
    openapi_extra=raw_answer(_OCTETS),
)
def get_step(request: Call, uid: uuid.UUID, step: Row) -> HttpResponse:
    """Return the signed octets: an envelope, or a MIME message with its Content-Type in front."""
    row = Step.objects.filter(exchange=exchange_of(request, uid), pk=step).first()
    if row is None:
        raise not_found(Text(ru="такого шага нет", en="there is no such step"))
    if row.octets is None:
        raise _deleted()
    extension = "mime" if row.content_type.lower().startswith("multipart/") else "xml"
    return _download(bytes(row.octets), f"{row.kind}-{row.pk}.{extension}")


@router.get(
    "/exchanges/{uid}/signatures",
    response=list[SignatureOut],
    operation_id="list_signatures",
    summary="The protocol of signatures",
)
def list_signatures(request: Call, uid: uuid.UUID) -> list[dict[str, Any]]:
    """Check every signature of an exchange anew and tell whose it is and what it is worth."""
    exchange = exchange_of(request, uid)
    return [_signature(request, each) for each in signature_protocol(request.gateway, exchange)]


@router.get(
    "/messages/{uid}/content",
    operation_id="get_content",
    summary="The business data of a message",
    openapi_extra=raw_answer(_XML),
)
def get_content(request: Call, uid: uuid.UUID) -> HttpResponse:
    """Return the business data as XML, the octets that were signed."""
    message = message_of(request, uid)
    if message.content is None:
        raise not_found(Text(ru="у сообщения нет содержания", en="the message has no business data"))
    return _download(bytes(message.content), f"{message.uid}.xml", _XML)


@router.get(
    "/messages/{uid}/files/{number}",
    operation_id="get_file",
    summary="A file of a message",
    openapi_extra=raw_answer(_OCTETS),
)
def get_file(request: Call, uid: uuid.UUID, number: Row) -> HttpResponse:
    """Return a file's content."""
    row = _file(request, uid, number)
    if row.octets is not None:
        return _download(bytes(row.octets), row.name)
    if not row.blob:
        raise _deleted()
    return stream(request.gateway.blobs.open(row.blob), row.size, row.name)


@router.get(
    "/messages/{uid}/files/{number}/signature",
    operation_id="get_file_signature",
    summary="The detached signature of a file",
    openapi_extra=raw_answer(_OCTETS),
)
def get_file_signature(request: Call, uid: uuid.UUID, number: Row) -> HttpResponse:
    """Return the PKCS#7 of a file, DER."""
    row = _file(request, uid, number)
    if row.pkcs7 is None:
        raise not_found(Text(ru="файл не подписан", en="the file is not signed"))
    return _download(bytes(row.pkcs7), f"{row.name}.p7s")


def _file(request: Call, uid: uuid.UUID, number: int) -> Attachment:
    row = Attachment.objects.filter(message=message_of(request, uid), number=number).first()
    if row is None:
        raise not_found(Text(ru="такого файла нет", en="there is no such file"))
    return row


def _step(exchange: Exchange, row: Step) -> dict[str, Any]:
    return {
        "id": row.pk,
        "message": row.message.uid if row.message is not None else None,
        "kind": row.kind,
        "at": row.at,
        "content_type": row.content_type,
        "size": None if row.octets is None else len(row.octets),
        "digest": bytes(row.digest).hex(),
        "position": row.position,
        "link": None if row.link is None else bytes(row.link).hex(),
        "url": f"/api/v1/exchanges/{exchange.uid}/steps/{row.pk}",
    }


def _signature(request: Call, found: SignatureFound) -> dict[str, Any]:
    certificate = found.result.certificate
    chain = found.chain
    return {
        "message": found.step.message.uid if found.step.message is not None else None,
        "step": found.step.pk,
        "step_kind": found.step.kind,
        "whose": found.whose,
        "at": found.step.at,
        "valid": found.result.valid,
        "subject": certificate.subject if certificate is not None else "",
        "issuer": certificate.issuer if certificate is not None else "",
        "serial": format(certificate.serial, "x") if certificate is not None else "",
        "thumbprint": certificate.thumbprint.hex() if certificate is not None else "",
        "valid_from": certificate.not_before if certificate is not None else None,
        "valid_to": certificate.not_after if certificate is not None else None,
        "chain": [each.subject for each in chain.chain] if chain is not None else [],
        "trust": chain.state.value if chain is not None else "unchecked",
        "text": request.say(found.text),
    }


def _download(octets: bytes, name: str, content_type: str = _OCTETS) -> HttpResponse:
    """Give octets as a file to be kept: a browser must never show what others made."""
    response = HttpResponse(octets, content_type=content_type)
    _mark_as_file(response, name)
    return response


def stream(content: BinaryIO, size: int, name: str) -> HttpResponse:
    """Give what was opened as a file to be kept, in pieces; the answer closes it."""
    response: Any = FileResponse(content, content_type=_OCTETS)
    response.headers["Content-Length"] = str(size)
    _mark_as_file(response, name)
    return response  # type: ignore[no-any-return]


def _mark_as_file(response: Any, name: str) -> None:
    plain = "".join(
        each if each.isascii() and each.isprintable() and each not in '"\\%;' else "_" for each in name
    )
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = said
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"


def _deleted() -> Problem:
    return Problem(410, Text(ru="удалено по сроку хранения", en="deleted, its term being over"))
