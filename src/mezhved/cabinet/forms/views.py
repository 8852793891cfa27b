"""What a form asks of the server while it is filled in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet.access import Visit, page
from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.editing import field_at, put_value, shown_value
from mezhved.cabinet.forms.filling import (
    CASE,
    LARGEST_INSIDE,
    builder_of,
    different,
    inside_value,
    obeyed,
    type_into,
)
from mezhved.cabinet.forms.finding import Helps, fill_partners, find
from mezhved.cabinet.forms.pages import editing, keeping, outdated_page, way_back
from mezhved.cabinet.forms.parts import id_of
from mezhved.cabinet.forms.places import Spot, locate
from mezhved.cabinet.forms.problems import Outdated, Problem
from mezhved.cabinet.forms.state import State
from mezhved.cabinet.forms.typed import wrong
from mezhved.cabinet.models import DraftFile, Purpose
from mezhved.gateway.errors import InvalidMessage

if TYPE_CHECKING:
    from django.http import HttpResponse

    from mezhved.cabinet.models import Draft

_POST = ("POST",)


@page(None, methods=_POST)
@editing
def keep_value(visit: Visit, draft: Draft) -> HttpResponse:
    """Keep the value of one field and tell what is wrong with it; fields that go with it are filled."""
    at = visit.request.POST.get("at", "")
    typed = visit.request.POST.get(at, "")
    if at == CASE and draft.purpose == Purpose.ASK:
        drafts.keep_case(visit, draft, typed)
        draft.version = _version(visit)  # of the data the page has seen no later one by this
        return visit.render("cabinet/forms/kept.html", {"draft": draft, "id": "draft-case"})
    model = drafts.model_of(visit, draft)
    partners: list[Spot] = []

    def edit(state: State) -> bool:
        if not type_into(model, state, at, typed):
            return False
        if "/@*/" not in at:
            partners.extend(fill_partners(state, locate(model, at)))
        return True

    try:
        draft = drafts.change(visit, draft, _version(visit), edit)
    except Outdated:
        draft = drafts.draft_of(visit, draft.uid)
        differing = different(model, draft, {at: typed})
        if differing:
            return outdated_page(visit, Outdated(draft, differing))
    state = State.parse(draft.contents)
    answer = visit.render("cabinet/forms/kept.html", {"draft": draft, **_judged(model, state, at)})
    filled = {f"{id_of(each.place)}-control": shown_value(state, each) for each in partners}
    if filled:
        answer.headers["HX-Trigger"] = json.dumps({"formsFilled": {"values": filled}})
    return answer


def _judged(model: Any, state: State, at: str) -> dict[str, Any]:
    """Return what is wrong with a field, and what a code in it means."""
    try:
        spot = locate(model, at)
    except Http404:
        return {"id": id_of(at)}
    value = state.value(field_at(state, spot))
    problem, certain = wrong(value, spot.node)
    return {
        "id": id_of(spot.place),
        "problem": problem,
        "certain": certain,
        "means": _meaning(spot, shown_value(state, spot)),
    }


def _meaning(spot: Spot, text: str) -> str:
    field = spot.node.field
    option = field.option(text) if field is not None and text else None
    return option.label if option is not None else Helps().meaning(spot.node, text)


@page(None, methods=_POST)
@editing
def change_part(visit: Visit, draft: Draft) -> HttpResponse:
    """Add, remove, open or choose a part, and show it anew."""
    try:
        draft, done = obeyed(visit, draft, visit.request.POST.get("do", ""))
    except Outdated as error:
        return outdated_page(visit, error)
    if done is None:
        raise Http404
    return _shown(visit, draft, done.shown, done.focus)


def _shown(
    visit: Visit, draft: Draft, spot: Spot, focus: str = "", problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    """Show one part anew."""
    files = tuple(DraftFile.objects.filter(draft=draft).order_by("pk").defer("octets"))
    builder = builder_of(spot.model, State.parse(draft.contents), files, problems)
    builder.focus = focus
    part = builder.part(spot, forced=True)
    answer = visit.render("cabinet/forms/part.html", {"draft": draft, "part": part})
    answer.headers["HX-Retarget"] = f"#{part.id}"
    answer.headers["HX-Reswap"] = "outerHTML"
    return answer


@page(None, methods=_POST)
@editing
def find_value(visit: Visit, draft: Draft) -> HttpResponse:
    """Find what was meant by the beginning of a value."""
    at = visit.request.POST.get("at", "")
    spot = locate(drafts.model_of(visit, draft), at)
    typed = visit.request.POST.get(at, "")
    return visit.render(
        "cabinet/forms/found.html", {"found": find(spot.node, typed), "id": id_of(spot.place)}
    )


@page(None, methods=_POST)
@keeping
def save_form(visit: Visit, draft: Draft) -> HttpResponse:
    """Keep the whole form as it was posted, follow the order of a button, and lead back."""
    order = visit.request.POST.get("do", "")
    check = order == "check"
    try:
        _, done = obeyed(visit, draft, "" if check else order)
    except Outdated as error:
        return outdated_page(visit, error)
    back = way_back(visit).partition("?")[0].partition("#")[0]
    part = "#draft-form" if done is None else f"#{id_of(done.focus)}"
    part = "#form-problems" if check else part
    return redirect(f"{back}{'?check=1' if check else ''}{part}")


@page(None, methods=_POST)
@editing
def resolve(visit: Visit, draft: Draft) -> HttpResponse:
    """Put those of the texts typed into an outdated form that the person chose to keep."""
    model = drafts.model_of(visit, draft)
    kept = visit.request.POST.getlist("keep")
    typed = {name: visit.request.POST.get(name, "") for name in kept}

    def edit(state: State) -> bool:
        done = [type_into(model, state, name, text) for name, text in typed.items()]
        return any(done)

    try:
        drafts.change(visit, draft, _version(visit), edit)
    except Outdated:
        return outdated_page(
            visit, Outdated(draft, different(model, drafts.draft_of(visit, draft.uid), typed))
        )
    return redirect(way_back(visit))


@page(None, methods=_POST)
@editing
def keep_binary(visit: Visit, draft: Draft) -> HttpResponse:
    """Put a file into a field of the data."""
    spot = locate(drafts.model_of(visit, draft), visit.request.POST.get("at", ""))
    upload: Any = visit.request.FILES.get(spot.name)
    problems: tuple[Problem, ...] = ()
    if upload is not None:
        try:
            value = inside_value(spot, upload.read(LARGEST_INSIDE + 1))
        except InvalidMessage as error:
            problems = (Problem("".join(f"/{each}" for each in spot.at), error.what, error.cure),)
        else:

            def edit(state: State) -> bool:
                put_value(state, spot, value)
                return True

            try:
                draft = drafts.change(visit, draft, _version(visit), edit)
            except Outdated as error:
                return outdated_page(visit, error)
    return _shown(visit, draft, spot, spot.place, problems)


def _version(visit: Visit) -> int:
    said = visit.request.POST.get("version", "")
    if not (said.isascii() and said.isdigit() and len(said) < 10):  # noqa: PLR2004 - a count of changes
        raise Http404
    return int(said)
