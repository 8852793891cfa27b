"""The archive and the statistics of a bus, its commands, and what a killed archivist leaves."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.test import Client

from mezhved.bus.archiving import keep_archive
from mezhved.bus.storage import Kind, Store
from mezhved.cli.bus import bus as command
from mezhved.configuration import BusSettings, SettingError
from mezhved.registry.models import InformationSystem, Participant
from mezhved.smev3.faults import FaultKind
from tests.support.exchange import BusUnderTest
from tests.support.queueing import new_message

if TYPE_CHECKING:
    from tests.support.databases import Database

DAY = 86_400_000_000


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture
def archiving(database: Database) -> Any:
    """A bus that archives after two days and wipes after ten more."""
    made = BusUnderTest(database.url, retention_days=2, archive_days=10)
    yield made
    made.store.close()


def exchange(bus: BusUnderTest, count: int = 1) -> list[str]:
    """Requests that are sent, taken, answered; all is acknowledged. The requests' ids."""
    sent = []
    for _ in range(count):
        bus.consumer.send_request()
        request = bus.provider.get_request().operation.request
        bus.provider.send_response(request.reply_to)
        bus.provider.ack(request.metadata.message_id)
        bus.consumer.ack(bus.consumer.get_response().operation.response.metadata.message_id)
        sent.append(request.metadata.message_id)
    return sent


def run(bus: BusUnderTest, *arguments: str, code: int = 0) -> str:
    """Run `mezhved bus ...` on the bus's database."""
    environment = {"MEZHVED_DATABASE": bus.bus.settings.database, "MEZHVED_LANG": "en"}
    done = CliRunner(env=environment).invoke(command, arguments)
    assert done.exit_code == code, done.output
    return done.output


def archived(bus: BusUnderTest, message_id: str) -> bool:
    found = bus.store.find(UUID(message_id))
    assert found is not None
    return found.archived


def test_finished_messages_are_archived_and_then_wiped(archiving: BusUnderTest) -> None:
    bus = archiving
    (old,) = exchange(bus)
    bus.clock.advance(days=1)
    (young,) = exchange(bus)
    bus.consumer.send_request()
    bus.clock.advance(days=1, minutes=10)

    assert keep_archive(bus.bus) == (5, 2, 0)
    assert (archived(bus, old), archived(bus, young)) == (True, False)
    assert bus.store.check().right

    bus.clock.advance(days=11)
    assert keep_archive(bus.bus) == (0, 2, 2)
    assert bus.store.find(UUID(old)) is None
    assert archived(bus, young)
    assert bus.provider.get_request().operation.request is not None, "what waits stays"
    assert bus.store.check().right


def test_a_killed_archivist_leaves_nothing_half_done(archiving: BusUnderTest) -> None:
    bus = archiving
    exchange(bus)
    for number in range(900):
        assert bus.store.refuse(
            new_message(number, accepted_at=bus.clock(), kind=Kind.RESPONSE), "", None, None
        )
    bus.clock.advance(days=3)
    totals = bus.store.check().as_dict()["totals"]
    kills = 0

    def die() -> None:
        raise Killed

    done = None
    while done is None:
        with suppress(Killed):
            kills += 1
            done = keep_archive(bus.bus, die)
        report = bus.store.check()
        assert report.right, report.as_dict()
        assert report.as_dict()["totals"] == totals
    assert kills > 3
    counted = bus.store.archive.statistics(date(2026, 1, 1), date(2026, 12, 31))
    assert sum(each.refused for each in counted) == 900
    assert sum(each.sent for each in counted) == 902


def test_one_process_at_a_time_keeps_the_archive(archiving: BusUnderTest) -> None:
    bus = archiving
    exchange(bus)
    bus.clock.advance(days=3)
    with Store.open(bus.bus.settings.database) as other:
        assert other.archive.take_duty("archive", bus.clock(), bus.clock() + DAY)
        assert keep_archive(bus.bus) is None
        other.archive.leave_duty("archive")
    assert keep_archive(bus.bus) == (2, 2, 0)


def test_an_archived_request_can_still_be_answered(archiving: BusUnderTest) -> None:
    bus = archiving
    bus.consumer.send_request()
    request = bus.provider.get_request().operation.request
    bus.provider.ack(request.metadata.message_id)
    bus.clock.advance(days=3)
    keep_archive(bus.bus)
    assert archived(bus, request.metadata.message_id)

    assert bus.provider.send_response(request.reply_to).status == 200

    answer = bus.consumer.get_response().operation.response
    assert answer.original_message_id == request.metadata.message_id
    assert bus.store.check().right


def test_an_identifier_is_refused_as_used_or_as_stale_whenever_it_comes_again(
    archiving: BusUnderTest,
) -> None:
    bus = archiving
    data = bus.consumer.request_data()
    assert bus.consumer.post(bus.consumer.request_envelope(data)).status == 200
    request = bus.provider.get_request().operation.request
    bus.provider.ack(request.metadata.message_id)
    kinds = []
    for _ in range(6):
        bus.clock.advance(hours=11)
        keep_archive(bus.bus)
        kinds.append(bus.consumer.post(bus.consumer.request_envelope(data)).fault.kind)

    used, stale = FaultKind.MESSAGE_IS_ALREADY_SENT, FaultKind.STALE_MESSAGE_ID
    assert kinds == [used, used, stale, stale, stale, stale]
    assert archived(bus, data.message_id)


@pytest.mark.parametrize(("days", "age"), [(1, 86400), (2, 2 * 86400), (30, 30 * 86400)])
def test_a_term_that_would_forget_identifiers_in_use_is_refused(days: int, age: int) -> None:
    with pytest.raises(SettingError, match="retention_days"):
        BusSettings(retention_days=days, message_id_age_seconds=age)
    assert BusSettings(retention_days=0, message_id_age_seconds=age).retention_days == 0
    assert BusSettings(retention_days=days + 1, message_id_age_seconds=age)


def test_without_a_term_everything_stays(under_test: BusUnderTest) -> None:
    made = BusUnderTest(under_test.bus.settings.database, retention_days=0)
    (sent,) = exchange(made)
    made.clock.advance(days=4000)
    assert keep_archive(made.bus) == (2, 0, 0)
    assert not archived(made, sent)
    made.store.close()


def test_the_command_tells_all_about_a_message_wherever_it_is(archiving: BusUnderTest) -> None:
    bus = archiving
    (sent,) = exchange(bus)
    before = json.loads(run(bus, "message", sent, "--json"))
    assert (before["state"], before["archived"], before["recipients"]) == ("DELIVERED", False, [])
    bus.clock.advance(days=3)
    keep_archive(bus.bus)

    after = json.loads(run(bus, "message", sent, "--json"))

    assert after == before | {"archived": True}
    assert "archived" in run(bus, "message", sent)
    assert "no message" in run(bus, "message", "00000000-0000-1000-8000-000000000000", code=1)


def test_the_statistics_can_be_looked_at_in_the_browser_and_not_changed(archiving: BusUnderTest) -> None:
    bus = archiving
    exchange(bus, 2)
    bus.clock.advance(minutes=10)
    keep_archive(bus.bus)
    browser = Client(headers={"host": "localhost"})
    browser.force_login(User.objects.create_superuser("p.proverkina"))

    page = browser.get("/admin/bus/statistics/").content.decode()

    assert "2026-11-20" in page
    assert "статистика" in page.lower()
    assert browser.get("/admin/bus/statistics/?q=TCONS1").status_code == 200
    assert browser.get("/admin/bus/statistics/add/").status_code == 403
    assert browser.post("/admin/bus/statistics/1/delete/").status_code in {302, 403}


def test_the_command_tells_what_systems_did(archiving: BusUnderTest) -> None:
    bus = archiving
    owner = Participant(ogrn="1027700000041", inn="7700000048", name="Тестовый орган", kind="municipal")
    owner.save()
    InformationSystem(pk=1, mnemonic="TCONS1", name="Тестовая система", participant=owner).save()
    exchange(bus, 2)
    bus.clock.advance(minutes=10)
    keep_archive(bus.bus)
    term = ("--from", "2026-11-20", "--to", "2026-11-21")

    rows = json.loads(run(bus, "statistics", *term, "--json"))

    told = {(row["system"], row["kind"]): row for row in rows}
    assert set(told) == {("TCONS1", "request"), ("2", "request"), ("2", "response"), ("TCONS1", "response")}
    sent = told["TCONS1", "request"]
    assert (sent["sent"], sent["delivered"], sent["taken"], sent["refused"]) == (2, 2, 0, 0)
    assert sent["octets"] > 1000
    assert told["2", "request"]["taken"] == 2
    assert len(json.loads(run(bus, "statistics", *term, "--system", "TCONS1", "--json"))) == 2
    assert "TCONS1" in run(bus, "statistics", *term)
    assert json.loads(run(bus, "statistics", "--json")) == []
