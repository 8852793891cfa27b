"""Pages of one type: versions of its package, its own stylesheet, control examples."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.urls import reverse

from mezhved.cabinet import audit, jobs
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.models import Job, TypeVersion
from mezhved.cabinet.running.versions import (
    MOST_SHEET,
    OWN_SHEET,
    apply_version,
    keep_version,
    with_stylesheet,
)
from mezhved.cabinet.wording import lazy_text, spoken
from mezhved.gateway.files import clean_name
from mezhved.gateway.models import InformationType
from mezhved.infotypes.documents import QName
from mezhved.infotypes.scenarios import ControlExample, answer, archive
from mezhved.infotypes.stylesheets import StylesheetRunner
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from django.http import HttpResponse

    from mezhved.gateway.catalogue import LoadedType
    from mezhved.infotypes.scenarios import Answer

EXAMPLES: Final = "running.examples"
MOST_REQUESTS: Final = 50
MOST_OCTETS: Final = 16 * 2**20
_KINDS: Final = {
    "content": Text(ru="ответ", en="an answer"),
    "rejection": Text(ru="отказ", en="a refusal"),
    "status": Text(ru="промежуточный статус", en="an interim status"),
}


@page(Permission.SETUP, methods=("GET",))
def type_versions(visit: Visit, key: int) -> HttpResponse:
    """List the packages that the type had."""
    kind = _kind(key)
    versions = TypeVersion.objects.filter(type=kind).select_related("account").order_by("-number")
    loaded, problem = _loaded(visit, kind)
    has_sheet = loaded is not None and OWN_SHEET in loaded.package.files
    context = {"kind": kind, "versions": versions, "has_sheet": has_sheet, "problem": problem}
    return visit.render("cabinet/running/type_versions.html", context)


@page(Permission.SETUP, methods=("GET",))
def type_version(visit: Visit, key: int, number: int) -> HttpResponse:
    """Show what the examination of a version found."""
    version = _version(_kind(key), number)
    return visit.render("cabinet/running/type_version.html", {"version": version, "kind": version.type})


@page(Permission.SETUP, methods=("GET",))
def type_package(visit: Visit, key: int, number: int) -> HttpResponse:
    """Give a version's package out; 0 is the one that is applied."""
    kind = _kind(key)
    name = f"{kind.code}.zip"
    if not number:
        octets = io.BytesIO(bytes(kind.package))
        return _file(octets, name, len(bytes(kind.package)))
    version = _version(kind, number)
    return _file(visit.gateway.blobs.open(version.package), f"{kind.code}-{number}.zip", version.size)


@page(Permission.SETUP, methods=("POST",))
def type_apply(visit: Visit, key: int, number: int) -> HttpResponse:
    """Apply a version."""
    version = _version(_kind(key), number)
    try:
        apply_version(visit, version)
    except MezhvedError as error:
        messages.error(visit.request, _told(error))
    else:
        audit.record(visit, "type_applied", subject=f"{version.type.code} {number}")
        messages.success(
            visit.request, lazy_text(f"Действует версия {number}", f"Version {number} is applied")
        )
    return redirect("cabinet:type_versions", key)


@page(Permission.SETUP, methods=("POST",))
def type_sheet(visit: Visit, key: int) -> HttpResponse:
    """Give the type a stylesheet of one's own, or take it away: a new version that is applied at once."""
    kind = _kind(key)
    file = visit.request.FILES.get("sheet")
    try:
        package = with_stylesheet(bytes(kind.package), b"" if file is None else file.read(MOST_SHEET + 1))
        keep_version(visit, kind, bytes(kind.package), None)
        version = keep_version(visit, kind, package, None, OWN_SHEET)
        apply_version(visit, version)
    except MezhvedError as error:
        messages.error(visit.request, _told(error))
    else:
        audit.record(visit, "type_applied", subject=f"{kind.code} {version.number}: {OWN_SHEET}")
        messages.success(visit.request, lazy_text("Оформление изменено", "The look has changed"))
    return redirect("cabinet:type_versions", key)


@page(Permission.SETUP)
def type_examples(visit: Visit, key: int) -> HttpResponse:
    """Run control examples: requests of one's own, or the samples of the package."""
    kind = _kind(key)
    loaded, problem = _loaded(visit, kind)
    root = QName(kind.namespace, kind.request_root)
    known = () if loaded is None else loaded.package.samples
    samples = [each for each in known if each.root == root][:MOST_REQUESTS]
    if visit.request.method == "POST":
        files = visit.request.FILES.getlist("requests")[:MOST_REQUESTS]
        given = [each.read(MOST_OCTETS) for each in files] or [each.octets for each in samples]
        if given:
            job = _run_examples(visit, kind, given)
            return redirect(job.address)
        messages.error(visit.request, lazy_text("Выберите файлы запросов.", "Choose files of requests."))
    last = Job.objects.filter(kind=EXAMPLES, account=visit.account, parameters__type=kind.pk).order_by("-pk")
    scenarios = () if loaded is None else loaded.scenarios
    context = {"kind": kind, "scenarios": scenarios, "samples": samples, "job": last.first()}
    context["problem"] = problem
    return visit.render("cabinet/running/type_examples.html", context)


def _run_examples(visit: Visit, kind: InformationType, requests: list[bytes]) -> Job:
    source = archive_of(requests)
    job = jobs.start(
        visit,
        EXAMPLES,
        Text(ru=f"Контрольные примеры {kind.code}", en=f"Control examples of {kind.code}"),
        {"type": kind.pk},
        source=io.BytesIO(source),
        permission=Permission.SETUP,
    )
    audit.record(visit, "type_examples", subject=kind.code)
    return job


def run_examples(work: jobs.Work) -> None:
    """Run the scenarios on every request, and keep the pairs as files."""
    kind = InformationType.objects.filter(pk=work.parameters["type"]).first()
    if kind is None:
        raise MezhvedError(Text(ru="вида сведений больше нет", en="the type is gone"))
    with work.open_source() as file:
        requests = requests_of(file.read())
    scenarios = work.gateway.catalogue.loaded(kind).scenarios
    made, lines = [], []
    with StylesheetRunner(processes=1) as runner:
        for number, request in enumerate(requests, 1):
            if work.stop_wanted:
                return
            try:
                found = answer(request, scenarios, runner)
            except MezhvedError as error:
                lines.append(_line(number, "", {"ru": error.what.ru, "en": error.what.en}))
            else:
                if found is None:
                    lines.append(_line(number, "", _UNKNOWN))
                else:
                    made.append(ControlExample(number, request, found))
                    said = _KINDS[_kind_of(found)]
                    lines.append(_line(number, found.scenario, None) | {"ru": said.ru, "en": said.en})
            work.progress(number, len(requests))
    work.tell(lines)
    if made:
        work.keep_file(f"{kind.code}-examples.zip", "application/zip", io.BytesIO(archive(made)))
    work.link_to(reverse("cabinet:type_examples", args=[kind.pk]))


jobs.register(EXAMPLES, run_examples)
_UNKNOWN: Final = {
    "ru": "ни один сценарий не узнаёт этот запрос: проверьте XPath и пространства имён",
    "en": "no scenario recognises this request: check the XPath and the namespaces",
}


def archive_of(requests: list[bytes]) -> bytes:
    """Return requests as one content: each with its length before it."""
    return b"".join(len(each).to_bytes(4, "big") + each for each in requests)


def requests_of(octets: bytes) -> list[bytes]:
    """Return the requests again."""
    found, place = [], 0
    while place + 4 <= len(octets):
        size = int.from_bytes(octets[place : place + 4], "big")
        found.append(octets[place + 4 : place + 4 + size])
        place += 4 + size
    return found


def _kind_of(found: Answer) -> str:
    if found.rejections:
        return "rejection"
    return "content" if found.status is None else "status"


def _line(number: int, scenario: str, problem: dict[str, str] | None) -> dict[str, Any]:
    return {"number": number, "scenario": scenario, "problem": problem}


def _kind(key: int) -> InformationType:
    found = InformationType.objects.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _loaded(visit: Visit, kind: InformationType) -> tuple[LoadedType | None, Text | None]:
    """Return a type's package, or why it does not read."""
    try:
        return visit.gateway.catalogue.loaded(kind), None
    except MezhvedError as error:
        return None, error.what


def _version(kind: InformationType, number: int) -> TypeVersion:
    found = TypeVersion.objects.select_related("type", "account").filter(type=kind, number=number).first()
    if found is None:
        raise Http404
    return found


def _file(content: Any, name: str, size: int) -> HttpResponse:
    told = clean_name(name)
    response = FileResponse(content, as_attachment=True, filename=told, content_type="application/zip")
    response.headers["Content-Length"] = str(size)
    return response  # type: ignore[return-value]


def _told(error: MezhvedError) -> str:
    return spoken(error.what) + (f": {spoken(error.cure)}" if error.cure is not None else "")
