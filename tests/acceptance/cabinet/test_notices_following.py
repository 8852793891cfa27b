"""Notices: who is told of what, once, whatever happens to the process that tells."""

from __future__ import annotations

import multiprocessing
import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from mezhved.cabinet.models import Job, Notice, Role
from mezhved.cabinet.notices.following import (
    KEPT,
    NoticeFollower,
    follow_events,
    follow_jobs,
    follow_keys,
    forget_old,
)
from mezhved.cabinet.notices.telling import keep_wish, notify
from mezhved.gateway.events import tell
from mezhved.gateway.journal import seal
from mezhved.gateway.keys.warnings import warn
from mezhved.gateway.models import Event, Exchange, Reader
from mezhved.gateway.provider import work
from mezhved.gateway.provider.work import Actor
from mezhved.texts import Text
from tests.support.figures import NOON, past

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from mezhved.cabinet.models import Account
    from tests.support.cabinets import CabinetUnderTest


def follow_when_told(asked: Connection) -> None:
    """The other process: a step for each word, as long as there is something to follow."""
    while asked.recv() and follow_events(batch=3):
        asked.send("step")


@pytest.fixture
def cabinet(lone_cabinet: CabinetUnderTest) -> CabinetUnderTest:
    """Nothing here is sent: no bus is needed."""
    return lone_cabinet


def happens(cabinet: CabinetUnderTest, kind: str, row: Exchange, state: str = "") -> Event:
    """Let an event of an exchange be told of; return it."""
    row.state = state or row.state
    tell(row, None, kind, cabinet.under_test.gateway.clock())
    while seal(cabinet.under_test.gateway):
        pass
    return Event.objects.latest("pk")


def told(account: Account) -> list[tuple[str, str]]:
    while follow_events():
        pass
    rows = Notice.objects.filter(account=account).order_by("pk")
    return [(each.kind, each.link) for each in rows]


def test_who_asked_hears_what_became_of_it(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    row = past(
        cabinet.under_test,
        "waiting",
        direction="out",
        department=cabinet.department("north"),
        account=account.user,
    )
    for kind, state in (
        ("request_sent", "waiting"),
        ("answer_received", "answered"),
        ("rejection_received", "rejected"),
        ("notice_received", "waiting"),
        ("notice_received", "faulted"),
        ("request_unsent", "unsent"),
        ("request_unsent", "faulted"),
        ("answer_overdue", "waiting"),
    ):
        happens(cabinet, kind, row, state)
    link = f"/requests/{row.uid}/"
    kinds = ["answer", "refusal", "fault", "unsent", "fault", "term"]
    assert told(account) == [(each, link) for each in kinds]
    assert not Notice.objects.exclude(account=account).exists()
    assert all("VS09801" in each.text_ru for each in Notice.objects.all())


def test_who_works_on_it_hears_of_the_work_of_others(cabinet: CabinetUnderTest) -> None:
    gateway = cabinet.under_test.gateway
    official, head = cabinet.member(Role.OFFICIAL, "north"), cabinet.member(Role.HEAD, "north")
    stranger = cabinet.member(Role.OFFICIAL, "other")
    row = past(cabinet.under_test, "new", department=cabinet.department("north"))
    actor = Actor(head.name, head.user)
    work.assign(gateway, row, actor, executor=official.name, account=official.user)
    work.note(gateway, row, actor, "как тут быть?", colleague=official.name)
    work.note(gateway, row, actor, "просто запись")
    work.note(gateway, row, actor, "чужому", colleague=stranger.name)
    row.refresh_from_db()
    happens(cabinet, "term_near", row)
    happens(cabinet, "term_over", row)
    work.assign(
        gateway, row, Actor(official.name, official.user), executor=official.name, account=official.user
    )
    while seal(gateway):
        pass
    link = f"/incoming/{row.uid}/"
    assert told(official) == [(each, link) for each in ("assigned", "question", "term", "term")]
    assert told(head) == [("term", link)]
    assert told(stranger) == []  # the request is not of the stranger's department


def test_what_is_followed_twice_is_told_once(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    row = past(
        cabinet.under_test,
        "answered",
        direction="out",
        department=cabinet.department("north"),
        account=account.user,
    )
    happens(cabinet, "answer_received", row)
    assert len(told(account)) == 1
    Reader.objects.filter(name="notices").update(position=0)
    assert len(told(account)) == 1


def test_a_killed_follower_is_followed_by_another(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    row = past(
        cabinet.under_test,
        "answered",
        direction="out",
        department=cabinet.department("north"),
        account=account.user,
    )
    for _ in range(60):
        tell(row, None, "answer_received", NOON)
    while seal(cabinet.under_test.gateway):
        pass
    connections.close_all()  # each process has its own
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=follow_when_told, args=(theirs,))
    child.start()
    for _ in range(4):
        ours.send("go")
        assert ours.recv() == "step"
    ours.send("go")
    child.kill()  # it waits, or is in the middle of the fifth step
    child.join()
    assert child.exitcode == -signal.SIGKILL
    reached = Reader.objects.get(name="notices").position
    assert reached in {12, 15}
    assert Notice.objects.filter(account=account).count() == reached - 1
    assert len(told(account)) == 60
    assert Reader.objects.get(name="notices").position == 61


def test_only_one_node_follows(cabinet: CabinetUnderTest) -> None:
    first = NoticeFollower(cabinet.under_test.gateway)
    second = NoticeFollower(cabinet.under_test.another_node().gateway)
    assert first.tick() < second.tick()
    first.ended()
    assert second.tick() < 10


def test_administrators_hear_of_keys(cabinet: CabinetUnderTest) -> None:
    administrator, head = cabinet.member(Role.ADMINISTRATOR), cabinet.member(Role.HEAD, "north")
    cabinet.under_test.clock.advance(days=3650)
    assert warn(cabinet.under_test.gateway)
    follow_keys()
    follow_keys()
    rows = Notice.objects.filter(kind="key")
    assert {each.account_id for each in rows} == {administrator.pk}
    assert rows.count() == 2
    assert not Notice.objects.filter(account=head).exists()


def test_who_started_a_job_hears_of_its_end_once(cabinet: CabinetUnderTest) -> None:
    account, now = cabinet.member(Role.HEAD, "north"), cabinet.under_test.gateway.clock()
    for number, state in enumerate(("done", "failed", "stopped", "working")):
        Job.objects.create(
            kind="test.kind",
            title={"ru": "Выгрузка", "en": "Export"},
            account=account,
            state=state,
            link="/see/" if state == "done" else "",
            created_at=now,
            finished_at=now + timedelta(seconds=number) if state != "working" else None,
        )
    for _ in range(3):
        follow_jobs(now + timedelta(seconds=10))
    texts = [each.text.ru for each in Notice.objects.order_by("pk")]
    assert texts == ["Готово: Выгрузка", "Не получилось: Выгрузка"]
    forget_old(now + KEPT + timedelta(minutes=1))
    assert not Notice.objects.exists()


def test_an_account_chooses_what_it_hears_of(cabinet: CabinetUnderTest) -> None:
    account = cabinet.member(Role.OFFICIAL, "north")
    keep_wish(account, "answer", in_page=False, by_mail="never")
    keep_wish(account, "term", in_page=False, by_mail="daily")
    notify(account, Text(ru="а", en="a"), "/", kind="answer")
    notify(account, Text(ru="б", en="b"), "/", kind="term")
    notify(account, Text(ru="в", en="c"), "/", kind="question")
    found = Notice.objects.order_by("pk").values_list("kind", "in_page", "mail")
    assert list(found) == [("term", False, "daily"), ("question", True, "now")]
    with pytest.raises(ValueError, match="mail"):
        keep_wish(account, "mail", in_page=True, by_mail="never")


@pytest.mark.parametrize(
    "link", ["//evil.test/", "https://evil.test/", "/\\evil.test", "javascript:x", "/a\r\nb"]
)
def test_a_notice_leads_nowhere_else(cabinet: CabinetUnderTest, link: str) -> None:
    with pytest.raises(ValueError, match="page of the cabinet"):
        notify(cabinet.member(Role.OFFICIAL, "north"), Text(ru="а", en="a"), link)
