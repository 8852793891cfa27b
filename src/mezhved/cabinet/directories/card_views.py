"""Pages of cards of persons and organisations."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.directories import cards
from mezhved.cabinet.directories.card_fields import FIELDS, GENDERS, CardField, Complaint, check
from mezhved.cabinet.models import Card, CardKind
from mezhved.cabinet.wording import spoken
from mezhved.texts import Text

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from django.http import HttpResponse

    from mezhved.gateway.models import Department

_PAGE: Final = 30
_FOUND: Final = 50


@page(Permission.ASK)
def card_list(visit: Visit) -> HttpResponse:
    """List the cards of the account's departments; what is searched is personal, so that it is posted."""
    text = visit.request.POST.get("q", "")[:200]
    told: dict[str, Any] = {"text": text, "kinds": CardKind}
    if text:
        told["cards"] = cards.find(visit, text, _FOUND)
        audit.record(visit, "cards_searched")
    else:
        found = cards.cards_of(visit).select_related("department")
        told["pages"] = Paginator(found, _PAGE).get_page(visit.request.GET.get("page"))
        told["cards"] = told["pages"].object_list
    return visit.render("cabinet/directories/cards.html", told)


@page(Permission.ASK, methods=("POST",))
def find_cards(visit: Visit) -> HttpResponse:
    """Give the cards that a text means, to choose one."""
    text = visit.request.POST.get("q", "")[:200]
    audit.record(visit, "cards_searched")
    return visit.render(
        "cabinet/directories/found_cards.html", {"cards": cards.find(visit, text), "text": text}
    )


@page(Permission.ASK)
def new_card(visit: Visit, kind: str) -> HttpResponse:
    """Add a card."""
    if kind not in FIELDS:
        raise Http404
    return _edit(visit, Card(kind=kind, keep_until=visit.now.date() + cards.KEPT))


@page(Permission.ASK)
def card(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show a card and take changes."""
    return _edit(visit, cards.card_of(visit, uid))


@page(Permission.ASK, methods=("POST",))
def delete_card(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Delete a card."""
    cards.remove(visit, cards.card_of(visit, uid))
    messages.success(visit.request, spoken(Text(ru="Карточка удалена.", en="The card is deleted.")))
    return redirect("cabinet:cards")


def _edit(visit: Visit, found: Card) -> HttpResponse:
    departments = list(visit.access.departments(Permission.ASK))
    if visit.request.method != "POST":
        return _show(visit, found, departments, dict(found.fields), [])
    posted = visit.request.POST
    values, complaints = check(found.kind, {each: posted.get(each, "") for each in posted}, visit.now.date())
    despite = bool(posted.get("despite"))
    department = next((each for each in departments if each.code == posted.get("department")), None)
    if department is None:
        wrong = Text(ru="выберите подразделение", en="choose a department")
        complaints.append(Complaint("department", wrong))
    keep_until = _term(posted.get("keep_until", ""), visit.now.date())
    if keep_until is None:
        wrong = Text(
            ru="не раньше сегодняшнего дня и не дальше пяти лет", en="from today to five years ahead"
        )
        complaints.append(Complaint("keep_until", wrong))
    refused = [each for each in complaints if each.certain or not despite]
    if department is None or keep_until is None or refused:
        return _show(visit, found, departments, values, complaints, posted)
    kept = cards.keep(visit, found, department, values, keep_until)
    messages.success(visit.request, spoken(Text(ru="Карточка сохранена.", en="The card is saved.")))
    return redirect("cabinet:card", kept.uid)


def _term(text: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if today <= day <= today + cards.LONGEST_KEPT else None


def _show(  # noqa: PLR0917 - what a form is made of
    visit: Visit,
    found: Card,
    departments: list[Department],
    values: Mapping[str, str],
    complaints: list[Complaint],
    posted: Mapping[str, str] | None = None,
) -> HttpResponse:
    wrong = {each.kind: each.text for each in complaints}
    posted = posted or {}
    known = posted.get("department") or (found.department.code if found.department_id else "")
    until = posted.get("keep_until") or found.keep_until.isoformat()
    return visit.render(
        "cabinet/directories/card.html",
        {
            "card": found,
            "rows": [
                _row(each, values.get(each.kind, ""), wrong.get(each.kind)) for each in FIELDS[found.kind]
            ],
            "complaints": complaints,
            "labels": {each.kind: each.label for each in FIELDS[found.kind]},
            "doubtful": bool(complaints) and not any(each.certain for each in complaints),
            "departments": departments,
            "department": known,
            "department_wrong": wrong.get("department"),
            "keep_until": until,
            "keep_until_wrong": wrong.get("keep_until"),
            "genders": GENDERS,
        },
        status=422 if complaints else 200,
    )


def _row(field: CardField, value: str, wrong: Text | None) -> dict[str, Any]:
    if field.identifier is not None:
        value = field.identifier.shown(value) if value else ""
    return {"field": field, "value": value, "wrong": wrong}
