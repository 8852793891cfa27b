"""Pages of the register of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q

from mezhved.cabinet.access import Visit, page
from mezhved.cabinet.directories.addresses import find_addresses
from mezhved.cabinet.models import AddressLoad

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(None)
def addresses(visit: Visit) -> HttpResponse:
    """Show which regions are loaded, and search; an address may be personal: the URL never has it."""
    text = visit.request.POST.get("q", "")[:300]
    loads = AddressLoad.objects.values("region").annotate(
        finished=Max("finished_at"), unfinished=Count("pk", filter=Q(finished_at__isnull=True))
    )
    return visit.render(
        "cabinet/directories/addresses.html",
        {
            "regions": loads.order_by("region"),
            "text": text,
            "found": find_addresses(text, 20) if text else [],
        },
    )


@page(None, methods=("POST",))
def find_places(visit: Visit) -> HttpResponse:
    """Give the addresses that a text means, to choose one."""
    text = (visit.request.POST.get("q") or visit.request.POST.get("address", ""))[:300]
    as_options = visit.request.POST.get("as") == "options"
    return visit.render(
        "cabinet/directories/address_options.html"
        if as_options
        else "cabinet/directories/found_addresses.html",
        {"found": find_addresses(text), "text": text},
    )
