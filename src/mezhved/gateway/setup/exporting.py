"""The set-up as one YAML document: brought into an empty gateway it gives the same gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gateway.setup.importing import FORMAT
from mezhved.gateway.setup.sections import SECTIONS
from mezhved.gateway.setup.telling import Telling
from mezhved.service.documents import dump_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def export_setup(folder: Path | None = None, *, secrets: bool = False, sections: Sequence[str] = ()) -> str:
    """Return the whole set-up, or some sections; with `folder`, packages of types go into files below it.

    Without `secrets` the document names no password and no key of a HMAC: whoever brings it in keeps theirs.
    """
    telling = Telling(folder, secrets=secrets)
    told = {
        each.name: [each.tell(telling, row) for row in each.rows()]
        for each in SECTIONS
        if not sections or each.name in sections
    }
    return dump_document({"format": FORMAT, **{name: rows for name, rows in told.items() if rows}})
