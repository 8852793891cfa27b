"""Pages that forms answer with wherever they are shown."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django.utils.http import url_has_allowed_host_and_scheme

from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.filling import compared

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from django.http import HttpResponse

    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.models import Draft

    OfDraft = Callable[..., HttpResponse]
    OfUid = Callable[..., HttpResponse]
    from mezhved.cabinet.forms.problems import Outdated


def editing(function: OfDraft) -> OfUid:
    """Make a view of a draft's uid of a function of the draft; for an answer that comes too late, tell so.

    Raises `Http404` for a draft of others.
    """

    @functools.wraps(function)
    def view(visit: Visit, uid: uuid.UUID, **arguments: Any) -> HttpResponse:
        draft = drafts.draft_of(visit, uid)
        return late_page(visit, draft) if drafts.is_late(draft) else function(visit, draft, **arguments)

    return view


def keeping(function: OfDraft) -> OfUid:
    """Make a view as `editing` does; what was typed is kept first: without scripts it comes all at once."""

    @functools.wraps(function)
    def view(visit: Visit, uid: uuid.UUID, **arguments: Any) -> HttpResponse:
        draft = drafts.draft_of(visit, uid)
        answer = function(visit, draft, **arguments)
        return late_page(visit, draft) if drafts.is_late(draft) else answer

    return view


def late_page(visit: Visit, draft: Draft) -> HttpResponse:
    """Tell that the request was answered or closed meanwhile, with the way to what was typed; status 409."""
    context = {"draft": draft, "exchange": draft.exchange}
    return _conflict(visit, context, part="cabinet/forms/late.html", whole="cabinet/forms/late_page.html")


def outdated_page(visit: Visit, error: Outdated) -> HttpResponse:
    """Return what was typed into an outdated form beside what is there now, to choose from; status 409."""
    draft = drafts.draft_of(visit, error.draft.uid)
    context = {"draft": draft, "rows": compared(visit, draft, error.typed), "back": way_back(visit)}
    return _conflict(visit, context, part="cabinet/forms/conflict.html", whole="cabinet/forms/outdated.html")


def _conflict(visit: Visit, context: dict[str, Any], *, part: str, whole: str) -> HttpResponse:
    """Return a refusal, status 409: as a part above the form that is open, or as a page."""
    if not visit.is_part:
        return visit.render(whole, context, status=409)
    answer = visit.render(part, context, status=409)
    answer.headers["HX-Retarget"] = "#form-conflict"
    answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def way_back(visit: Visit) -> str:
    """Return the page of the cabinet that the form was shown on."""
    said = visit.request.POST.get("back", "")
    local = said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None)
    return said if local else "/"
