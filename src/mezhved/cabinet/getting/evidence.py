"""The evidence of an exchange: everything of it in one signed container."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from django.contrib import messages as notes
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.showing import handed_out_file
from mezhved.cabinet.wording import spoken
from mezhved.gateway.evidence.exporting import export
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    import uuid

    from django.http import HttpResponse

_IN_MEMORY: Final = 8 * 2**20


@page(Permission.SEE, methods=("GET",))
def request_evidence(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Give the container; where it cannot be made, say why on the page of the request."""
    exchange = visit.exchange(uid)
    target = cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - the answer closes it
    try:
        export(visit.gateway, exchange, target)
    except MezhvedError as error:
        target.close()
        cure = f": {spoken(error.cure)}" if error.cure is not None else ""
        notes.error(visit.request, f"{spoken(error.what)}{cure}")
        return redirect("cabinet:request", uid)
    size = target.tell()
    target.seek(0)
    audit.record(visit, "downloaded", exchange=exchange, subject="evidence")
    name = f"evidence-{str(exchange.uid)[:8]}.zip"
    return handed_out_file(target, size, name, "application/zip")  # type: ignore[return-value]
