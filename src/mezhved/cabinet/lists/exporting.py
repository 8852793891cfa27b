"""What a list shows as a file: made in the background, safe to be opened by a spreadsheet program."""

from __future__ import annotations

import csv
import io
import tempfile
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import xlsxwriter
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect

from mezhved.cabinet import audit, jobs
from mezhved.cabinet.access import Visit, page
from mezhved.cabinet.lists.columns import Column, columns
from mezhved.cabinet.lists.kinds import VIEWS, View
from mezhved.cabinet.lists.listing import Asked, asked_of, found
from mezhved.cabinet.lists.paging import walk
from mezhved.cabinet.lists.persons import PersonKey
from mezhved.cabinet.lists.terms import Terms
from mezhved.cabinet.lists.wanted import PLACES, read
from mezhved.cabinet.wording import spoken
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mezhved.cabinet.jobs import Work

KIND: Final = "lists.export"
MOST: Final = 1_000_000
"""Rows of one file: a sheet of Excel takes 1 048 576."""
FORMATS: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_CELL_LIMIT: Final = 32_000
_WIDTH: Final = 24
_LOOK: Final = 500
"""Rows between two looks at whether it is to stop."""


@page(None, methods=("POST",))
def export(visit: Visit, code: str) -> HttpResponse:
    """Begin to make a file of what the list shows now, and lead to its progress."""
    view = VIEWS.get(code)
    if view is None or not visit.access.may(view.permission):
        raise Http404
    said = visit.request.POST
    query = QueryDict(said.get("query", "")[:4000], mutable=True)
    for name in PLACES:
        query.pop(name, None)
    asked = asked_of(visit, view, query)
    form = said.get("format", "xlsx")
    parameters = {
        "view": view.code,
        "query": asked.wanted.query,
        "person": None if asked.person is None else list(asked.person.keys),
        "format": form if form in FORMATS else "xlsx",
    }
    title = Text(ru=f"Выгрузка: {view.title.ru.lower()}", en=f"Export: {view.title.en.lower()}")
    job = jobs.start(visit, KIND, title, parameters, permission=view.permission)
    audit.record(visit, "list_exported", subject=view.code)
    return redirect(job.address)


def run(work: Work) -> None:
    """Write the file of a job."""
    said = work.parameters
    view = VIEWS.get(said["view"])
    if view is None or not work.access.may(view.permission):
        raise MezhvedError(Text(ru="этот список вам больше не открыт", en="the list is not open to you"))
    with tempfile.TemporaryFile() as file:
        _write(work, view, _asked(view, said), said["format"], file)
        file.seek(0)
        work.keep_file(f"{view.code}.{said['format']}", FORMATS[said["format"]], file)


def _asked(view: View, said: dict[str, Any]) -> Asked:
    wanted, _ = read(QueryDict(said["query"]), view)
    person = None if said["person"] is None else PersonKey(tuple(said["person"]), "")
    return Asked(wanted, person, None, ())


def _write(work: Work, view: View, asked: Asked, form: str, file: BinaryIO) -> None:
    shown = columns(view.file_columns)
    head = [spoken(each.title) for each in shown]
    rows = _rows(work, view, asked, shown)
    writer: Callable[[BinaryIO, list[str], Iterator[list[str]]], None] = as_excel
    if form == "csv":
        writer = as_csv
    writer(file, head, rows)


def _rows(work: Work, view: View, asked: Asked, shown: list[Column]) -> Iterator[list[str]]:
    terms = Terms(work.now)
    for done, each in enumerate(islice(walk(found(work, view, asked), asked.wanted.sort), MOST)):
        if done % _LOOK == 0:
            work.progress(done)
            if work.stop_wanted:
                return
        yield [column.said(each, terms) for column in shown]


def as_excel(file: BinaryIO, head: list[str], rows: Iterator[list[str]]) -> None:
    """Write a workbook; every cell is a text, whatever it looks like."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    sheet.set_column(0, len(head) - 1, _WIDTH)
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(head):
        sheet.write_string(0, column, title, bold)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, _clean(value))
    book.close()


def as_csv(file: BinaryIO, head: list[str], rows: Iterator[list[str]]) -> None:
    """Write CSV that Russian spreadsheet programs open: UTF-8 with a mark, semicolons.

    A cell that a program would compute is marked by an apostrophe (OWASP, CSV injection).
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(head)
    for row in rows:
        writer.writerow([harmless(_clean(each)) for each in row])
    text.flush()
    text.detach()


def harmless(value: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    return f"'{value}" if value.lstrip(" \u00a0\ufeff").startswith(_DANGEROUS) else value


def _clean(value: str) -> str:
    """Leave out what XML and CSV cannot carry."""
    return "".join(each for each in value if each.isprintable() or each in "\n\t")[:_CELL_LIMIT]


jobs.register(KIND, run)
