"""A message and what it holds, to be saved: every one a download within borders, kept in the audit."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse
from django.http import HttpResponseBase as Answer
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Visit, page
from mezhved.cabinet.showing.documents import READ_OCTETS, decoded, values
from mezhved.cabinet.showing.files import octets_inside
from mezhved.cabinet.showing.names import handed_out, handed_out_file, suffix_of
from mezhved.cabinet.showing.paper import start_printing
from mezhved.cabinet.showing.printing import excel_of, file_name, pdf_of, title_of
from mezhved.cabinet.showing.views import message_of
from mezhved.gateway.files import open_file
from mezhved.gateway.models import Attachment, Message, Step, StepKind
from mezhved.infotypes.documents import read_document
from mezhved.infotypes.rendering import TooLarge
from mezhved.service.blobs import BlobStoreError
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    import uuid

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLACE: Final = re.compile(r"[1-9][0-9]{0,3}(\.[1-9][0-9]{0,3})?")


def _note(visit: Visit, message: Message, what: str) -> None:
    audit.record(visit, "downloaded", exchange=message.exchange, subject=f"{message.kind} {what}")


def _with_content(visit: Visit, uid: uuid.UUID) -> Message:
    message = message_of(visit, uid)
    if message.content is None:
        raise Http404
    return message


@page(None)
def message_xml(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Give the business data, octet for octet."""
    message = _with_content(visit, uid)
    _note(visit, message, "xml")
    return handed_out(bytes(message.content or b""), file_name(message, ".xml"), "application/xml")


@page(None)
def message_original(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Give the whole signed message as it travelled."""
    message = message_of(visit, uid)
    steps = Step.objects.filter(
        message=message, kind__in=[StepKind.CALL, StepKind.RECEIVED], octets__isnull=False
    )
    step = steps.order_by("-pk").first()
    if step is None:
        raise Http404
    _note(visit, message, "original")
    in_parts = step.content_type.lower().startswith("multipart/")
    name = file_name(message, "-signed.mime" if in_parts else "-signed.xml")
    return handed_out(bytes(step.octets or b""), name, "message/rfc822" if in_parts else "application/xml")


@page(None)
def message_pdf(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Give the message on paper."""
    message = _with_content(visit, uid)
    try:
        octets = pdf_of(visit.gateway, message, visit.now)
    except TooLarge:
        return redirect(start_printing(visit, message).address)
    except MezhvedError as error:
        return _refused(visit, message, error)
    _note(visit, message, "pdf")
    return handed_out(octets, file_name(message, ".pdf"), "application/pdf")


@page(None)
def message_excel(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Give the message as tables."""
    message = _with_content(visit, uid)
    try:
        octets = excel_of(visit.gateway, message, visit.now)
    except MezhvedError as error:
        return _refused(visit, message, error)
    _note(visit, message, "excel")
    return handed_out(octets, file_name(message, ".xlsx"), _XLSX)


@page(None)
def message_value(visit: Visit, uid: uuid.UUID, number: int) -> HttpResponse:
    """Give a value of the document: the file that it is in base64, or its text."""
    message = _with_content(visit, uid)
    octets = bytes(message.content or b"")
    if len(octets) > READ_OCTETS:
        raise Http404
    try:
        value = next(islice(values(read_document(octets)), number, None), None)
    except MezhvedError:
        value = None
    if value is None:
        raise Http404
    _note(visit, message, "value")
    file = decoded(value)
    if file is None:
        return handed_out(value.encode(), file_name(message, f"-{number}.txt"), "text/plain; charset=utf-8")
    return handed_out(file, file_name(message, f"-{number}{suffix_of(file)}"), "application/octet-stream")


@page(None)
def message_file(visit: Visit, uid: uuid.UUID, number: int) -> HttpResponse:
    """Give a file of the message."""
    message = message_of(visit, uid)
    row = _file(message, number)
    try:
        file = open_file(visit.gateway, row)
    except BlobStoreError as error:
        raise Http404 from error
    _note(visit, message, f"file {number}")
    answer: Answer = handed_out_file(file, row.size, row.name, row.mime_type)
    return answer  # type: ignore[return-value]  # a FileResponse is what Django sends as well


@page(None)
def message_inner(visit: Visit, uid: uuid.UUID, number: int, place: str) -> HttpResponse:
    """Give a file inside an archive; `place` is its number, or that of the inner archive and its own."""
    message = message_of(visit, uid)
    row = _file(message, number)
    if not _PLACE.fullmatch(place):
        raise Http404
    try:
        found = octets_inside(visit.gateway, row, [int(each) for each in place.split(".")])
    except MezhvedError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    _note(visit, message, f"file {number} inside {place}")
    return handed_out(found[1], found[0], "application/octet-stream")


def _file(message: Message, number: int) -> Attachment:
    row = Attachment.objects.filter(message=message, number=number).first()
    if row is None or (row.octets is None and not row.blob):
        raise Http404
    return row


def _refused(visit: Visit, message: Message, error: MezhvedError) -> HttpResponse:
    """Say why a form of the message cannot be made, and what to take instead."""
    return visit.render(
        "cabinet/showing/refused.html",
        {"message": message, "title": title_of(message), "error": error},
        status=409,
    )
