"""The pages of the pivot table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mezhved.cabinet import audit, jobs
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.models import Job, JobState
from mezhved.cabinet.seeing.files import sent
from mezhved.cabinet.seeing.pivot.cube import PivotTooLarge
from mezhved.cabinet.seeing.pivot.dimensions import DIMENSIONS, MEASURES
from mezhved.cabinet.seeing.pivot.doing import KIND, cells_of, count_at_once
from mezhved.cabinet.seeing.pivot.tables import Sheet
from mezhved.cabinet.seeing.pivot.wanted import Wanted, wanted_again, wanted_of
from mezhved.cabinet.seeing.views import choices, links_of
from mezhved.cabinet.wording import spoken
from mezhved.gateway.models import InformationType
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.cabinet.seeing.pivot.cube import Cell

_NAME = Text(ru="Сводная таблица", en="Pivot table")
_PROBLEM = 422


@page(Permission.STATISTICS, methods=("GET",))
def pivot(visit: Visit) -> HttpResponse:
    """Show the table, or the job that counts it; before anything is chosen, the choice alone."""
    job = jobs.named(visit, KIND)
    wanted = _wanted(visit, job)
    shown: dict[str, Any] = {"wanted": wanted, "job": job, "table": None, "problem": None}
    status = 200
    if job is not None and job.state == JobState.DONE:
        shown["table"] = _sheet(visit, wanted, _counted(job, wanted)).table()
    elif job is None and visit.request.GET:
        try:
            cells = count_at_once(wanted, visit.now)
        except PivotTooLarge as error:
            shown["problem"], status = error, _PROBLEM
        else:
            if cells is None:
                return _started(visit, wanted)
            shown["table"] = _sheet(visit, wanted, cells).table()
    return visit.render("cabinet/seeing/pivot.html", {**shown, **_choices(visit, wanted)}, status)


@page(Permission.STATISTICS, methods=("GET",))
def pivot_file(visit: Visit, form: str) -> HttpResponse:
    """Give the whole table as Excel or CSV."""
    job = jobs.named(visit, KIND)
    wanted = _wanted(visit, job)
    if job is not None and job.state == JobState.DONE:
        cells = _counted(job, wanted)
    else:
        try:
            found = count_at_once(wanted, visit.now)
        except PivotTooLarge as error:
            shown = {"wanted": wanted, "problem": error, **_choices(visit, wanted)}
            return visit.render("cabinet/seeing/pivot.html", shown, _PROBLEM)
        if found is None:
            return _started(visit, wanted)
        cells = found
    audit.record(visit, "figures_exported", subject="pivot")
    return sent(_sheet(visit, wanted, cells).grid(spoken(_NAME)), form, "pivot", visit.now)


def _started(visit: Visit, wanted: Wanted) -> HttpResponse:
    """Count as a job, and lead to the page that waits for it."""
    job = jobs.start(visit, KIND, _NAME, wanted.parameters, permission=Permission.STATISTICS)
    return redirect(f"{reverse('cabinet:pivot')}?{wanted.query}&job={job.uid}")


def _counted(job: Job, wanted: Wanted) -> list[Cell]:
    """Return what a job has counted; raise `Http404` when the account may see other departments since."""
    cells = cells_of(job.outcome, wanted)
    if cells is None:
        raise Http404
    return cells


def _wanted(visit: Visit, job: Job | None) -> Wanted:
    """Return what is wanted: of a job what it was started with, whatever the address says beside."""
    if job is None:
        return wanted_of(visit.request.GET, visit.access, visit.now)
    return wanted_again(job.parameters, visit.access, visit.now)


def _sheet(visit: Visit, wanted: Wanted, cells: list[Cell]) -> Sheet:
    return Sheet(wanted, cells, links_of(visit, wanted.asked))


def _choices(visit: Visit, wanted: Wanted) -> dict[str, Any]:
    places = [*wanted.rows, *[""] * (3 - len(wanted.rows))]
    return {
        **choices(visit, wanted.asked),
        "dimensions": DIMENSIONS,
        "measures": MEASURES,
        "places": list(enumerate(places, start=1)),
        "types": InformationType.objects.filter(is_active=True).order_by("code").only("code", "title"),
    }
