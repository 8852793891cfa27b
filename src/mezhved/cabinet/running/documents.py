"""The set-up as one YAML document: written out, and brought in after what would change was seen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.wording import lazy_text
from mezhved.gateway.setup import Outcome, export_setup, import_setup
from mezhved.gateway.setup.sections import SECTIONS
from mezhved.service.blobs import new_key
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.gateway.setup import Report

MOST_OCTETS: Final = 64 * 2**20
KEPT_SECONDS: Final = 3600
SALT: Final = "mezhved.cabinet.running.documents"
OUTCOMES: Final = {
    Outcome.CREATED: (Text(ru="будет добавлено", en="will be added"), "good"),
    Outcome.CHANGED: (Text(ru="изменится", en="will change"), "busy"),
    Outcome.REMOVED: (Text(ru="будет удалено", en="will be removed"), "bad"),
}
NAMES: Final = {
    "connections": Text(ru="Подключения", en="Connections"),
    "types": Text(ru="Виды сведений", en="Information types"),
    "systems": Text(ru="Системы и ключи", en="Systems and keys"),
    "departments": Text(ru="Подразделения и люди", en="Departments and people"),
    "services": Text(ru="Отвечающие системы", en="Answering systems"),
    "rules": Text(ru="Правила", en="Rules"),
    "terms": Text(ru="Сроки", en="Terms"),
    "calendar": Text(ru="Календарь", en="Calendar"),
}


@page(Permission.SETUP, methods=("GET",))
def setup_document(visit: Visit) -> HttpResponse:
    """Show what can be written out and brought in."""
    return _shown(visit)


@page(Permission.SETUP, methods=("POST",))
def setup_export(visit: Visit) -> HttpResponse:
    """Write the chosen sections out, without secrets."""
    known = [each.name for each in SECTIONS]
    chosen = [each for each in visit.request.POST.getlist("section") if each in known]
    document = export_setup(sections=chosen or known)
    audit.record(visit, "setup_exported", subject=", ".join(chosen or known))
    headers = {"Content-Disposition": 'attachment; filename="mezhved-gateway.yaml"'}
    return HttpResponse(document, content_type="application/yaml; charset=utf-8", headers=headers)


@page(Permission.SETUP, methods=("POST",))
def setup_import(visit: Visit) -> HttpResponse:
    """Rehearse a document, or bring in the very one that was rehearsed."""
    rehearsed = visit.request.POST.get("rehearsed", "")
    if rehearsed:
        return _brought_in(visit, rehearsed)
    file = visit.request.FILES.get("file")
    text = visit.request.POST.get("document", "")
    if file is not None:
        if (file.size or 0) > MOST_OCTETS:
            return _shown(visit, {"error": _too_large()}, 422)
        text = file.read().decode("utf-8-sig", "replace")
    prune = visit.request.POST.get("prune") == "1"
    try:
        report = import_setup(text, None, prune=prune, rehearse=True)
    except MezhvedError as error:
        return _shown(visit, {"error": error, "text": text if file is None else ""}, 422)
    context = {
        "report": _lines(report),
        "unchanged": report.count(Outcome.UNCHANGED),
        "rehearsed": _kept(visit, text, prune=prune) if report.changed else "",
    }
    return _shown(visit, context)


def _brought_in(visit: Visit, rehearsed: str) -> HttpResponse:
    try:
        said = signing.loads(rehearsed, salt=f"{SALT} {visit.account.pk}", max_age=KEPT_SECONDS)
        with visit.gateway.blobs.open(said["key"]) as kept:
            text = kept.read().decode()
        report = import_setup(text, None, prune=said["prune"])
    except signing.BadSignature:
        return _shown(visit, {"error": _too_old()}, 422)
    except MezhvedError as error:
        return _shown(visit, {"error": error}, 422)
    audit.record(visit, "setup_imported", subject=_summary(report))
    messages.success(visit.request, lazy_text("Настройка внесена", "The set-up is brought in"))
    return redirect("cabinet:setup_document")


def _kept(visit: Visit, text: str, *, prune: bool) -> str:
    """Keep a rehearsed document for a while, and return what the page hands back to bring it in.

    No row names the content: the gateway's cleaning deletes it after a day.
    """
    key = new_key()
    visit.gateway.blobs.put(key, io.BytesIO(text.encode()))
    return signing.dumps({"key": key, "prune": prune}, salt=f"{SALT} {visit.account.pk}")


def _shown(visit: Visit, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    context = {"sections": list(NAMES.items()), **(more or {})}
    return visit.render("cabinet/running/document.html", context, status=status)


def _lines(report: Report) -> list[tuple[Text, str, Text, str]]:
    return [
        (text, chip, NAMES.get(section, Text(section, section)), name)
        for outcome, (text, chip) in OUTCOMES.items()
        for section, name in report.rows[outcome]
    ]


def _summary(report: Report) -> str:
    return ", ".join(f"{each.value} {report.count(each)}" for each in Outcome)


def _too_large() -> MezhvedError:
    return MezhvedError(Text(ru="файл слишком велик", en="the file is too large"))


def _too_old() -> MezhvedError:
    return MezhvedError(
        Text(ru="показанное устарело", en="what was shown is too old"),
        cure=Text(ru="загрузите документ ещё раз", en="upload the document once more"),
    )
