"""The pages of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from mezhved.cabinet import audit, jobs
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.models import Job, JobState, SavedReport, Schedule
from mezhved.cabinet.seeing.asked import Asked, asked_of
from mezhved.cabinet.seeing.files import attached, sent
from mezhved.cabinet.seeing.periods import period_of
from mezhved.cabinet.seeing.reports.counting import KIND, Counted, Row, count, counted_of, held, is_large
from mezhved.cabinet.seeing.reports.documents import TITLE, grid, pdf, subtitle
from mezhved.cabinet.seeing.reports.saving import save
from mezhved.cabinet.seeing.views import choices, links_of
from mezhved.cabinet.seeing.wording import duration
from mezhved.cabinet.wording import spoken
from mezhved.infotypes.rendering.errors import PdfUnavailable
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    import uuid
    from datetime import date

    from mezhved.cabinet.seeing.links import Links

SCHEDULES: Final = {
    Schedule.NEVER.value: Text(ru="Без расписания", en="No schedule"),
    Schedule.WEEKLY.value: Text(
        ru="Каждый понедельник, за прошлую неделю", en="Every Monday, of the last week"
    ),
    Schedule.MONTHLY.value: Text(
        ru="Первого числа, за прошлый месяц", en="On the first day, of the last month"
    ),
}
_FIGURES: Final = ("requests", "", "answered", "rejected", "faults", "open", "others", "")
_PROBLEM: Final = 422
_UNAVAILABLE: Final = 503


@page(Permission.STATISTICS, methods=("GET",))
def reports(visit: Visit) -> HttpResponse:
    """Show the account's saved reports, and the choice of a new one."""
    return _first(visit, asked_of(visit.request.GET, visit.access, visit.now))


@page(Permission.STATISTICS, methods=("GET",))
def report(visit: Visit) -> HttpResponse:
    """Show a report, or the job that counts it."""
    asked = asked_of(visit.request.GET, visit.access, visit.now)
    job = _job(visit, asked)
    if job is None and is_large(asked):
        started = jobs.start(visit, KIND, TITLE, asked.parameters, permission=Permission.STATISTICS)
        return redirect(f"{visit.request.path}?{asked.query}&job={started.uid}")
    shown: dict[str, Any] = {"job": job, "asked": asked, "subtitle": subtitle(asked)}
    if job is None or job.state == JobState.DONE:
        counted = count(asked) if job is None else counted_of(job.outcome)
        shown |= {"lines": _lines(counted, links_of(visit, asked)), "schedules": SCHEDULES}
    return visit.render("cabinet/seeing/report.html", shown)


@page(Permission.STATISTICS, methods=("GET",))
def report_file(visit: Visit, form: str) -> HttpResponse:
    """Give a report as Excel, CSV or PDF."""
    asked = asked_of(visit.request.GET, visit.access, visit.now)
    job = _job(visit, asked)
    if job is None and is_large(asked):
        raise Http404
    if job is not None and job.state != JobState.DONE:
        raise Http404
    counted = count(asked) if job is None else counted_of(job.outcome)
    audit.record(visit, "figures_exported", subject="report")
    if form != "pdf":
        return sent(grid(counted), form, "report", visit.now)
    try:
        return attached(pdf(asked, counted, visit.now), "application/pdf", "report.pdf", visit.now)
    except PdfUnavailable as error:
        return visit.render("cabinet/seeing/trouble.html", {"problem": error}, _UNAVAILABLE)


@page(Permission.STATISTICS, methods=("POST",))
def report_save(visit: Visit) -> HttpResponse:
    """Keep a report under a name."""
    said = visit.request.POST
    asked = asked_of(said, visit.access, visit.now)
    try:
        save(visit, said.get("name", ""), said.get("schedule", ""), asked)
    except MezhvedError as error:
        return _first(visit, asked, problem=error, status=_PROBLEM)
    messages.success(visit.request, spoken(Text(ru="Отчёт сохранён", en="The report is saved")))
    return redirect("cabinet:reports")


@page(Permission.STATISTICS, methods=("GET",))
def report_saved(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Lead to a saved report: of the days that the address names, else of its own period."""
    row = get_object_or_404(SavedReport, uid=uid, account=visit.account)
    said = dict(row.parameters)
    days = {name: visit.request.GET[name] for name in ("since", "until") if name in visit.request.GET}
    if len(days) == 2 and period_of({**days, "period": "own"}, _today(visit)).problem is None:  # noqa: PLR2004
        said |= {**days, "period": "own"}
    address = reverse("cabinet:report")
    return redirect(f"{address}?{urlencode(said)}")


@page(Permission.STATISTICS, methods=("POST",))
def report_forget(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Delete a saved report."""
    get_object_or_404(SavedReport, uid=uid, account=visit.account).delete()
    messages.success(visit.request, spoken(Text(ru="Отчёт удалён из списка", en="The report is deleted")))
    return redirect("cabinet:reports")


def _first(
    visit: Visit, asked: Asked, *, problem: MezhvedError | None = None, status: int = 200
) -> HttpResponse:
    rows = SavedReport.objects.filter(account=visit.account).order_by("name")
    shown = {
        "saved": [(each, SCHEDULES[each.schedule]) for each in rows],
        "problem": problem,
        "schedules": SCHEDULES,
        **choices(visit, asked),
    }
    return visit.render("cabinet/seeing/reports.html", shown, status)


def _job(visit: Visit, asked: Asked) -> Job | None:
    """Return the account's own job that the address names, if it counts just this; raise `Http404`."""
    found = jobs.named(visit, KIND)
    if found is None:
        return None
    if found.parameters != asked.parameters:
        raise Http404
    if found.state == JobState.DONE and found.outcome["held"] != held(asked):
        raise Http404
    return found


def _lines(counted: Counted, links: Links) -> list[dict[str, Any]]:
    return [_line(each, links, is_total=False) for each in counted.rows] + [
        _line(counted.total, links, is_total=True)
    ]


def _line(row: Row, links: Links, *, is_total: bool) -> dict[str, Any]:
    numbers = (
        row.requests, row.people, row.answered, row.rejected, row.errors, row.open, row.others, row.late
    )  # fmt: skip
    types = [row.code] if row.code else []
    is_linked = bool(row.code) or is_total
    figures = [
        (number, links.to(figure, types=types) if figure and number and is_linked else "")
        for number, figure in zip(numbers, _FIGURES, strict=True)
    ]
    return {"name": row.name, "is_total": is_total, "figures": figures, "mean": duration(row.mean_seconds)}


def _today(visit: Visit) -> date:
    return visit.now.date()
