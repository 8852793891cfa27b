"""Jobs in the pages: progress that asks again and again, files for their owner alone."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mezhved.cabinet import jobs
from mezhved.cabinet.access import Permission, Visit, access_of
from mezhved.cabinet.models import Job, JobState, Role
from mezhved.texts import Text
from tests.support.cabinets import work_off

if TYPE_CHECKING:
    from django.test import Client

    from mezhved.cabinet.models import Account
    from tests.support.cabinets import CabinetUnderTest


def writes(work: jobs.Work) -> None:
    work.progress(1, 2)
    work.keep_file("отчёт.csv", "text/csv", io.BytesIO(b"a;b"))


jobs.register("tests.writes", writes)


@pytest.fixture
def owner(cabinet: CabinetUnderTest) -> Account:
    return cabinet.member(Role.OFFICIAL, "north")


@pytest.fixture
def browser(cabinet: CabinetUnderTest, owner: Account) -> Client:
    return cabinet.browser(owner)


def started(cabinet: CabinetUnderTest, owner: Account, permission: Permission | None = None) -> Job:
    gateway = cabinet.under_test.gateway
    visit = Visit(None, gateway, owner, access_of(owner))  # type: ignore[arg-type]
    title = Text(ru="Пробная выгрузка", en="Test export")
    return jobs.start(visit, "tests.writes", title, permission=permission)


def test_a_page_follows_a_job_to_its_file(cabinet: CabinetUnderTest, owner: Account, browser: Client) -> None:
    job = started(cabinet, owner)
    waiting = browser.get(f"/jobs/{job.uid}/progress/")
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    assert "<progress" in waiting.content.decode()
    assert work_off(cabinet) == 1
    over = browser.get(f"/jobs/{job.uid}/progress/")
    assert over.headers["HX-Trigger"] == "job-over"
    assert "hx-trigger" not in over.content.decode()
    assert 'hx-swap-oob="innerHTML"' in over.content.decode()
    assert "отчёт.csv" in over.content.decode()
    page = browser.get(f"/jobs/{job.uid}/").content.decode()
    assert "hx-swap-oob" not in page
    file = browser.get(f"/jobs/{job.uid}/file/")
    assert b"".join(file.streaming_content) == b"a;b"  # type: ignore[attr-defined]
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "Пробная выгрузка" in browser.get("/jobs/").content.decode()


def test_a_file_is_for_its_owner_alone_and_only_for_a_week(
    cabinet: CabinetUnderTest, owner: Account, browser: Client
) -> None:
    job = started(cabinet, owner)
    work_off(cabinet)
    administrator = cabinet.browser(cabinet.member(Role.ADMINISTRATOR))
    colleague = cabinet.browser(cabinet.member(Role.HEAD, "north"))
    assert administrator.get(f"/jobs/{job.uid}/").status_code == 200
    assert f"/jobs/{job.uid}/file/" not in administrator.get(f"/jobs/{job.uid}/").content.decode()
    assert administrator.get(f"/jobs/{job.uid}/file/").status_code == 404
    assert colleague.get(f"/jobs/{job.uid}/").status_code == 404
    assert colleague.get(f"/jobs/{job.uid}/file/").status_code == 404
    assert colleague.post(f"/jobs/{job.uid}/stop/").status_code == 404
    Job.objects.update(expires_at=cabinet.under_test.clock() - timedelta(seconds=1))
    assert browser.get(f"/jobs/{job.uid}/file/").status_code == 404


def test_a_file_needs_the_permission_still(
    cabinet: CabinetUnderTest, owner: Account, browser: Client
) -> None:
    job = started(cabinet, owner, Permission.STATISTICS)
    work_off(cabinet)
    assert browser.get(f"/jobs/{job.uid}/file/").status_code == 403


def test_a_job_is_stopped_by_its_owner_or_an_administrator(
    cabinet: CabinetUnderTest, owner: Account, browser: Client
) -> None:
    own, other = started(cabinet, owner), started(cabinet, owner)
    administrator = cabinet.browser(cabinet.member(Role.ADMINISTRATOR))
    assert "Пробная выгрузка" in administrator.get("/run/jobs/?state=waiting").content.decode()
    browser.post(f"/jobs/{own.uid}/stop/", headers={"HX-Request": "true"})
    administrator.post(f"/jobs/{other.uid}/stop/")
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.STOPPED}
    assert work_off(cabinet) == 0
