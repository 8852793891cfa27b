"""Pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.cabinet.access import Permission, Visit, page

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(Permission.ASK)
def index(visit: Visit) -> HttpResponse:
    """Show the first page of this part."""
    return visit.render("cabinet/asking/index.html")
