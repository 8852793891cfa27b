"""Doing jobs: leased, so that no two processes do one, and taken up again when the lease runs out."""

from __future__ import annotations

import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Exists, OuterRef, Q
from django.utils import translation

from mezhved.cabinet import notices
from mezhved.cabinet.jobs.kinds import function_of, known_kinds
from mezhved.cabinet.jobs.work import JobTaken, Work
from mezhved.cabinet.models import Job, JobState
from mezhved.cabinet.models.jobs import FILES_KEPT, UNFINISHED
from mezhved.gateway.outbox.settling import problem_of
from mezhved.gateway.statements import rows
from mezhved.service import Repeating
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mezhved.gateway.assembly import Gateway

MOST_ATTEMPTS: Final = 5
"""How often in a row a job may end its process before it is given up."""
TOLD_SECONDS: Final = 15.0
"""A job that took so long is told of: nobody has sat and waited."""
_CANDIDATES: Final = 5
# Asked all the time; with values in place of marks the partial index of unfinished jobs serves it.
_ANY: Final = "SELECT 1 FROM cabinet_job WHERE state IN ('waiting', 'working') LIMIT 1"
_SAID: Final = {
    JobState.DONE: Text(ru="Готово", en="Done"),
    JobState.FAILED: Text(ru="Не удалось", en="Failed"),
}


def claim(gateway: Gateway, owner: str) -> Job | None:
    """Take up the next job: of accounts that have none in work first, then in their order."""
    if not rows(_ANY):
        return None
    now = gateway.clock()
    free = Q(state=JobState.WAITING) | Q(state=JobState.WORKING, leased_until__lt=now)
    at_work = Job.objects.filter(
        account=OuterRef("account"), state=JobState.WORKING, leased_until__gte=now
    ).exclude(pk=OuterRef("pk"))
    due = Job.objects.filter(free, state__in=UNFINISHED, kind__in=known_kinds())
    keys = list(due.order_by(Exists(at_work), "pk").values_list("pk", flat=True)[:_CANDIDATES])
    until = now + timedelta(seconds=gateway.settings.takeover_seconds)
    for key in keys:
        taken = Job.objects.filter(free, pk=key).update(
            state=JobState.WORKING, lease_owner=owner, leased_until=until
        )
        if taken:
            return _begun(key, now)
    return None


def _begun(key: int, now: datetime) -> Job:
    job = Job.objects.select_related("account__user").get(pk=key)
    job.attempts += 1
    job.started_at = job.started_at or now
    job.save(update_fields=["attempts", "started_at"])
    return job


def do_next(gateway: Gateway, owner: str, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Do one job to its end; tell whether there was one. Errors of the database go up: it is tried again."""
    job = claim(gateway, owner)
    if job is None:
        return False
    work = Work(gateway, job, owner, stopping)
    beat = _Beat(gateway, job, owner)
    beat.start()
    try:
        _do(work, owner)
    finally:
        beat.stop()
        beat.join()
    return True


def _do(work: Work, owner: str) -> None:
    job, gateway = work.job, work.gateway
    function = function_of(job.kind)
    if job.stop_wanted:
        _finish(work, owner, JobState.STOPPED)
        return
    if job.attempts > MOST_ATTEMPTS or function is None:
        _finish(work, owner, JobState.FAILED, problem=problem_of(_given_up()))
        return
    try:
        with translation.override(job.language):
            function(work)
    except JobTaken:
        gateway.log.warning("job_taken_over", job=str(job.uid), kind=job.kind)
    except (OperationalError, InterfaceError):
        raise
    except MezhvedError as error:
        _finish(work, owner, JobState.FAILED, problem=problem_of(error))
    except Exception as error:  # noqa: BLE001 - whatever a job does, the next one is done
        _finish(work, owner, JobState.FAILED, problem=problem_of(_unforeseen(work, error)))
    else:
        if work.was_interrupted:
            _give_back(work, owner)
        else:
            _finish(work, owner, JobState.STOPPED if work.was_stopped else JobState.DONE)


def _give_back(work: Work, owner: str) -> None:
    """Let another process go on at once: this one is to end."""
    Job.objects.filter(pk=work.job.pk, lease_owner=owner).update(
        state=JobState.WAITING, lease_owner="", leased_until=None, attempts=0
    )


def _finish(work: Work, owner: str, state: JobState, **values: Any) -> None:
    now, job = work.now, work.job
    if state == JobState.DONE and job.total:
        job.done = job.total
    finished = Job.objects.filter(pk=job.pk, lease_owner=owner).update(
        state=state,
        done=job.done,
        total=job.total,
        finished_at=now,
        expires_at=now + FILES_KEPT,
        lease_owner="",
        leased_until=None,
        **values,
    )
    if finished:
        seconds = (now - (job.started_at or now)).total_seconds()
        work.gateway.log.info(
            "job_finished", job=str(job.uid), kind=job.kind, state=state.value, seconds=round(seconds, 1)
        )
        if seconds >= TOLD_SECONDS and job.account is not None and state in _SAID:
            said = _SAID[state]
            text = Text(ru=f"{said.ru}: {job.name.ru}", en=f"{said.en}: {job.name.en}")
            notices.notify(job.account, text, job.address, kind="job", at=now, about=str(job.uid))


def _given_up() -> MezhvedError:
    return MezhvedError(
        Text(
            ru=f"работа обрывалась {MOST_ATTEMPTS} раз подряд и больше не повторяется",
            en=f"the job broke off {MOST_ATTEMPTS} times in a row and is not tried again",
        ),
        cure=Text(
            ru="посмотрите журнал программы: не кончилась ли память",
            en="look into the program's log: has the memory run out?",
        ),
    )


def _unforeseen(work: Work, error: Exception) -> MezhvedError:
    """Log where it happened, without the error's own words: they may name a person."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    work.gateway.log.error(
        "job_failed",
        job=str(work.job.uid),
        kind=work.job.kind,
        error_type=type(error).__name__,
        place=f"{place.name}:{place.lineno}",
    )
    return MezhvedError(
        Text(
            ru=f"непредвиденная ошибка ({type(error).__name__})",
            en=f"an unforeseen error ({type(error).__name__})",
        ),
        cure=Text(ru="подробности в журнале программы", en="the program's log tells more"),
    )


class _Beat(Repeating):
    """Keeps the lease while the function works, however long one part of it takes."""

    def __init__(self, gateway: Gateway, job: Job, owner: str) -> None:
        self._term = gateway.settings.takeover_seconds
        super().__init__("job-beat", self._term / 3)
        self._gateway, self._job, self._owner = gateway, job, owner

    def tick(self) -> float:
        """Renew the lease."""
        until = self._gateway.clock() + timedelta(seconds=self._term)
        Job.objects.filter(pk=self._job.pk, lease_owner=self._owner).update(leased_until=until)
        return self._term / 3

    def troubled(self, error: Exception) -> float:
        """Try again soon."""
        connection.close_if_unusable_or_obsolete()
        self._gateway.log.error("job_lease_failed", error_type=type(error).__name__)
        return self._term / 6

    def ended(self) -> None:
        """Leave the database."""
        connection.close()
