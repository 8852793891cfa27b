"""A message for paper and for Excel."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from mezhved.cabinet.showing.documents import carried
from mezhved.cabinet.showing.files import content_of
from mezhved.cabinet.showing.looks import look_of
from mezhved.cabinet.showing.names import safe_name
from mezhved.cabinet.showing.signatures import signatures_of, stamps
from mezhved.cabinet.wording import is_english, spoken
from mezhved.gateway.models import Attachment, MessageKind, Step, StepKind
from mezhved.infotypes.rendering import (
    HtmlOptions,
    PdfFile,
    PdfOptions,
    TooLarge,
    grids,
    print_html,
    to_html,
    to_pdf,
    to_xlsx,
)
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Message
    from mezhved.texts import Language

PRINTED_VALUES: Final = 200
"""More values are too long a wait for a page: 2 to 9 ms each; they are printed in the background."""
EXCEL_VALUES: Final = 200_000
_ATTACHED_OCTETS: Final = 8 * 2**20
"""Octets of files that go into a PDF; larger ones are downloaded apart."""

_CUT: Final = Text(
    ru="Документ велик: напечатаны первые значения, {most}. Он целиком — в таблице Excel и в файле внутри "
    "этого PDF:",
    en="The document is large: its first {most} values are printed. The whole of it is in the Excel table, "
    "and in the file inside this PDF:",
)
_KINDS: Final = {
    MessageKind.REQUEST: Text(ru="Запрос", en="Request"),
    MessageKind.ANSWER: Text(ru="Ответ", en="Answer"),
    MessageKind.REJECTION: Text(ru="Отказ", en="Refusal"),
    MessageKind.STATUS: Text(ru="Промежуточный статус", en="Interim status"),
    MessageKind.NOTICE: Text(ru="Уведомление СМЭВ", en="SMEV's notice"),
}
_FILES: Final = {MessageKind.REQUEST: "request", MessageKind.ANSWER: "answer"}


def file_name(message: Message, suffix: str) -> str:
    """Return a name to save a message by, with nothing of a person in it."""
    kind = message.exchange.type
    code = kind.code if kind is not None else "message"
    stem = _FILES.get(MessageKind(message.kind), message.kind)
    return safe_name(f"{code}-{stem}-{str(message.uid)[:8]}{suffix}")


def kind_words(message: Message) -> Text:
    """Return what kind of message it is."""
    return _KINDS[MessageKind(message.kind)]


def title_of(message: Message) -> str:
    """Return what a message is, in the language of the visit; nothing of a person."""
    kind = message.exchange.type
    what = kind_words(message)
    title = (kind.title or kind.code) if kind is not None else ""
    return f"{spoken(what)}: {title}" if title else spoken(what)


def pdf_of(
    gateway: Gateway, message: Message, now: datetime, *, most: int = PRINTED_VALUES, cut: bool = False
) -> bytes:
    """Print a message as PDF/A-3 with its XML, its signatures and its small files inside, and the stamps.

    Of more than `most` values the first are printed where it may be `cut`: the paper says so, and the XML
    inside has them all. Raises `TooLarge` where it may not, `PdfUnavailable`, `MezhvedError` for what does
    not read.
    """
    language: Language = "en" if is_english() else "ru"
    shown = carried(gateway, message, most)
    if shown.is_cut and not cut:
        raise TooLarge(
            Text(
                ru=f"в документе больше {most} значений: печатать его слишком долго",
                en=f"the document has more than {most} values: printing takes too long",
            ),
            cure=Text(ru="возьмите XML или таблицу Excel", en="take the XML or the Excel table"),
        )
    options = PdfOptions(
        title=title_of(message),
        made_at=now,
        language=language,
        files=tuple(_files(gateway, message)),
        stamps=stamps(signatures_of(gateway, message)),
        note=f"MessageID {message.message_id}" if message.message_id else "",
    )
    if shown.is_cut:
        body = to_html(shown.branch, HtmlOptions(language, heading=1, files=False))
        said = Text(ru=_CUT.ru.format(most=most), en=_CUT.en.format(most=most))
        note = f"<p><strong>{escape(spoken(said))} {escape(file_name(message, '.xml'))}</strong></p>"
        return print_html(f"{note}{body}{note}", options)
    look = look_of(gateway, message)
    if look is not None:
        return print_html(look.body, options, style=look.style)
    return to_pdf(shown.branch, options)


def excel_of(gateway: Gateway, message: Message, now: datetime) -> bytes:
    """Return a message as tables; whatever a value begins with it stays text. Raises `MezhvedError`."""
    shown = carried(gateway, message, EXCEL_VALUES)
    tables = grids(shown.branch, "en" if is_english() else "ru")
    return to_xlsx(tables, now, title=title_of(message))


def _files(gateway: Gateway, message: Message) -> list[PdfFile]:
    """Return what goes into the PDF: the XML, the signed message as it travelled, signatures, small files."""
    found = [PdfFile(file_name(message, ".xml"), bytes(message.content or b""), "source")]
    if message.personal_signature:
        found.append(PdfFile("official-signature.xml", bytes(message.personal_signature), "signature"))
    wire = Step.objects.filter(
        message=message, kind__in=[StepKind.CALL, StepKind.RECEIVED], octets__isnull=False
    ).order_by("-pk")
    step = wire.first()
    left = _ATTACHED_OCTETS
    if step is not None and len(octets := bytes(step.octets or b"")) <= left:
        name = (
            "signed-message.mime"
            if step.content_type.lower().startswith("multipart/")
            else "signed-message.xml"
        )
        found.append(PdfFile(name, octets, "signature"))
        left -= len(octets)
    for row in Attachment.objects.filter(message=message).order_by("number"):
        if row.pkcs7 is not None:
            found.append(PdfFile(f"{row.name}.p7s", bytes(row.pkcs7), "signature"))
        octets_of = _small(gateway, row, left)
        if octets_of is not None:
            found.append(PdfFile(row.name, octets_of, "attachment"))
            left -= len(octets_of)
    return found


def _small(gateway: Gateway, row: Attachment, left: int) -> bytes | None:
    return content_of(gateway, row) if row.size <= left else None
