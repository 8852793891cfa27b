"""Background jobs on both engines: done once, shown as they go on, taken up again after a kill."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

from mezhved.cabinet import jobs
from mezhved.cabinet.access import Visit, access_of
from mezhved.cabinet.jobs import JobTaken, Work
from mezhved.cabinet.jobs.doing import MOST_ATTEMPTS, claim, do_next
from mezhved.cabinet.jobs.loops import forget_results
from mezhved.cabinet.models import Account, Assignment, Job, JobState, Role
from mezhved.configuration import GatewaySettings
from mezhved.gateway.assembly import build_gateway
from mezhved.gateway.files.cleaning import clean
from mezhved.service.blobs import BlobMissing
from mezhved.texts import MezhvedError, Text
from tests.support.gateways import Clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mezhved.gateway.assembly import Gateway

TITLE = Text(ru="Пробная работа", en="Test job")


class Killed(BaseException):
    """The process is gone: nothing of ours hears of it."""


class Steps:
    """A job of ten parts; `end` is called before and after each of them."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.moment = 0
        self.kill_at: int | None = None

    def __call__(self, work: Work) -> None:
        for number in range(work.memory.get("next", 0), 10):
            if work.stop_wanted:
                return
            self._maybe_die()
            self.done.append(number)
            work.remember({"next": number + 1})
            self._maybe_die()
            work.progress(number + 1, 10)
        self._maybe_die()
        work.keep_file("итог.txt", "text/plain", io.BytesIO(b"%d" % len(self.done)))
        self._maybe_die()

    def _maybe_die(self) -> None:
        self.moment += 1
        if self.moment == self.kill_at:
            raise Killed


STEPS = Steps()
jobs.register("tests.steps", STEPS)


def fails(work: Work) -> None:
    if work.parameters.get("plainly"):
        raise MezhvedError(Text(ru="так нельзя", en="not so"), cure=Text(ru="иначе", en="otherwise"))
    raise KeyError("a person's name")


jobs.register("tests.fails", fails)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gateway(gateway_database: str, tmp_path: Path, clock: Clock) -> Gateway:
    settings = GatewaySettings(database=gateway_database, folder=tmp_path / "gateway", provider="pure")
    return replace(build_gateway(settings), clock=clock)


@pytest.fixture
def steps() -> Steps:
    STEPS.__init__()  # type: ignore[misc]
    return STEPS


@pytest.fixture
def visit(gateway: Gateway) -> Visit:
    return visit_of(gateway, "one")


def visit_of(gateway: Gateway, name: str) -> Visit:
    account = Account.objects.create(user=User.objects.create_user(name), name=f"Пробный {name}")
    Assignment.objects.create(account=account, role=Role.OFFICIAL)
    return Visit(RequestFactory().get("/"), gateway, account, access_of(account))


def content(gateway: Gateway, key: str) -> bytes:
    with gateway.blobs.open(key) as file:
        return file.read()


def test_a_job_is_done_and_its_file_kept_for_a_week(visit: Visit, steps: Steps, clock: Clock) -> None:
    job = jobs.start(visit, "tests.steps", TITLE, source=io.BytesIO(b"given"))
    assert do_next(visit.gateway, "a")
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result_name) == (JobState.DONE, 10, 10, "итог.txt")
    assert content(visit.gateway, job.result) == b"10"
    clock.advance(days=6)
    clean(visit.gateway)
    assert (forget_results(visit.gateway), job.has_file(clock())) == (0, True)
    assert content(visit.gateway, job.source) == b"given"
    clock.advance(days=1, minutes=1)
    assert forget_results(visit.gateway) == 1
    for key in (job.result, job.source):
        with pytest.raises(BlobMissing):
            content(visit.gateway, key)
    assert not do_next(visit.gateway, "a")
    clock.advance(days=84)
    forget_results(visit.gateway)
    assert not Job.objects.exists()


@pytest.mark.parametrize("moment", [1, 2, 11, 20, 21, 22])
def test_a_job_killed_at_any_moment_is_done_to_its_end(
    visit: Visit, steps: Steps, clock: Clock, moment: int
) -> None:
    job = jobs.start(visit, "tests.steps", TITLE)
    steps.kill_at = moment
    with pytest.raises(Killed):
        do_next(visit.gateway, "a")
    assert not do_next(visit.gateway, "b"), "the lease holds still"
    clock.advance(seconds=visit.gateway.settings.takeover_seconds + 1)
    assert do_next(visit.gateway, "b")
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 10)
    assert sorted(set(steps.done)) == list(range(10))
    assert len(steps.done) - len(set(steps.done)) <= 1


def test_a_job_that_kills_its_process_again_and_again_is_given_up(
    visit: Visit, steps: Steps, clock: Clock
) -> None:
    job = jobs.start(visit, "tests.steps", TITLE)
    for _ in range(MOST_ATTEMPTS):
        steps.moment, steps.kill_at = 0, 1
        with pytest.raises(Killed):
            do_next(visit.gateway, "a")
        clock.advance(seconds=visit.gateway.settings.takeover_seconds + 1)
    assert do_next(visit.gateway, "a")
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.trouble is not None
    assert "обрывалась" in job.trouble.ru


def test_one_job_is_in_one_pair_of_hands(visit: Visit, steps: Steps, clock: Clock) -> None:
    job = jobs.start(visit, "tests.steps", TITLE)
    taken = claim(visit.gateway, "a")
    assert taken == job
    assert claim(visit.gateway, "b") is None
    slow = Work(visit.gateway, taken, "a", lambda: False)
    clock.advance(seconds=visit.gateway.settings.takeover_seconds + 1)
    assert claim(visit.gateway, "b") == job
    with pytest.raises(JobTaken):
        slow.progress(5, 10)


def test_who_has_no_job_in_work_is_served_first(visit: Visit, steps: Steps) -> None:
    for _ in range(3):
        jobs.start(visit, "tests.steps", TITLE)
    other = jobs.start(visit_of(visit.gateway, "two"), "tests.steps", TITLE)
    assert claim(visit.gateway, "a") is not None
    assert claim(visit.gateway, "b") == other


@pytest.mark.parametrize(
    ("parameters", "told"),
    [({"plainly": True}, "так нельзя: иначе"), ({}, "непредвиденная ошибка (KeyError)")],
)
def test_a_job_that_fails_says_why_and_nothing_of_persons(
    visit: Visit, parameters: dict[str, bool], told: str
) -> None:
    job = jobs.start(visit, "tests.fails", TITLE, parameters)
    assert do_next(visit.gateway, "a")
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.trouble is not None
    assert told in job.trouble.ru
    assert "person" not in job.trouble.en


def test_a_job_stops_at_a_wish_and_goes_on_after_a_restart(visit: Visit, steps: Steps, clock: Clock) -> None:
    waiting = jobs.start(visit, "tests.steps", TITLE)
    jobs.stop(waiting, clock())
    assert not do_next(visit.gateway, "a")
    begun = jobs.start(visit, "tests.steps", TITLE)
    assert do_next(visit.gateway, "a", lambda: len(steps.done) == 4)
    begun.refresh_from_db()
    assert (begun.state, steps.done) == (JobState.WAITING, [0, 1, 2, 3])
    clock.advance(seconds=1)
    Job.objects.filter(pk=begun.pk).update(stop_wanted=True)
    assert do_next(visit.gateway, "b")
    begun.refresh_from_db()
    waiting.refresh_from_db()
    assert begun.state == waiting.state == JobState.STOPPED
    assert not begun.has_file(clock())


_DYING = """
    import sys, time
    from pathlib import Path
    from mezhved.configuration import GatewaySettings
    from mezhved.site.setup import configure
    settings = GatewaySettings(database=sys.argv[1], folder=Path(sys.argv[2]), provider="pure")
    configure(settings)
    from mezhved.cabinet import jobs
    from mezhved.cabinet.jobs.doing import do_next
    from mezhved.gateway.assembly import build_gateway

    def slow(work):
        for number in range(3):
            work.remember({"next": number + 1})
        print("begun", flush=True)
        time.sleep(60)

    jobs.register("tests.steps", slow)
    do_next(build_gateway(settings), "dying")
"""


def test_the_job_of_a_process_that_was_killed_is_finished_by_another(
    visit: Visit, steps: Steps, clock: Clock, gateway_database: str, tmp_path: Path
) -> None:
    job = jobs.start(visit, "tests.steps", TITLE)
    command = [sys.executable, "-c", textwrap.dedent(_DYING), gateway_database, str(tmp_path / "gateway")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        os.kill(process.pid, signal.SIGKILL)
    assert not do_next(visit.gateway, "b")
    clock.offset = timedelta(seconds=visit.gateway.settings.takeover_seconds + 1)
    assert do_next(visit.gateway, "b")
    job.refresh_from_db()
    assert (job.state, steps.done) == (JobState.DONE, list(range(3, 10)))


def test_a_kind_that_this_process_does_not_know_waits_for_one_that_does(
    visit: Visit, refused: Callable[[], None]
) -> None:
    Job.objects.create(kind="tests.unknown", title={"ru": "", "en": ""}, created_at=visit.now)
    assert not do_next(visit.gateway, "a")
    refused()


@pytest.fixture
def refused(visit: Visit) -> Callable[[], None]:
    def check() -> None:
        with pytest.raises(ValueError, match="no function"):
            jobs.start(visit, "tests.unknown", TITLE)
        with pytest.raises(ValueError, match="two functions"):
            jobs.register("tests.steps", fails)

    return check
