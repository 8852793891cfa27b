"""Figures as files: Excel and CSV in which nothing is a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse

from mezhved.gateway.watching.summing import MOSCOW
from mezhved.infotypes.rendering.sheets import to_csv, to_xlsx

if TYPE_CHECKING:
    from datetime import datetime

    from mezhved.infotypes.rendering.sheets import Grid

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sent(table: Grid, form: str, name: str, now: datetime) -> HttpResponse:
    """Answer with a table as a file of a form, xlsx or csv; raise `Http404` for another."""
    if form == "xlsx":
        return attached(to_xlsx([table], now, title=table.name), XLSX, f"{name}.xlsx", now)
    if form == "csv":
        return attached(to_csv(table), "text/csv; charset=utf-8", f"{name}.csv", now)
    raise Http404


def attached(octets: bytes, mime: str, name: str, now: datetime) -> HttpResponse:
    """Answer with a file that is to be saved; its name has the day and nothing of what it counts."""
    day = f"{now.astimezone(MOSCOW):%Y-%m-%d}"
    return HttpResponse(
        octets,
        content_type=mime,
        headers={
            "Content-Disposition": f'attachment; filename="{day}-{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
