"""Bringing the gateway to what a YAML document says, in one transaction.

A row of the document fully describes the row of the gateway: what is not written takes its default. Only
secrets (`password`, `secret`) that are not written stay as they are. Rows that the document does not
mention stay, unless `prune` is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from mezhved.gateway.contours import demand_contours_apart
from mezhved.gateway.provider.recounting import terms_recounted
from mezhved.gateway.setup.bringing import Bringing
from mezhved.gateway.setup.changes import BadSetup
from mezhved.gateway.setup.sections import SECTIONS
from mezhved.service.documents import read_document

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gateway.setup.changes import Report

FORMAT: Final = "mezhved-gateway/1"


def import_setup(
    document: str, folder: Path | None, *, prune: bool = False, rehearse: bool = False
) -> Report:
    """Bring the gateway to what the document says; return what became of each row.

    Files are named relative to `folder`; without one the document may name none. With `rehearse` nothing
    stays written. Raises `BadSetup`, or `WrongContour` where test and production would meet; then nothing
    was written.
    """
    bringing = Bringing(folder)
    with transaction.atomic():
        with terms_recounted():
            _bring_all(bringing, document)
            if prune:
                _prune(bringing)
            demand_contours_apart()
        if rehearse:
            transaction.set_rollback(True)
    return bringing.report


def _bring_all(bringing: Bringing, document: str) -> None:
    with read_document(document or "{}", FORMAT, BadSetup, assumed=FORMAT) as said:
        for section in SECTIONS:
            for number, each in enumerate(said.entries(section.name), 1):
                section.bring(bringing, each, number)


def _prune(bringing: Bringing) -> None:
    for section in reversed(SECTIONS):
        for name, model in (*section.inside, (section.name, section.model)):
            bringing.prune(name, model)
