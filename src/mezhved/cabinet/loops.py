"""The work that the cabinet does by itself in every process of the gateway."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mezhved.cabinet.accounts.chain import AuditLinker
from mezhved.cabinet.batch.keeper import BatchKeeper
from mezhved.cabinet.directories.keeper import CardKeeper
from mezhved.cabinet.forms.keeper import DraftKeeper
from mezhved.cabinet.jobs.loops import job_loops
from mezhved.cabinet.notices.following import NoticeFollower
from mezhved.cabinet.seeing.reports.saving import ReportSchedule

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.service import Repeating


def cabinet_loops(gateway: Gateway) -> list[Repeating]:
    """Return the threads of the cabinet's own work."""
    # The addresses load every part, and with it the kinds of jobs that the part does.
    import_module("mezhved.cabinet.urls")
    keepers = [CardKeeper(gateway), DraftKeeper(gateway), BatchKeeper(gateway)]
    return [*job_loops(gateway), *keepers, AuditLinker(gateway), *_telling(gateway)]


def _telling(gateway: Gateway) -> list[Repeating]:
    return [NoticeFollower(gateway), ReportSchedule(gateway)]
