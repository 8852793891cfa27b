"""The check of the way to SMEV, run from the page: line by line as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import redirect

from mezhved.cabinet import audit, jobs
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.models import Job
from mezhved.gateway.checking import CHECKS, Finding, Verdict, local
from mezhved.gateway.checking.examining import look_around
from mezhved.gateway.checking.findings import guarded
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.http import HttpResponse

KIND: Final = "running.check"


def run(work: jobs.Work) -> None:
    """Look at everything; each finding is shown as it comes. A restart begins anew: nothing is changed."""
    settings, lines = work.gateway.settings, []
    lines.append(_line(guarded("folder", str(settings.folder), lambda: local.folder(settings))))
    work.tell(lines)
    for each in look_around(work.gateway):
        lines.append(_line(each))
        work.tell(lines)
        work.progress(len(lines))
        if work.stop_wanted:
            return


jobs.register(KIND, run)


def _line(finding: Finding) -> dict[str, Any]:
    name, cure = CHECKS[finding.check], finding.cure
    return {
        "check": {"ru": name.ru, "en": name.en},
        "where": finding.where,
        "verdict": finding.verdict.value,
        "detail": {"ru": finding.detail.ru, "en": finding.detail.en},
        "cure": None if cure is None else {"ru": cure.ru, "en": cure.en},
    }


def last_check() -> Job | None:
    """Return the check that was begun last."""
    return Job.objects.filter(kind=KIND).order_by("-pk").first()


def failures(job: Job | None) -> int | None:
    """Count what stood in the way at a check; None where none was made."""
    if job is None or not job.is_over:
        return None
    lines: list[dict[str, Any]] = job.outcome or []
    return sum(bool(each["verdict"] == Verdict.FAILURE.value) for each in lines)


@page(Permission.SETUP)
def check(visit: Visit) -> HttpResponse:
    """Show the last check, or begin one."""
    if visit.request.method == "POST":
        jobs.start(visit, KIND, Text(ru="Проверка связи со СМЭВ", en="Check of the way to SMEV"))
        audit.record(visit, "check_begun")
        return redirect("cabinet:check")
    return visit.render("cabinet/running/check.html", {"job": last_check()})


@page(Permission.SETUP, methods=("GET",))
def check_lines(visit: Visit) -> HttpResponse:
    """Show the findings so far."""
    return visit.render("cabinet/running/check_lines.html", {"job": last_check()})
