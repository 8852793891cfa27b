"""The dashboard's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.seeing.asked import DIRECTIONS, Asked, asked_of
from mezhved.cabinet.seeing.dashboard import dashboard
from mezhved.cabinet.seeing.links import Links
from mezhved.cabinet.seeing.periods import NAMES

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(Permission.STATISTICS, methods=("GET",))
def index(visit: Visit) -> HttpResponse:
    """Show the figures of a period."""
    asked = asked_of(visit.request.GET, visit.access, visit.now)
    shown = dashboard(asked, links_of(visit, asked))
    return visit.render("cabinet/seeing/index.html", {"shown": shown, **choices(visit, asked)})


def links_of(visit: Visit, asked: Asked) -> Links:
    """Return the maker of links for an account: those who see no requests get figures alone."""
    return Links(asked, visit.access.may(Permission.SEE))


def choices(visit: Visit, asked: Asked) -> dict[str, Any]:
    """Return what the form of the choice shows."""
    return {
        "asked": asked,
        "periods": NAMES,
        "directions": DIRECTIONS,
        "departments": visit.access.departments(Permission.STATISTICS),
    }
