"""The first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.cabinet.access import Permission, Visit, page
from mezhved.gateway.models import Direction
from mezhved.gateway.provider.work import IN_HAND

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(None)
def home(visit: Visit) -> HttpResponse:
    """Show how much waits, by what the account may do."""
    incoming = visit.access.exchanges(Permission.ANSWER).filter(direction=Direction.IN, state__in=IN_HAND)
    own = visit.access.exchanges().filter(direction=Direction.OUT, account=visit.account.user)
    return visit.render(
        "cabinet/home.html",
        {
            "waiting": incoming.count(),
            "mine": incoming.filter(account=visit.account.user).count(),
            "late": incoming.filter(due_at__lt=visit.now).count(),
            "asked": own.filter(closed_at__isnull=True).count(),
        },
    )
