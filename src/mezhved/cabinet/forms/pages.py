"""Pages that forms answer with wherever they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import url_has_allowed_host_and_scheme

from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.filling import compared

if TYPE_CHECKING:
    from django.http import HttpResponse

    from mezhved.cabinet.access import Visit
    from mezhved.cabinet.forms.problems import Outdated


def outdated_page(visit: Visit, error: Outdated) -> HttpResponse:
    """Return what was typed into an outdated form beside what is there now, to choose from; status 409."""
    draft = drafts.draft_of(visit, error.draft.uid)
    context = {"draft": draft, "rows": compared(visit, draft, error.typed), "back": way_back(visit)}
    if visit.is_part:
        answer = visit.render("cabinet/forms/conflict.html", context, status=409)
        answer.headers["HX-Retarget"] = "#form-conflict"
        answer.headers["HX-Reswap"] = "innerHTML"
        return answer
    return visit.render("cabinet/forms/outdated.html", context, status=409)


def way_back(visit: Visit) -> str:
    """Return the page of the cabinet that the form was shown on."""
    said = visit.request.POST.get("back", "")
    local = said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None)
    return said if local else "/"
