"""The page of a draft, and the list of those begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.asking.kinds import departments_of, systems_for
from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.files import forget_contents
from mezhved.cabinet.forms.filling import form_of
from mezhved.cabinet.models import Draft, Purpose
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from django.http import HttpResponse

    from mezhved.cabinet.forms.problems import Problem


def asked_draft(visit: Visit, uid: uuid.UUID, *, sent: bool = False) -> Draft:
    """Return a draft of a request of the account's own; raise `Http404`."""
    draft = drafts.draft_of(visit, uid, sent=sent)
    if draft.purpose != Purpose.ASK:
        raise Http404
    return draft


@page(Permission.ASK, methods=("GET",))
def draft(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show a draft: what asks, the form, the files."""
    found = asked_draft(visit, uid, sent=True)
    if found.sent_at is not None:
        return led_to_request(found)
    return draft_page(visit, found)


def led_to_request(found: Draft) -> HttpResponse:
    """Lead to what a draft became."""
    if found.exchange is None:
        return redirect("cabinet:asking")
    return redirect("cabinet:request", found.exchange.uid)


def draft_page(
    visit: Visit,
    found: Draft,
    problems: Sequence[Problem] = (),
    refusal: MezhvedError | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the page of a draft with what is wrong with it."""
    systems = systems_for(found.kind)
    if found.system is None and systems:
        found.system = systems[0]
        Draft.objects.filter(pk=found.pk).update(system=found.system)
    context: dict[str, Any] = {
        "draft": found,
        "systems": systems,
        "departments": departments_of(visit),
        "refusal": refusal,
        "back": reverse("cabinet:asking_draft", args=[found.uid]),
    }
    try:
        context["form"] = form_of(visit, found, problems)
    except MezhvedError as error:
        context["refusal"] = error
    return visit.render("cabinet/asking/draft.html", context, status=status)


@page(Permission.ASK, methods=("POST",))
def options(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Keep which system and department ask, whether for practice, and whether the official signs."""
    found = asked_draft(visit, uid)
    systems = {str(each.pk): each for each in systems_for(found.kind)}
    own = {str(key): key for key, _ in departments_of(visit)}
    said = visit.request.POST
    system = systems.get(said.get("system", ""), found.system)
    department = own.get(said.get("department", ""), found.department_id)
    Draft.objects.filter(pk=found.pk).update(
        system=system,
        department=department,
        is_test="test" in said,
        wants_signature="sign" in said,
        updated_at=visit.now,
    )
    return redirect("cabinet:asking_draft", uid)


@page(Permission.ASK, methods=("GET",))
def all_drafts(visit: Visit) -> HttpResponse:
    """Show the requests that the account has begun."""
    return visit.render("cabinet/asking/drafts.html", {"drafts": drafts.own_drafts(visit)})


@page(Permission.ASK, methods=("POST",))
def delete_draft(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Delete a draft with its files."""
    found = asked_draft(visit, uid)
    forget_contents(visit, drafts.drop(found))
    return redirect("cabinet:asking_drafts")
