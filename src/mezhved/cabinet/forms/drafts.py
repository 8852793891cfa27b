"""Drafts: begun, found, kept at every change, closed once they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.http import Http404

from mezhved.cabinet.access import Permission
from mezhved.cabinet.forms.problems import Outdated
from mezhved.cabinet.forms.state import State
from mezhved.cabinet.models import Draft, DraftFile, Purpose
from mezhved.gateway.cases import case_number
from mezhved.gateway.provider.work import IN_HAND
from mezhved.infotypes.forms import QName
from mezhved.infotypes.values import read_value

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Department, Exchange, InformationType
    from mezhved.infotypes.forms import FormModel

_ATTEMPTS: Final = 2


def model_of(visit: Visit, draft: Draft) -> FormModel:
    """Return the form of a draft's root; raise `UnknownNode`, `InvalidSchemaSet`."""
    return visit.gateway.catalogue.loaded(draft.kind).model(QName(draft.kind.namespace, draft.root))


def open_draft(
    visit: Visit,
    kind: InformationType,
    *,
    root: str,
    purpose: Purpose | str = Purpose.ASK,
    exchange: Exchange | None = None,
    department: Department | None = None,
    content: bytes | None = None,
    contents: str | None = None,
    case: str = "",
) -> Draft:
    """Begin a draft; of an answer that is begun already, return what is there.

    `content` is XML to begin with, `contents` what another draft or a template holds, `case` the number of
    the case. Raises `MalformedXml`, `UnknownNode`, `InvalidSchemaSet`.
    """
    if purpose == Purpose.ANSWER:
        begun = Draft.objects.filter(exchange=exchange, purpose=purpose, sent_at=None).first()
        if begun is not None:
            return draft_of(visit, begun.uid)
    model = visit.gateway.catalogue.loaded(kind).model(QName(kind.namespace, root))
    if contents is None:
        values = read_value(content, model).value if content is not None else {}
        contents = State(values=values).dump()
    now = visit.now
    draft = Draft(
        account=visit.account,
        department=department,
        kind=kind,
        root=root,
        purpose=purpose,
        exchange=exchange,
        contents=contents,
        case_number=case,
        created_at=now,
        updated_at=now,
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:  # a colleague began to answer at the same moment
        return draft_of(visit, Draft.objects.get(exchange=exchange, purpose=purpose, sent_at=None).uid)
    return draft


def draft_of(visit: Visit, uid: uuid.UUID, *, sent: bool = False) -> Draft:
    """Return a draft that the visit's account may go on with; raise `Http404` for any other.

    A request is its author's; an answer is for all who may answer the request. One that was sent is found
    with `sent` alone.
    """
    rows = Draft.objects.select_related("kind", "department", "exchange", "system__connection", "account")
    found = rows.defer("kind__package").filter(uid=uid).first()
    if found is None or (found.sent_at is not None and not sent) or not _may(visit, found):
        raise Http404
    return found


def _may(visit: Visit, draft: Draft) -> bool:
    if draft.purpose == Purpose.ANSWER:
        return draft.exchange is not None and visit.access.may_about(Permission.ANSWER, draft.exchange)
    return draft.account_id == visit.account.pk and visit.access.may(Permission.ASK, draft.department_id)


def is_late(draft: Draft) -> bool:
    """Tell whether the request that a draft answers was answered or closed meanwhile by other means."""
    if draft.purpose != Purpose.ANSWER or draft.exchange is None:
        return False
    return draft.exchange.state not in IN_HAND


def left_of(exchange: Exchange) -> Draft | None:
    """Return the draft of an answer that was left when the request was answered or closed by other means."""
    if exchange.state in IN_HAND:
        return None
    rows = Draft.objects.select_related("kind", "account").defer("kind__package")
    return rows.filter(exchange=exchange, purpose=Purpose.ANSWER, sent_at=None).first()


def drop(draft: Draft) -> list[str]:
    """Delete a draft; return the keys of its files' contents, which may be nobody's now."""
    with transaction.atomic():
        rows = DraftFile.objects.filter(draft=draft).exclude(blob="")
        blobs = list(rows.values_list("blob", flat=True))
        draft.delete()
    return blobs


def own_drafts(visit: Visit) -> list[Draft]:
    """Return the requests that the account has begun, the latest first."""
    rows = Draft.objects.filter(account=visit.account, purpose=Purpose.ASK, sent_at=None)
    held = visit.access.departments(Permission.ASK)
    return list(
        rows.filter(department__in=held)
        .select_related("kind", "department", "system")
        .defer("kind__package", "contents")
        .order_by("-updated_at")
    )


def change(visit: Visit, draft: Draft, version: int | None, edit: Callable[[State], bool]) -> Draft:
    """Apply an edit to what a draft holds and keep it; the edit tells whether it changed what is sent.

    `version` is that which the visitor saw, None where it does not matter. Raises `Outdated` where the draft
    has changed since, and changes nothing then.
    """
    with transaction.atomic():
        row = Draft.objects.select_for_update().only("version", "contents", "sent_at").get(pk=draft.pk)
        if row.sent_at is not None:
            raise Http404
        if version is not None and row.version != version:
            raise Outdated(draft)
        state = State.parse(row.contents)
        changed = edit(state)
        contents = state.dump()
        if contents != row.contents:
            row.contents = contents
            row.version += changed
            row.updated_at = visit.now
            row.save(update_fields=["contents", "version", "updated_at"])
    draft.contents, draft.version = row.contents, row.version
    if contents == row.contents and changed:
        draft.updated_at = visit.now
    return draft


def keep_case(visit: Visit, draft: Draft, text: str) -> None:
    """Keep the number of the case; what is sent does not change by it."""
    number = case_number(text)
    if number != draft.case_number:
        draft.case_number, draft.updated_at = number, visit.now
        rows = Draft.objects.filter(pk=draft.pk, sent_at=None)
        rows.update(case_number=number, updated_at=visit.now)


def close(draft: Draft, exchange: Exchange) -> None:
    """Note that a draft was sent: what it held is wiped, its files are the message's now."""
    with transaction.atomic():
        row = Draft.objects.select_for_update().get(pk=draft.pk)
        if row.sent_at is None:
            row.sent_at, row.exchange = exchange.created_at, exchange
            row.contents, row.case_number = State().dump(), ""
            row.save(update_fields=["sent_at", "exchange", "contents", "case_number"])
            DraftFile.objects.filter(draft=row).delete()
