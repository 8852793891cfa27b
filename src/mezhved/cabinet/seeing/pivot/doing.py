"""Counting a pivot table: at once where it is small, as a job where it is large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from mezhved.cabinet import jobs
from mezhved.cabinet.seeing.pivot.cube import CHUNK, MEMORY_AT_ONCE, SECONDS_AT_ONCE, Cell, Cube
from mezhved.cabinet.seeing.pivot.facts import facts
from mezhved.cabinet.seeing.pivot.tables import kept
from mezhved.cabinet.seeing.pivot.wanted import wanted_again
from mezhved.gateway.watching.reckoning import reckon_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mezhved.cabinet.seeing.pivot.wanted import Wanted

KIND: Final = "seeing.pivot"
AT_ONCE: Final = 40_000
"""So many requests are counted while the page is waited for: within a second."""


def size_of(wanted: Wanted) -> int:
    """Return about how many requests there are to go through."""
    return reckon_all(wanted.asked.scope).requests


def count_at_once(wanted: Wanted, now: datetime) -> list[Cell] | None:
    """Return the cells; None where there is more to count than a page may. Raises `PivotTooLarge`.

    The sums that tell the size beforehand may lag behind, so it is looked at once more while counting.
    """
    if size_of(wanted) > AT_ONCE:
        return None
    return _counted(Cube(SECONDS_AT_ONCE, MEMORY_AT_ONCE), wanted, now, lambda done: done <= AT_ONCE + CHUNK)


def _counted(
    calculator: Cube, wanted: Wanted, now: datetime, progress: Callable[[int], bool]
) -> list[Cell] | None:
    with calculator as cube:
        if not cube.feed(facts(wanted, now), progress):
            return None
        return cube.count(wanted.rows, wanted.column, wanted.measures)


def cells_of(outcome: dict[str, Any], wanted: Wanted) -> list[Cell] | None:
    """Return the cells that a job has kept; None when the account's departments are others since."""
    if outcome["held"] != _held(wanted):
        return None
    return [Cell(tuple(key), tuple(summed), tuple(values)) for key, summed, values in outcome["cells"]]


def _held(wanted: Wanted) -> list[int] | None:
    departments = wanted.asked.departments
    return None if departments is None else sorted(departments)


def work_on(work: jobs.Work) -> None:
    """Count as a job, with the access that the account has by now."""
    wanted = wanted_again(work.parameters, work.access, work.now)
    total = size_of(wanted)

    def progress(done: int) -> bool:
        work.progress(min(done, total), total)
        return not work.stop_wanted

    cells = _counted(Cube(), wanted, work.now, progress)
    if cells is None:
        return
    work.tell({"held": _held(wanted), "cells": kept(cells)})
    work.link_to(f"{reverse('cabinet:pivot')}?{wanted.query}&job={work.job.uid}")


jobs.register(KIND, work_on)
