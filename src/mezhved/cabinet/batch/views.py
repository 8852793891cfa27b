"""Pages of files of requests."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from django.contrib import messages as notes
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect

from mezhved.cabinet import audit, jobs
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.batch import choosing, work
from mezhved.cabinet.batch.columns import layout_of
from mezhved.cabinet.batch.limits import FILE_OCTETS, MOST_ROWS
from mezhved.cabinet.batch.reading import check_file, read_head
from mezhved.cabinet.batch.report import row_words
from mezhved.cabinet.batch.workbook import template
from mezhved.cabinet.models import Batch, BatchRow, Job, RowState
from mezhved.cabinet.showing import handed_out
from mezhved.cabinet.wording import is_english, spoken
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    import uuid
    from typing import Any

    from django.http import HttpResponse

    from mezhved.gateway.models import Department, InformationSystem, InformationType

_PAGE: Final = 100
_LIST: Final = 100
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Permission.ASK, methods=("GET",))
def batches(visit: Visit) -> HttpResponse:
    """List the files of the account's departments, the youngest first."""
    held = visit.access.departments(Permission.ASK)
    rows = Batch.objects.filter(department__in=held).select_related("kind", "department")
    counted = rows.defer("kind__package").annotate(size=Count("rows")).order_by("-created_at", "-pk")
    return visit.render("cabinet/batch/list.html", {"batches": counted[:_LIST]})


@page(Permission.ASK)
def batch_new(visit: Visit) -> HttpResponse:
    """Choose a type, take its workbook, bring it back filled."""
    if visit.request.method == "POST":
        return _brought(visit)
    kind = choosing.type_of(visit.request.GET.get("type", ""))
    return _form(visit, kind)


def _form(
    visit: Visit, kind: InformationType | None, problems: tuple[tuple[str, Text], ...] = (), status: int = 200
) -> HttpResponse:
    departments = choosing.departments(visit)
    single = departments[0] if len(departments) == 1 else None
    return visit.render(
        "cabinet/batch/new.html",
        {
            "kind": kind,
            "types": choosing.types(),
            "departments": departments,
            "systems": choosing.systems(kind, single) if kind is not None else [],
            "missing": _missing(visit, kind) if kind is not None else (),
            "problems": problems,
            "wrong": {name for name, _ in problems},
            "most_rows": MOST_ROWS,
            "megabytes": FILE_OCTETS // 2**20,
            "posted": visit.request.POST,
        },
        status,
    )


def _missing(visit: Visit, kind: InformationType) -> list[Text]:
    """Return the required parts of a type that are no columns."""
    try:
        return layout_of(visit.gateway.catalogue.request_model(kind)).missing
    except MezhvedError as error:
        return [error.what]


@page(Permission.ASK, methods=("GET",))
def batch_template(visit: Visit, code: str) -> HttpResponse:
    """Give the workbook of a type."""
    kind = choosing.type_of(code)
    if kind is None:
        raise Http404
    try:
        layout = layout_of(visit.gateway.catalogue.request_model(kind))
    except MezhvedError as error:
        notes.error(visit.request, spoken(error.what))
        return redirect("cabinet:batch_new")
    octets = template(layout, kind.title or kind.code, visit.now, "en" if is_english() else "ru")
    return handed_out(octets, f"{kind.code}.xlsx", _XLSX)


def _brought(visit: Visit) -> HttpResponse:
    posted = visit.request.POST
    kind = choosing.type_of(posted.get("type", ""))
    department = next(
        (each for each in choosing.departments(visit) if each.code == posted.get("department")), None
    )
    system = None
    problems: list[tuple[str, Text]] = []
    if kind is None:
        problems.append(("type", Text(ru="выберите вид сведений", en="choose an information type")))
    if department is None:
        problems.append(("department", Text(ru="выберите подразделение", en="choose a department")))
    elif kind is not None:
        own = choosing.systems(kind, department)
        system = next((each for each in own if str(each.pk) == posted.get("system")), None)
        if system is None:
            problems.append(("system", Text(ru="выберите систему", en="choose a system")))
    file = visit.request.FILES.get("file")
    octets = b""
    if file is None:
        problems.append(("file", Text(ru="выберите файл Excel", en="choose an Excel file")))
    else:
        octets = file.read(FILE_OCTETS + 1)
        try:
            check_file(octets)
            read_head(octets)
        except MezhvedError as error:
            cure = error.cure or Text(ru="", en="")
            told = Text(ru=f"{error.what.ru}: {cure.ru}", en=f"{error.what.en}: {cure.en}")
            problems.append(("file", told if cure.ru else error.what))
    if problems or kind is None or department is None or system is None:
        return _form(visit, kind, tuple(problems), 422)
    return redirect("cabinet:batch", _begin(visit, kind, department, system, octets).uid)


def _begin(
    visit: Visit, kind: InformationType, department: Department, system: InformationSystem, octets: bytes
) -> Batch:
    batch = Batch.objects.create(
        account=visit.account,
        author=visit.account.name,
        department=department,
        kind=kind,
        system=system,
        is_test=visit.request.POST.get("is_test") == "on",
        created_at=visit.now,
    )
    title = kind.title or kind.code
    _start(
        visit,
        batch,
        work.CHECK,
        Text(ru=f"Проверка файла: {title}", en=f"Checking the file: {title}"),
        source=io.BytesIO(octets),
    )
    audit.record(visit, "batch_brought", subject=f"{kind.code} {str(batch.uid)[:8]}")
    return batch


def _start(visit: Visit, batch: Batch, kind: str, title: Text, **more: Any) -> Job:
    job = jobs.start(visit, kind, title, {"batch": str(batch.uid)}, permission=Permission.ASK, **more)
    Batch.objects.filter(pk=batch.pk).update(job=job.uid)
    return job


def _job(batch: Batch) -> Job | None:
    return Job.objects.filter(uid=batch.job).first() if batch.job is not None else None


def _busy(batch: Batch) -> bool:
    job = _job(batch)
    return job is not None and not job.is_over


def batch_of(visit: Visit, uid: uuid.UUID) -> Batch:
    """Return a batch of a department for which the account may ask; raise `Http404` for any other."""
    rows = Batch.objects.select_related("kind", "department", "system").defer("kind__package")
    found = rows.filter(uid=uid, department__in=visit.access.departments(Permission.ASK)).first()
    if found is None:
        raise Http404
    return found


@page(Permission.ASK, methods=("GET",))
def batch(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show how far a file is, and every row of it; no value of a row is shown."""
    found = batch_of(visit, uid)
    rows = BatchRow.objects.filter(batch=found).select_related("exchange").defer("content")
    only = visit.request.GET.get("only", "")
    if only in RowState.values:
        rows = rows.filter(state=only)
    sheet = Paginator(rows.order_by("number"), _PAGE).get_page(visit.request.GET.get("page"))
    counts = dict.fromkeys(RowState.values, 0)
    counts.update(
        BatchRow.objects.filter(batch=found).values_list("state").annotate(Count("pk")).order_by("state")
    )
    job = _job(found)
    busy = job is not None and not job.is_over
    alike = Batch.objects.filter(department=found.department, kind=found.kind, sent_at__isnull=False)
    twin = alike.filter(digest=found.digest, pk__lt=found.pk).first() if found.digest else None
    return visit.render(
        "cabinet/batch/batch.html",
        {
            "batch": found,
            "job": job,
            "busy": busy,
            "rows": [(row, *row_words(row)) for row in sheet],
            "sheet": sheet,
            "only": only,
            "counts": counts,
            "total": sum(counts.values()),
            "twin": twin,
            "may_send": not busy and found.cancelled_at is None and counts[RowState.READY] > 0,
            "may_cancel": found.cancelled_at is None
            and bool(counts[RowState.READY] + counts[RowState.TAKEN]),
            "notes": [Text(ru=ru, en=en) for ru, en in found.notes],
        },
    )


@page(Permission.ASK, methods=("POST",))
def batch_send(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Send the rows that are right."""
    found = batch_of(visit, uid)
    if found.checked_at is None or found.cancelled_at is not None or _busy(found):
        told = Text(
            ru="Файл ещё проверяется, уже отправляется или отменён",
            en="The file is being checked, is being sent already, or was called off",
        )
        notes.error(visit.request, spoken(told))
        return redirect("cabinet:batch", uid)
    Batch.objects.filter(pk=found.pk).update(sent_at=visit.now)
    audit.record(visit, "batch_sent", subject=f"{found.kind.code} {str(found.uid)[:8]}")
    title = found.kind.title or found.kind.code
    _start(visit, found, work.SEND, Text(ru=f"Отправка: {title}", en=f"Sending: {title}"))
    return redirect("cabinet:batch", uid)


@page(Permission.ASK, methods=("POST",))
def batch_cancel(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Call off what was not sent."""
    found = batch_of(visit, uid)
    running = _job(found)
    Batch.objects.filter(pk=found.pk).update(cancelled_at=visit.now)
    if running is not None and not running.is_over:
        jobs.stop(running, visit.now)
    BatchRow.objects.filter(batch=found, state=RowState.READY).update(state=RowState.CANCELLED, content=None)
    audit.record(visit, "batch_cancelled", subject=f"{found.kind.code} {str(found.uid)[:8]}")
    if found.sent_at is not None:
        title = found.kind.title or found.kind.code
        _start(visit, found, work.CALL_OFF, Text(ru=f"Отмена: {title}", en=f"Calling off: {title}"))
    return redirect("cabinet:batch", uid)


@page(Permission.ASK, methods=("POST",))
def batch_report(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Have the report written: what became of every row, with the main facts of the answers."""
    found = batch_of(visit, uid)
    title = found.kind.title or found.kind.code
    parameters = {"batch": str(found.uid)}
    told = Text(ru=f"Отчёт: {title}", en=f"Report: {title}")
    job = jobs.start(visit, work.REPORT, told, parameters, permission=Permission.SEE)
    return redirect(job.address)
