"""A draft of an answer that was left: the request was answered or closed by others meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect

from mezhved.cabinet import audit, forms
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.answering.viewing import answer_shown, asked_context, incoming, request_of
from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.files import forget_contents
from mezhved.cabinet.wording import spoken
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    import uuid

    from django.http import HttpResponse

    from mezhved.cabinet.models import Draft
    from mezhved.gateway.models import Exchange


@page(Permission.ANSWER)
def left_draft(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show what was typed and not sent; on POST delete it."""
    exchange = incoming(visit, uid, Permission.ANSWER)
    draft = drafts.left_of(exchange)
    if draft is None:
        return redirect("cabinet:incoming_work", uid)
    if visit.request.method == "POST":
        forget_contents(visit, drafts.drop(draft))
        audit.record(visit, "draft_deleted", exchange=exchange)
        messages.success(visit.request, spoken(Text(ru="Черновик удалён.", en="The draft is deleted.")))
        return redirect("cabinet:incoming_work", uid)
    audit.record(visit, "viewed", exchange=exchange)
    shown, problem = _shown(visit, exchange, draft)
    context = {
        **asked_context(visit, exchange, request_of(exchange)),
        "draft": draft,
        "draft_shown": shown,
        "problem": problem,
        "files": forms.files_of(draft),
    }
    return visit.render("cabinet/answering/left.html", context)


def _shown(visit: Visit, exchange: Exchange, draft: Draft) -> tuple[object, MezhvedError | None]:
    """Return the draft as the answer that it would have been, or why it cannot be shown."""
    try:
        return answer_shown(visit, exchange, forms.written(visit, draft), draft.updated_at), None
    except MezhvedError as error:
        return None, error
