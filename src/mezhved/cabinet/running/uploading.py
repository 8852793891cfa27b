"""Uploading a package: it is examined as a job, its report is read, then it becomes a type or a version."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from mezhved.cabinet import audit, jobs
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.models import Job, JobState
from mezhved.cabinet.running import fields
from mezhved.cabinet.running.examiner import ExaminerLimits, examine_apart
from mezhved.cabinet.running.types import ENVIRONMENTS, KEPT_HINT
from mezhved.cabinet.running.versions import add_type, apply_version, demand_roots, keep_version, packed
from mezhved.cabinet.wording import lazy_text
from mezhved.gateway.errors import GatewayError
from mezhved.gateway.models import InformationType
from mezhved.gateway.setup.changes import BadSetup
from mezhved.infotypes.documents import QName
from mezhved.texts import Text

if TYPE_CHECKING:
    import uuid

    from django.http import HttpResponse

KIND: Final = "running.examine"
MOST_OCTETS: Final = 64 * 2**20
MOST_FILES: Final = 1000


def examine(work: jobs.Work) -> None:
    """Examine the package of a job."""
    with work.open_source() as file:
        package = file.read()
    report = examine_apart(package, work.now.date(), ExaminerLimits(), lambda: work.stop_wanted)
    if report is None:
        return
    work.tell(report)
    work.link_to(reverse("cabinet:type_report", args=[work.job.uid]))


jobs.register(KIND, examine)


class UploadForm(forms.Form):
    """A ZIP, a folder, or single schemas."""

    type = fields.RowField(
        "Это новая версия вида сведений",
        "It is a new version of the type",
        InformationType.objects.defer("package").order_by("code"),
        empty=("нет, это новый вид сведений", "no, it is a new type"),
        named=lambda row: f"{row.code} {row.title}",
    )


class NewTypeForm(forms.Form):
    """What a package does not say of itself."""

    code = fields.text("Код", "Code", ("Например, VS00051v003-FNS001.", "Such as VS00051v003-FNS001."))
    title = fields.text("Название", "Title")
    request_root = fields.choice("Корневой элемент запроса", "Root element of the request", ())
    response_root = fields.choice("Корневой элемент ответа", "Root element of the answer", ())
    environment = fields.choice("Контур", "Contour", ENVIRONMENTS)
    is_broadcast = fields.flag("Рассылка", "Broadcast")
    official_signs_request = fields.flag(
        "Запрос подписывает должностное лицо (ЭП-СП)", "An official signs the request (EP-SP)"
    )
    official_signs_answer = fields.flag(
        "Ответ подписывает должностное лицо (ЭП-СП)", "An official signs the answer (EP-SP)"
    )
    retention_days = fields.number(
        "Сколько дней хранить персональные данные", "Days that personal data are kept", KEPT_HINT
    )
    anyway = fields.flag("Добавить, хотя проверка не пройдена", "Add it though the examination failed")

    def __init__(self, report: dict[str, Any], data: Any = None) -> None:
        roots = [each for each in report["roots"] if each["failure"] is None]
        asked = next((each for each in roots if each["kind"] == "request"), roots[0] if roots else None)
        answered = next((each for each in roots if each["kind"] == "response"), None)
        super().__init__(
            data,
            initial={
                "request_root": asked and asked["name"],
                "response_root": answered and answered["name"],
                "title": asked and asked["label"]["ru"][:500],
                "retention_days": 0,
            },
        )
        named = [(each["name"], _root_words(each)) for each in roots]
        self.fields["request_root"].choices = named  # type: ignore[attr-defined]
        self.fields["response_root"].choices = [("", lazy_text("нет", "none")), *named]  # type: ignore[attr-defined]
        if report["holds"]:
            del self.fields["anyway"]

    def clean(self) -> dict[str, Any]:
        """Demand both roots of one namespace, and that a failure was seen."""
        said = super().clean() or {}
        asked, answered = said.get("request_root"), said.get("response_root")
        if asked and answered and QName.parse(asked).namespace != QName.parse(answered).namespace:
            self.add_error(
                "response_root",
                lazy_text("другое пространство имён, чем у запроса", "another namespace than the request's"),
            )
        if "anyway" in self.fields and not said.get("anyway"):
            self.add_error("anyway", lazy_text("отметьте, если уверены", "tick this if you are sure"))
        return said

    def values(self) -> dict[str, Any]:
        """Return the columns of the type."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "anyway"}
        asked = QName.parse(said["request_root"]) if said["request_root"] else None
        said["namespace"] = "" if asked is None else asked.namespace
        said["request_root"] = "" if asked is None else asked.local
        said["response_root"] = QName.parse(said["response_root"]).local if said["response_root"] else ""
        return said


@page(Permission.SETUP)
def type_upload(visit: Visit) -> HttpResponse:
    """Take a package, and have it examined."""
    if visit.request.method != "POST":
        chosen = visit.request.GET.get("type", "")
        form = UploadForm(initial={"type": chosen if chosen.isdecimal() else None})
        return visit.render("cabinet/running/type_upload.html", {"form": form})
    form = UploadForm(visit.request.POST)
    files = visit.request.FILES.getlist("package")
    paths = visit.request.POST.getlist("paths")
    problem = _unfit(files)
    if not form.is_valid() or problem is not None:
        if problem is not None:
            form.add_error(None, lazy_text(problem.ru, problem.en))
        return visit.render("cabinet/running/type_upload.html", {"form": form}, status=422)
    kind = form.cleaned_data["type"]
    job = jobs.start(
        visit,
        KIND,
        Text(ru="Проверка пакета вида сведений", en="Examination of a type's package"),
        {"type": None if kind is None else kind.pk},
        source=_package_of(files, paths),
        permission=Permission.SETUP,
    )
    audit.record(visit, "type_uploaded", subject="" if kind is None else kind.code)
    return redirect(job.address)


@page(Permission.SETUP)
def type_report(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show what the examination found, and take the package in."""
    job = Job.objects.filter(uid=uid, kind=KIND, state=JobState.DONE).first()
    if job is None or not isinstance(job.outcome, dict):
        raise Http404
    report = job.outcome
    kind = InformationType.objects.defer("package").filter(pk=job.parameters.get("type")).first()
    if visit.request.method != "POST":
        return _report(visit, job, kind, NewTypeForm(report))
    if not job.source:
        raise Http404
    if kind is not None:
        return _new_version(visit, job, report, kind)
    form = NewTypeForm(report, visit.request.POST)
    if not form.is_valid():
        return _report(visit, job, kind, form, status=422)
    try:
        made = add_type(visit, form.values(), _source(visit, job), report)
    except BadSetup as error:
        for name, said in (error.fields or {"": error.what}).items():
            form.add_error(name if name in form.fields else None, lazy_text(said.ru, said.en))
        return _report(visit, job, kind, form, status=422)
    audit.record(visit, "setup_added", subject=f"types: {made.code}")
    messages.success(
        visit.request, lazy_text(f"Добавлен вид сведений {made.code}", f"Added the type {made.code}")
    )
    return redirect("cabinet:setup_row", "types", made.pk)


def _new_version(visit: Visit, job: Job, report: dict[str, Any], kind: InformationType) -> HttpResponse:
    package = _source(visit, job)
    form = NewTypeForm(report)
    try:
        demand_roots(kind, report, package)
        version = keep_version(visit, kind, package, report, visit.request.POST.get("note", ""))
        audit.record(visit, "type_version", subject=f"{kind.code} {version.number}")
        if visit.request.POST.get("apply"):
            apply_version(visit, version)
            audit.record(visit, "type_applied", subject=f"{kind.code} {version.number}")
    except GatewayError as error:
        return _report(visit, job, kind, form, status=422, error=error)
    messages.success(
        visit.request, lazy_text(f"Сохранена версия {version.number}", f"Kept as version {version.number}")
    )
    return redirect("cabinet:type_versions", kind.pk)


def _report(
    visit: Visit,
    job: Job,
    kind: InformationType | None,
    form: NewTypeForm,
    *,
    status: int = 200,
    error: GatewayError | None = None,
) -> HttpResponse:
    context = {"job": job, "report": job.outcome, "kind": kind, "form": form, "error": error}
    return visit.render("cabinet/running/type_report.html", context, status=status)


def _source(visit: Visit, job: Job) -> bytes:
    with visit.gateway.blobs.open(job.source) as file:
        return file.read()


def _unfit(files: list[Any]) -> Text | None:
    """Tell why the files can be no package; None where they may be."""
    if not files:
        return Text(ru="выберите файлы", en="choose files")
    if len(files) > MOST_FILES or sum(each.size or 0 for each in files) > MOST_OCTETS:
        return Text(
            ru=f"больше {MOST_OCTETS // 2**20} МиБ или {MOST_FILES} файлов",
            en=f"more than {MOST_OCTETS // 2**20} MiB or {MOST_FILES} files",
        )
    if len(files) == 1 and (files[0].name or "").lower().endswith(".zip") and not _is_zip(files[0]):
        return Text(ru="это не ZIP или он повреждён", en="this is no ZIP, or it is damaged")
    return None


def _is_zip(file: Any) -> bool:
    found = zipfile.is_zipfile(file)
    file.seek(0)
    return found


def _package_of(files: list[Any], paths: list[str]) -> Any:
    """Return one ZIP as it came; several files as a ZIP of theirs, by the paths that the browser tells."""
    if len(files) == 1 and _is_zip(files[0]):
        return files[0]
    told = paths if len(paths) == len(files) else [each.name or "" for each in files]
    names = [posixpath.normpath(f"/{each}".replace("\\", "/")).lstrip("/")[:500] for each in told]
    return io.BytesIO(packed({name: each.read() for name, each in zip(names, files, strict=True)}))


def _root_words(root: dict[str, Any]) -> Any:
    local = QName.parse(root["name"]).local
    ru, en = root["label"]["ru"], root["label"]["en"]
    return lazy_text(f"{local} — {ru}" if ru else local, f"{local}: {en}" if en else local)
