"""Pages of every section of the set-up: the list, a new row, a row, switching it off, removing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.running.sections import SECTIONS
from mezhved.cabinet.wording import lazy_text, spoken
from mezhved.gateway.errors import GatewayError
from mezhved.gateway.setup.changes import Outcome, put, remove
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpResponse

    from mezhved.cabinet.running.section import Section
    from mezhved.cabinet.running.setting import SetupForm

PAGE: Final = 50
_SAVED: Final = {
    Outcome.CREATED: Text(ru="Добавлено", en="Added"),
    Outcome.CHANGED: Text(ru="Изменено", en="Changed"),
    Outcome.UNCHANGED: Text(ru="Ничего не изменилось", en="Nothing changed"),
}


@page(Permission.SETUP, methods=("GET",))
def setup_list(visit: Visit, slug: str) -> HttpResponse:
    """List the rows of a section."""
    section = _section(slug)
    wanted = visit.request.GET.get("q", "").strip()[:100]
    rows = Paginator(section.listed(wanted), PAGE).get_page(visit.request.GET.get("page"))
    lines = [
        {
            "row": row,
            "name": section.named(row),
            "address": section.row_address(row),
            "level": min(getattr(row, "level", 0), 5),
            "cells": [each.told(row) for each in section.columns],
            "is_off": getattr(row, "is_active", True) is False,
        }
        for row in rows
    ]
    return visit.render(
        "cabinet/running/list.html", {"section": section, "rows": rows, "lines": lines, "q": wanted}
    )


@page(Permission.SETUP)
def setup_add(visit: Visit, slug: str) -> HttpResponse:
    """Add a row."""
    section = _section(slug)
    if section.adding:
        return redirect(section.add_address)
    return _edited(visit, section, section.model())


@page(Permission.SETUP)
def setup_row(visit: Visit, slug: str, key: int) -> HttpResponse:
    """Show and change a row."""
    section = _section(slug)
    return _edited(visit, section, _row(section, key))


@page(Permission.SETUP, methods=("POST",))
def setup_switch(visit: Visit, slug: str, key: int) -> HttpResponse:
    """Switch a row off, or on again."""
    section = _section(slug)
    row: Any = _row(section, key)
    if not section.switches:
        raise Http404
    wanted = visit.request.POST.get("on") == "1"
    try:
        with transaction.atomic():
            put(section.model._base_manager.select_for_update().get(pk=key), {"is_active": wanted})  # noqa: SLF001
    except GatewayError as error:
        _refused(visit, error)
    else:
        audit.record(visit, "setup_changed", subject=f"{slug}: {section.named(row)}")
        done = lazy_text("Включено", "Switched on") if wanted else lazy_text("Выключено", "Switched off")
        messages.success(visit.request, f"{done}: {section.named(row)}")
    return redirect(section.row_address(row))


@page(Permission.SETUP, methods=("POST",))
def setup_remove(visit: Visit, slug: str, key: int) -> HttpResponse:
    """Remove a row that nothing refers to."""
    section = _section(slug)
    row = _row(section, key)
    name = section.named(row)
    try:
        remove(row, name)
    except GatewayError as error:
        _refused(visit, error)
        return redirect(section.row_address(row))
    audit.record(visit, "setup_removed", subject=f"{slug}: {name}")
    messages.success(visit.request, f"{lazy_text('Удалено', 'Removed')}: {name}")
    return redirect(section.address)


def _edited(visit: Visit, section: Section, row: Model) -> HttpResponse:
    if visit.request.method != "POST":
        return _shown(visit, section, section.form(row))
    is_new = row.pk is None
    form = section.form(row, visit.request.POST, visit.request.FILES)
    outcome = form.save(visit.request.POST.get("seen", "")) if form.is_valid() else None
    if outcome is None:
        return _shown(visit, section, form, status=422)
    name = section.named(form.row)
    if outcome is not Outcome.UNCHANGED:
        action = "setup_added" if is_new else "setup_changed"
        audit.record(visit, action, subject=f"{section.slug}: {name}")
    messages.success(visit.request, f"{spoken(_SAVED[outcome])}: {name}")
    return redirect(section.row_address(form.row) if section.more(form.row) else section.address)


def _shown(visit: Visit, section: Section, form: SetupForm, status: int = 200) -> HttpResponse:
    row = form.row
    context = {
        "section": section,
        "form": form,
        "row": row if row.pk is not None else None,
        "name": section.named(row) if row.pk is not None else "",
        "more": section.more(row) if row.pk is not None else (),
    }
    return visit.render("cabinet/running/edit.html", context, status=status)


def _section(slug: str) -> Section:
    if slug not in SECTIONS:
        raise Http404
    return SECTIONS[slug]


def _row(section: Section, key: int) -> Model:
    row: Model | None = section.rows().filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def _refused(visit: Visit, error: GatewayError) -> None:
    where = f"{error.where}: " if error.where else ""
    cure = f". {spoken(error.cure)}" if error.cure is not None else ""
    messages.error(visit.request, f"{where}{spoken(error.what)}{cure}")
