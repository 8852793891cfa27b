"""A new request made of one that was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages as notes

from mezhved.cabinet.forms.drafts import open_draft
from mezhved.cabinet.forms.files import keep_file
from mezhved.cabinet.forms.naming import renamed
from mezhved.cabinet.wording import spoken
from mezhved.gateway.errors import NotFound
from mezhved.gateway.files import keep_upload, open_file
from mezhved.gateway.models import Attachment
from mezhved.service.blobs import BlobStoreError
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.models import Draft
    from mezhved.gateway.models import Exchange, Message

COPIED_OCTETS: Final = 64 * 2**20
"""Of all files together; larger ones are attached anew by hand."""


def copied(visit: Visit, exchange: Exchange, sent: Message) -> Draft:
    """Begin a draft with the content and the files of a request; what could not be copied is told.

    Raises `NotFound` for a request of a type that was never added, `MezhvedError` where its form cannot be
    opened.
    """
    kind = exchange.type
    if kind is None:
        raise NotFound(Text(ru="вид сведений неизвестен", en="the information type is unknown"))
    draft = open_draft(
        visit,
        kind,
        root=kind.request_root,
        department=exchange.department,
        content=bytes(sent.content or b""),
        case=exchange.case_number,
    )
    draft = renamed(visit, draft)
    left = COPIED_OCTETS
    lost = []
    for each in Attachment.objects.filter(message=sent).order_by("number"):
        if each.size > left or not _copy(visit, draft, each):
            lost.append(each.name)
        else:
            left -= each.size
    if lost:
        names = ", ".join(lost)
        told = Text(ru=f"Приложите заново: {names}", en=f"Attach these anew: {names}")
        notes.warning(visit.request, spoken(told))
    return draft


def _copy(visit: Visit, draft: Draft, file: Attachment) -> bool:
    try:
        with open_file(visit.gateway, file) as source:
            keep_file(draft, keep_upload(visit.gateway, source, file.name, file.mime_type))
    except BlobStoreError:
        return False
    return True
