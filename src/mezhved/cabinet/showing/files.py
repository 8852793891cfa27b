"""The files of a message: what they are, what is inside archives, what their signatures are worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from mezhved.cabinet.showing.documents import read, schema_finder
from mezhved.cabinet.wording import is_english
from mezhved.gateway.evidence.judging import sender_of
from mezhved.gateway.files import open_file
from mezhved.gateway.models import Attachment, Step, StepKind
from mezhved.gost import CmsProblem, Verifier, verify_cms
from mezhved.infotypes.rendering import (
    ARCHIVE_LIMITS,
    HtmlOptions,
    Inner,
    InnerKind,
    is_archive,
    open_archive,
    to_html,
)
from mezhved.infotypes.rendering.values import size_text
from mezhved.service.blobs import BlobStoreError
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mezhved.cabinet.showing.documents import SchemaOf
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Message
    from mezhved.gost import Certificate, CmsVerdict

OPENED_OCTETS: Final = 32 * 2**20
"""Larger files are not looked into: they are downloaded."""
INNER_LIMITS: Final = replace(ARCHIVE_LIMITS, octets=64 * 2**20, file_octets=32 * 2**20, files=500)
SHOWN_DOCUMENTS: Final = 20
"""Of all archives of a message so many documents are shown; the others are downloaded."""
SHOWN_OCTETS: Final = 2 * 2**20
INNER_VALUES: Final = 2_000

_HEADS: Final = (b"<?xml", b"\xef\xbb\xbf<?xml", b"\xff\xfe<\0?\0", b"\xfe\xff\0<\0?")
_GONE: Final = Text(
    ru="содержимого файла больше нет: срок хранения истёк", en="the content is gone: its term is over"
)
_UNREADABLE: Final = Text(
    ru="файл сейчас не читается; скажите администратору", en="the file does not read; tell the administrator"
)
_MUCH: Final = Text(ru="слишком велик для страницы: скачайте", en="too large for the page: download it")
_UNKNOWN: Final = Text(
    ru="чья подпись, неизвестно: сертификата нет ни в ней, ни у отправителя",
    en="whose the signature is, is not known: neither it nor the sender has its certificate",
)
_KINDS: Final = {
    InnerKind.XML: Text(ru="документ XML", en="an XML document"),
    InnerKind.SIGNATURE: Text(ru="подпись", en="a signature"),
    InnerKind.ARCHIVE: Text(ru="архив", en="an archive"),
    InnerKind.OTHER: Text(ru="файл", en="a file"),
}


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file, or one inside an archive (`level` above 0); `html` is its document."""

    name: str
    size: Text
    said: Text
    link: str
    level: int = 0
    html: str = ""
    is_cut: bool = False
    verdict: Text | None = None
    tone: str = ""
    problem: Text | None = None


def files_of(gateway: Gateway, message: Message, heading: int) -> list[FileShown]:
    """Return the files of a message with what is inside them, in order."""
    rows = Attachment.objects.filter(message=message).order_by("number")
    showing = _Showing(message, schema_finder(gateway, message.exchange.type), heading, gateway)
    return [shown for row in rows for shown in showing.file(row)]


def octets_inside(gateway: Gateway, attachment: Attachment, place: Sequence[int]) -> tuple[str, bytes] | None:
    """Return a file inside an archive by its number, or by those of the inner archive and its own."""
    octets = content_of(gateway, attachment)
    if octets is None or not is_archive(octets, attachment.name):
        return None
    inside = open_archive(octets, INNER_LIMITS)
    found: Inner | None = None
    for number in place:
        if not 1 <= number <= len(inside):
            return None
        found = inside[number - 1]
        inside = found.inner
    return None if found is None else (found.name, found.octets)


def content_of(gateway: Gateway, attachment: Attachment) -> bytes | None:
    """Return the octets of a file that may be looked into; None for a larger one, or one that is gone."""
    if attachment.size > OPENED_OCTETS:
        return None
    try:
        with open_file(gateway, attachment) as file:
            return file.read(OPENED_OCTETS)
    except BlobStoreError:
        return None


class _Showing:
    """Looks into the files of one message, while there is room in the page."""

    def __init__(self, message: Message, schema_of: SchemaOf, heading: int, gateway: Gateway) -> None:
        self._message = message
        self._schema_of = schema_of
        self._options = HtmlOptions("en" if is_english() else "ru", heading=heading, files=False)
        self._gateway = gateway
        self._room = SHOWN_DOCUMENTS
        self._sender: tuple[Certificate, ...] | None = None

    def file(self, row: Attachment) -> Iterator[FileShown]:
        """Give a file, then what is inside."""
        link = reverse("cabinet:message_file", args=[self._message.uid, row.number])
        verdict, tone = _sound(row)
        shown = FileShown(row.name, size_text(row.size), _said(row), link, verdict=verdict, tone=tone)
        if row.octets is None and not row.blob:
            gone = _GONE if self._message.exchange.forgotten_at is not None else _UNREADABLE
            yield replace(shown, link="", problem=gone)
            return
        octets = content_of(self._gateway, row)
        if octets is None:
            yield shown
        elif is_archive(octets, row.name):
            yield from self._archive(replace(shown, said=_KINDS[InnerKind.ARCHIVE]), octets, link)
        elif octets.startswith(_HEADS) or row.mime_type.endswith("/xml"):
            yield self._document(shown, octets)
        else:
            yield shown

    def _archive(self, shown: FileShown, octets: bytes, link: str) -> Iterator[FileShown]:
        try:
            inside = open_archive(octets, INNER_LIMITS)
        except MezhvedError as error:
            yield replace(shown, problem=error.what)
            return
        yield shown
        yield from self._inside(inside, f"{link}inside/", 1)

    def _inside(self, files: Sequence[Inner], link: str, level: int) -> Iterator[FileShown]:
        by_name = {each.name: each for each in files}
        for number, each in enumerate(files, 1):
            verdict, tone = self._detached(each, by_name.get(each.signs))
            shown = FileShown(
                each.name,
                size_text(len(each.octets)),
                _of(each),
                "" if each.problem is not None and not each.octets else f"{link}{number}/",
                level,
                verdict=verdict,
                tone=tone,
                problem=each.problem,
            )
            yield self._document(shown, each.octets) if each.kind is InnerKind.XML else shown
            yield from self._inside(each.inner, f"{link}{number}.", level + 1)

    def _document(self, shown: FileShown, octets: bytes) -> FileShown:
        if self._room <= 0 or len(octets) > SHOWN_OCTETS:
            return replace(shown, problem=_MUCH)
        self._room -= 1
        try:
            carried = read(octets, self._schema_of, INNER_VALUES)
        except MezhvedError as error:
            return replace(shown, problem=error.what)
        return replace(shown, html=to_html(carried.branch, self._options), is_cut=carried.is_cut)

    def _detached(self, signature: Inner, signed: Inner | None) -> tuple[Text | None, str]:
        """Tell what a signature beside a file in an archive is worth."""
        if signature.kind is not InnerKind.SIGNATURE or signed is None:
            return None, ""
        try:
            verdict = self._judged(signature.octets, signed.octets)
        except MezhvedError as error:
            return Text(
                ru=f"подпись не читается: {error.what.ru}", en=f"the signature does not read: {error.what.en}"
            ), "bad"
        owner = verdict.certificate.subject_name.get("CN") if verdict.certificate is not None else None
        by = f": {owner}" if owner else ""
        if verdict.valid:
            return Text(ru=f"подпись верна{by}", en=f"the signature is right{by}"), "good"
        if verdict.problem is CmsProblem.NO_CERTIFICATE:
            return _UNKNOWN, "warn"
        return Text(ru=f"подпись НЕВЕРНА{by}", en=f"the signature is WRONG{by}"), "bad"

    def _judged(self, octets: bytes, content: bytes) -> CmsVerdict:
        """Judge a signature; one without a certificate may be that of the message's sender."""
        provider = self._gateway.provider
        verdict = verify_cms(octets, content, provider)
        if verdict.problem is not CmsProblem.NO_CERTIFICATE:
            return verdict
        if self._sender is None:
            self._sender = _sender(self._gateway, self._message)
        return verify_cms(octets, content, provider, certificates=self._sender)


def _sender(gateway: Gateway, message: Message) -> tuple[Certificate, ...]:
    kinds = (StepKind.CALL, StepKind.RECEIVED)
    rows = Step.objects.filter(message=message, kind__in=kinds, octets__isnull=False).order_by("-pk")
    step = rows.first()
    if step is None:
        return ()
    return sender_of(step.content_type, bytes(step.octets or b""), Verifier(gateway.provider))


def _sound(row: Attachment) -> tuple[Text | None, str]:
    if row.is_sound is None:
        if row.pkcs7 is None:
            return None, ""
        return Text(ru="есть подпись", en="it has a signature"), ""
    if row.is_sound:
        return Text(ru="подпись файла верна", en="the file's signature is right"), "good"
    return Text(ru="подпись файла НЕВЕРНА", en="the file's signature is WRONG"), "bad"


def _said(row: Attachment) -> Text:
    return Text(ru=row.mime_type, en=row.mime_type)


def _of(file: Inner) -> Text:
    if file.signs:
        return Text(ru=f"подпись файла {file.signs}", en=f"the signature of {file.signs}")
    return _KINDS[file.kind]
