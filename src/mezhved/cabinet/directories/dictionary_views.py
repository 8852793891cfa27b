"""Pages of dictionaries: what is loaded, search, loading."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from mezhved.cabinet import audit, jobs
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.directories.dictionaries import find, load
from mezhved.cabinet.directories.folding import key_of
from mezhved.cabinet.directories.tables import LARGEST_FILE, read_table
from mezhved.cabinet.models import Directory
from mezhved.cabinet.wording import spoken
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.http import HttpResponse

_SHOWN: Final = 50
_LOADING: Final = "directories.load"


@page(None, methods=("GET",))
def index(visit: Visit) -> HttpResponse:
    """List the dictionaries."""
    loaded = Directory.objects.filter(generation__gt=0).order_by("name")
    return visit.render("cabinet/directories/index.html", {"directories": loaded})


@page(None, methods=("GET",))
def dictionary(visit: Visit, name: str) -> HttpResponse:
    """Show a dictionary and what of it a search finds."""
    directory = _directory(name)
    text = visit.request.GET.get("q", "")[:200]
    entries = find(directory.key, text, _SHOWN)
    rows = [[each.columns.get(column, "") for column in directory.columns] for each in entries]
    return visit.render(
        "cabinet/directories/dictionary_part.html"
        if visit.is_part
        else "cabinet/directories/dictionary.html",
        {"directory": directory, "text": text, "rows": rows, "cut": len(rows) == _SHOWN},
    )


@page(None, methods=("GET",))
def find_entries(visit: Visit, name: str) -> HttpResponse:
    """Give the entries of a dictionary that a text means, to choose one."""
    text = visit.request.GET.get("q", "")[:200]
    as_options = visit.request.GET.get("as") == "options"
    return visit.render(
        "cabinet/directories/options.html" if as_options else "cabinet/directories/found_entries.html",
        {"entries": find(name, text), "text": text},
    )


@page(Permission.SETUP)
def load_page(visit: Visit) -> HttpResponse:
    """Take a file of a dictionary; its rows are read by a job."""
    told: dict[str, Any] = {
        "most": LARGEST_FILE // 2**20,
        "suggested": visit.request.GET.get("name", "")[:300],
    }
    if visit.request.method != "POST":
        return visit.render("cabinet/directories/load.html", told)
    name = " ".join(visit.request.POST.get("name", "").split())[:300]
    columns = {
        each: visit.request.POST.get(each, "").strip()[:300] for each in ("code_column", "name_column")
    }
    file = visit.request.FILES.get("file")
    wrong = _complaint(name, file)
    if wrong is not None or file is None:
        told |= {"suggested": name, **columns, "wrong": wrong}
        return visit.render("cabinet/directories/load.html", told, status=422)
    audit.record(visit, "dictionary_loaded", subject=name)
    job = jobs.start(
        visit,
        _LOADING,
        Text(ru=f"Загрузка справочника «{name}»", en=f"Loading of the dictionary {name!r}"),
        {"name": name, "file": PurePath(file.name or "").name[:300], **columns},
        source=cast("BinaryIO", file.file),
        permission=Permission.SETUP,
    )
    return redirect(job.address)


@page(Permission.SETUP, methods=("POST",))
def remove(visit: Visit, name: str) -> HttpResponse:
    """Delete a dictionary with its entries."""
    directory = _directory(name)
    audit.record(visit, "dictionary_deleted", subject=directory.name)
    directory.delete()
    messages.success(visit.request, spoken(Text(ru="Справочник удалён.", en="The dictionary is deleted.")))
    return redirect("cabinet:directories")


def load_file(work: jobs.Work) -> None:
    """Read the rows of a file that was sent."""
    told = work.parameters
    with work.open_source() as source:
        table = read_table(source, told["file"])
    directory = load(
        told["name"],
        table,
        work.now,
        source=told["file"],
        code_column=told["code_column"],
        name_column=told["name_column"],
    )
    work.tell({"rows": directory.size})
    work.link_to(reverse("cabinet:directory", args=[directory.key]))


jobs.register(_LOADING, load_file)


def _complaint(name: str, file: Any) -> Text | None:
    if not key_of(name):
        return Text(
            ru="Назовите справочник так, как его называют схемы.", en="Name the dictionary as schemas do."
        )
    if file is None:
        return Text(ru="Выберите файл.", en="Choose a file.")
    if file.size > LARGEST_FILE:
        return Text(ru="Файл слишком велик.", en="The file is too large.")
    return None


def _directory(name: str) -> Directory:
    found = Directory.objects.filter(key=key_of(name), generation__gt=0).first()
    if found is None:
        raise Http404
    return found
