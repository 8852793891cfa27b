"""Pages of jobs: one's own list, one job as it goes on, its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import FileResponse, Http404
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.jobs.starting import stop
from mezhved.cabinet.models import Job
from mezhved.service.blobs import BlobMissing

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet
    from django.http import HttpResponse

PAGE: Final = 50


def page_of_jobs(rows: QuerySet[Job], after: str) -> tuple[list[Job], str]:
    """Return a page of jobs, the youngest first, and where the next one begins; empty at the end."""
    rows = rows.select_related("account").order_by("-pk")
    if after.isdecimal() and len(after) < 19:  # noqa: PLR2004 - what a key may be
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


@page(None, methods=("GET",))
def own_jobs(visit: Visit) -> HttpResponse:
    """List the account's own jobs."""
    rows, after = page_of_jobs(Job.objects.filter(account=visit.account), visit.request.GET.get("after", ""))
    return visit.render("cabinet/jobs/list.html", {"jobs": rows, "after": after})


@page(None, methods=("GET",))
def one_job(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show a job."""
    return visit.render("cabinet/jobs/job.html", {"job": _seen(visit, uid)})


@page(None, methods=("GET",))
def progress(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show how far a job came, for the page that asks again and again."""
    job = _seen(visit, uid)
    answer = visit.render("cabinet/jobs/progress.html", {"job": job, "polled": True})
    if job.is_over:
        answer.headers["HX-Trigger"] = "job-over"
    return answer


@page(None, methods=("POST",))
def stop_job(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Ask a job to stop."""
    job = _seen(visit, uid)
    stop(job, visit.now)
    audit.record(visit, "job_stopped", subject=job.kind)
    job.refresh_from_db()
    if visit.is_part:
        return visit.render("cabinet/jobs/progress.html", {"job": job, "polled": True})
    return redirect(job.address)


@page(None, methods=("GET",))
def job_file(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Give a job's file to who started it, and to nobody else."""
    job = Job.objects.filter(uid=uid, account=visit.account).first()
    if job is None or not job.has_file(visit.now):
        raise Http404
    if job.permission and not visit.access.may(Permission(job.permission)):
        return visit.render("cabinet/not_allowed.html", {"permission": job.permission}, status=403)
    try:
        content = visit.gateway.blobs.open(job.result)
    except BlobMissing as error:
        raise Http404 from error
    audit.record(visit, "job_file", subject=job.kind)
    answer = FileResponse(content, as_attachment=True, filename=job.result_name, content_type=job.result_mime)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Length"] = str(job.result_size)
    return answer  # type: ignore[return-value]


def _seen(visit: Visit, uid: uuid.UUID) -> Job:
    """Return a job that the account may see: its own; to an administrator, any."""
    rows = Job.objects.select_related("account").filter(uid=uid)
    if not visit.access.may(Permission.SETUP):
        rows = rows.filter(account=visit.account)
    found = rows.first()
    if found is None:
        raise Http404
    return found
