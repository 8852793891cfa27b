"""Templates: filled forms to begin with, one's own or a department's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.forms import drafts
from mezhved.cabinet.forms.filling import keep_posted
from mezhved.cabinet.forms.naming import fresh
from mezhved.cabinet.forms.pages import outdated_page
from mezhved.cabinet.forms.problems import Outdated
from mezhved.cabinet.forms.state import State
from mezhved.cabinet.models import Purpose, RequestTemplate
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from mezhved.gateway.models import InformationType

NAME_LIMIT = 200


def templates_of(visit: Visit, kind: InformationType | None = None) -> QuerySet[RequestTemplate]:
    """Return the templates that the account may use: its own, and those of departments it asks for."""
    held = visit.access.departments(Permission.ASK)
    mine = Q(department__isnull=True, account=visit.account) | Q(department__in=held)
    rows = RequestTemplate.objects.filter(mine, kind__is_active=True)
    if kind is not None:
        rows = rows.filter(kind=kind)
    rows = rows.select_related("kind", "department", "account").defer("kind__package", "contents")
    return rows.order_by("name", "pk")


def _template(visit: Visit, uid: uuid.UUID) -> RequestTemplate:
    found = templates_of(visit).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


@page(Permission.ASK, methods=("GET",))
def all_templates(visit: Visit) -> HttpResponse:
    """Show the templates."""
    return visit.render("cabinet/asking/templates.html", {"templates": templates_of(visit)})


@page(Permission.ASK, methods=("POST",))
def save_template(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Keep what a draft holds as a template, for oneself or for the draft's department."""
    draft = drafts.draft_of(visit, uid)
    if draft.purpose != Purpose.ASK:
        raise Http404
    try:
        draft = keep_posted(visit, draft)
    except Outdated as error:
        return outdated_page(visit, error)
    state = State.parse(draft.contents)
    name = " ".join(visit.request.POST.get("template_name", "").split())[:NAME_LIMIT]
    RequestTemplate.objects.create(
        name=name or draft.kind.title[:NAME_LIMIT] or draft.kind.code,
        account=visit.account,
        department=draft.department if "template_shared" in visit.request.POST else None,
        kind=draft.kind,
        contents=State(values=state.values, chosen=state.chosen).dump(),
        created_at=visit.now,
    )
    return redirect("cabinet:asking_templates")


@page(Permission.ASK, methods=("POST",))
def begin_from_template(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Begin a request with what a template holds."""
    found = _template(visit, uid)
    own = visit.access.departments(Permission.ASK)
    department = found.department if found.department is not None else own.first()
    try:
        draft = drafts.open_draft(
            visit,
            found.kind,
            root=found.kind.request_root,
            department=department,
            contents=fresh(visit, found.kind, found.contents),
        )
    except MezhvedError:
        return redirect("cabinet:asking_type", found.kind.code)
    return redirect("cabinet:asking_draft", draft.uid)


@page(Permission.ASK, methods=("POST",))
def delete_template(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Delete a template: its author may, and heads of its department."""
    found = _template(visit, uid)
    if found.account_id != visit.account.pk and not visit.access.may(Permission.ASSIGN, found.department_id):
        raise Http404
    found.delete()
    return redirect("cabinet:asking_templates")
