"""Background jobs: long work started by people, shown as it goes on, taken up again after a kill."""

from __future__ import annotations

from mezhved.cabinet.jobs.kinds import register
from mezhved.cabinet.jobs.starting import named, start, stop
from mezhved.cabinet.jobs.work import JobTaken, Work

__all__ = ["JobTaken", "Work", "named", "register", "start", "stop"]
