"""Files that go along with a draft: to the disk as they arrive, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet.access import Visit, page
from mezhved.cabinet.forms.pages import editing, way_back
from mezhved.cabinet.models import DraftFile
from mezhved.gateway.errors import InvalidMessage
from mezhved.gateway.files import FileDraft, clean_name, keep_upload
from mezhved.gateway.models import Attachment
from mezhved.gateway.outbox.limits import STORE_LIMIT
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from typing import BinaryIO

    from django.http import HttpResponse

    from mezhved.cabinet.models import Draft

MOST_FILES: Final = 100


@page(None, methods=("POST",))
@editing
def add_files(visit: Visit, draft: Draft) -> HttpResponse:
    """Take files along; what does not fit is told, the others stay."""
    problems: list[MezhvedError] = []
    for upload in visit.request.FILES.getlist("files"):
        try:
            _take(visit, draft, upload)
        except MezhvedError as error:
            problems.append(error)
    return _answer(visit, draft, problems)


def _take(visit: Visit, draft: Draft, upload: Any) -> None:
    sizes = list(DraftFile.objects.filter(draft=draft).values_list("size", flat=True))
    if len(sizes) >= MOST_FILES:
        raise InvalidMessage(
            Text(ru=f"не больше {MOST_FILES} файлов", en=f"{MOST_FILES} files at most"), where=upload.name
        )
    if sum(sizes) + upload.size > STORE_LIMIT:
        raise InvalidMessage(
            Text(ru="все файлы вместе больше 1 ГиБ", en="all files together are larger than 1 GiB"),
            where=clean_name(upload.name or ""),
            cure=Text(ru="разделите файлы на несколько запросов", en="divide the files among requests"),
        )
    try:
        kept = keep_upload(
            visit.gateway, cast("BinaryIO", upload), upload.name or "", upload.content_type or ""
        )
    except InvalidMessage:
        kept = keep_upload(visit.gateway, cast("BinaryIO", upload), upload.name or "")
    keep_file(draft, kept)


def keep_file(draft: Draft, kept: FileDraft) -> DraftFile:
    """Let a file go along with a draft."""
    return DraftFile.objects.create(
        draft=draft,
        name=kept.name,
        mime_type=kept.mime_type,
        size=kept.size,
        octets=kept.octets,
        blob=kept.blob,
        digest=kept.digest,
    )


@page(None, methods=("POST",))
@editing
def remove_file(visit: Visit, draft: Draft, number: int) -> HttpResponse:
    """Take a file away."""
    found = DraftFile.objects.filter(draft=draft).filter(pk=number).first()
    if found is None:
        raise Http404
    found.delete()
    forget_contents(visit, [found.blob])
    return _answer(visit, draft, [])


def forget_contents(visit: Visit, blobs: list[str]) -> None:
    """Delete contents that neither a message nor a draft has any more."""
    for blob in filter(None, blobs):
        used = Attachment.objects.filter(blob=blob).exists() or DraftFile.objects.filter(blob=blob).exists()
        if not used:
            visit.gateway.blobs.delete(blob)


def _answer(visit: Visit, draft: Draft, problems: list[MezhvedError]) -> HttpResponse:
    if not visit.is_part and not problems:
        return redirect(f"{way_back(visit)}#draft-files")
    files = tuple(DraftFile.objects.filter(draft=draft).order_by("pk").defer("octets"))
    template = "files" if visit.is_part else "files_page"
    status = 422 if problems else 200
    context = {"draft": draft, "files": files, "file_problems": problems, "back": way_back(visit)}
    return visit.render(f"cabinet/forms/{template}.html", context, status=status)
