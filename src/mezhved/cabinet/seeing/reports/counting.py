"""The rows of a report: how the requests of a period stand, by type."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from mezhved.cabinet import jobs
from mezhved.cabinet.seeing.asked import Asked, asked_of
from mezhved.cabinet.seeing.reports.people import people
from mezhved.cabinet.seeing.wording import type_names
from mezhved.gateway.watching.reckoning import Figures, reckon, reckon_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KIND: Final = "seeing.report"
AT_ONCE: Final = 40_000
"""People of so many requests are counted while the page is waited for."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a report says of one type, or of all: `code` is empty for the sum and for an unknown type."""

    code: str
    name: str
    requests: int
    people: int
    answered: int
    rejected: int
    errors: int
    open: int
    others: int
    """Called off, or of a kind that wants no answer."""
    late: int
    overdue: int
    mean_seconds: float | None


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows with their sum."""

    rows: tuple[Row, ...]
    total: Row


def is_large(asked: Asked) -> bool:
    """Tell whether the report is counted as a job."""
    return reckon_all(asked.scope).requests > AT_ONCE


def count(asked: Asked) -> Counted:
    """Count."""
    kinds, whole = people(asked.scope)
    found = reckon(asked.scope, ["type"])
    names = type_names([each.key[0] for each in found])
    rows = [_row(*names[each.key[0]], kinds.get(each.key[0], 0), each) for each in found if each.requests]
    return Counted(
        tuple(sorted(rows, key=lambda each: (not each.code, each.code))),
        _row("", "", whole, reckon_all(asked.scope)),
    )


def kept(asked: Asked, counted: Counted) -> dict[str, Any]:
    """Return a report as a value of JSON, with the departments that it is of."""
    return {
        "held": held(asked),
        "rows": [asdict(each) for each in counted.rows],
        "total": asdict(counted.total),
    }


def counted_of(outcome: Mapping[str, Any]) -> Counted:
    """Return a report that a job has kept."""
    rows: Sequence[Mapping[str, Any]] = outcome["rows"]
    return Counted(tuple(Row(**each) for each in rows), Row(**outcome["total"]))


def held(asked: Asked) -> list[int] | None:
    """Return the keys of the departments that are counted, in order; None: all."""
    return None if asked.departments is None else sorted(asked.departments)


def work_on(work: jobs.Work) -> None:
    """Count as a job, with the access that the account has by now."""
    work.progress(0, 1)
    asked = asked_of(work.parameters, work.access, work.now)
    work.tell(kept(asked, count(asked)))
    work.link_to(f"{reverse('cabinet:report')}?{asked.query}&job={work.job.uid}")
    work.progress(1, 1)


def _row(code: str, name: str, number: int, found: Figures) -> Row:
    return Row(
        code,
        name,
        found.requests,
        number,
        found.answered,
        found.rejected,
        found.faulted + found.unsent,
        found.open,
        found.cancelled + found.untold,
        found.late,
        found.overdue,
        found.mean_seconds,
    )


jobs.register(KIND, work_on)
