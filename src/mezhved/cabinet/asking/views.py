"""Choosing a type and beginning a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.asking.kinds import (
    departments_of,
    favourites,
    find_kinds,
    groups,
    kind_of_code,
    kinds_to_ask,
    passport_of,
    recent,
    systems_for,
)
from mezhved.cabinet.asking.templates import templates_of
from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.naming import fresh
from mezhved.cabinet.models import Draft, FavouriteType, Purpose
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from django.http import HttpResponse

    from mezhved.gateway.models import Department, InformationType


@page(Permission.ASK)
def index(visit: Visit) -> HttpResponse:
    """Show the types to ask for; with words typed, those that have them all."""
    typed = " ".join((visit.request.POST.get("q") or visit.request.GET.get("q", "")).split())[:200]
    found = find_kinds(typed)
    context = {"typed": typed, "groups": groups(found), "total": len(found)}
    if visit.is_part:
        return visit.render("cabinet/asking/found.html", context)
    return visit.render(
        "cabinet/asking/index.html",
        {
            **context,
            "favourites": favourites(visit),
            "recent": recent(visit),
            "drafts": drafts.own_drafts(visit)[:5],
            "any": kinds_to_ask().exists(),
        },
    )


@page(Permission.ASK, methods=("GET",))
def kind(visit: Visit, code: str) -> HttpResponse:
    """Show the passport of a type and what to choose before the form opens."""
    found = kind_of_code(code)
    systems = systems_for(found)
    context = {
        "kind": found,
        "systems": systems,
        "departments": departments_of(visit),
        "templates": templates_of(visit, found),
        "favourite": FavouriteType.objects.filter(account=visit.account, kind=found).exists(),
    }
    try:
        context["passport"] = passport_of(visit, found, systems)
    except MezhvedError as error:
        context["problem"] = error
    return visit.render("cabinet/asking/kind.html", context)


@page(Permission.ASK, methods=("POST",))
def favour(visit: Visit, code: str) -> HttpResponse:
    """Keep a type at hand, or no more."""
    found = kind_of_code(code)
    kept, made = FavouriteType.objects.get_or_create(account=visit.account, kind=found)
    if not made:
        kept.delete()
    return redirect("cabinet:asking_type", code)


@page(Permission.ASK, methods=("POST",))
def begin(visit: Visit, code: str) -> HttpResponse:
    """Begin a request; the form of the type opens."""
    found = kind_of_code(code)
    try:
        draft = drafts.open_draft(
            visit,
            found,
            root=found.request_root,
            purpose=Purpose.ASK,
            department=department_asked(visit),
            contents=fresh(visit, found),
        )
    except MezhvedError:
        return redirect("cabinet:asking_type", code)
    choose_system(visit, draft.pk, found)
    return redirect("cabinet:asking_draft", draft.uid)


def department_asked(visit: Visit) -> Department:
    """Return the department in whose name the account asks; raise `Http404` for another's."""
    said = visit.request.POST.get("department", "")
    own = visit.access.departments(Permission.ASK)
    if said.isdigit():
        return get_object_or_404(own, pk=int(said[:9]))
    found = own.first()
    if found is None:
        raise Http404
    return found


def choose_system(visit: Visit, key: int, kind: InformationType) -> None:
    """Keep which system asks, and whether for practice."""
    systems = systems_for(kind)
    said = visit.request.POST.get("system", "")
    chosen = next((each for each in systems if str(each.pk) == said), systems[0] if systems else None)
    Draft.objects.filter(pk=key).update(
        system=chosen,
        is_test="test" in visit.request.POST,
        wants_signature="sign" in visit.request.POST,
    )
