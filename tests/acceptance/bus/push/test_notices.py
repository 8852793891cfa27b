"""Systems are told of their messages: when, what, by whom, and what becomes of a failure."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest
import structlog
from django.db import OperationalError
from lxml import etree

from mezhved.bus.doctor import Finding, Verdict, examine
from mezhved.bus.push.delivery import HttpDelivery, PushFailed
from mezhved.bus.push.ledger import PushLedger, PushState
from mezhved.bus.push.notifier import Notifier
from mezhved.bus.push.pusher import Pusher
from mezhved.configuration import BusSettings
from mezhved.registry import SnapshotSource
from mezhved.registry.models import InformationSystem, Participant, PushAddress
from mezhved.smev3.faults import FaultKind
from mezhved.smev3.messages import Timestamp
from mezhved.smev3.push import schema
from mezhved.smev3.schemas import EnvelopeSchemas
from mezhved.smev3.signature import Place
from mezhved.smev3.versions import Version
from tests.support.exchange import CONSUMER, OTHER, PROVIDER, BusUnderTest
from tests.support.push import answering, http, listening, scripted

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from tests.support.databases import Database
    from tests.support.push import Service

NOWHERE = "http://nobody.invalid/"


class Recorder:
    """Takes every notice, or refuses it while `failing` holds a failure."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.failing: PushFailed | None = None

    def __call__(self, address: str, _: bytes) -> None:
        self.addresses.append(address)
        if self.failing is not None:
            raise self.failing


def tell(notifier: Notifier) -> int:
    """Let one sender do what is due; how many notices it attempted."""
    return sum(notifier.tell(state) for state in notifier.due())


@pytest.fixture
def service() -> Iterator[Service]:
    with listening() as made:
        yield made


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def at(under_test: BusUnderTest, **addresses: str) -> None:
    names = {"consumer": CONSUMER, "provider": PROVIDER, "other": OTHER}
    under_test.change_registry(push_addresses={names[name]: url for name, url in addresses.items()})


def test_a_system_is_told_once_of_all_that_waits(under_test: BusUnderTest, service: Service) -> None:
    at(under_test, provider=service.address)
    notifier = Notifier(under_test.bus, HttpDelivery(5))
    assert tell(notifier) == 0
    for _ in range(5):
        under_test.consumer.send_request()
    assert tell(notifier) == 1
    assert service.told == [{"TPROV1.REQUESTS": 5}]
    assert int(service.notices[0].at.timestamp() * 1000) == under_test.clock.now // 1000
    under_test.clock.advance(hours=1)
    assert tell(notifier) == 0


def test_notices_to_one_system_keep_their_distance(under_test: BusUnderTest, recorder: Recorder) -> None:
    at(under_test, provider=NOWHERE)
    notifier = Notifier(under_test.bus, recorder)
    attempts = []
    for _ in range(6):
        under_test.consumer.send_request()
        attempts.append(tell(notifier))
        under_test.clock.advance(seconds=10)
    assert attempts == [1, 0, 0] * 2


def test_a_notice_names_every_queue_as_the_statistics_do(under_test: BusUnderTest, service: Service) -> None:
    at(under_test, consumer=service.address)
    notifier = Notifier(under_test.bus, HttpDelivery(5))
    for node in ("", "", "окно 7"):
        under_test.consumer.send_request(node_id=node or None)
        request = under_test.provider.get_request().operation.request
        under_test.provider.send_response(request.reply_to)
    assert tell(notifier) == 1
    counted = {each.queue_name: each.pending for each in under_test.consumer.statistics().operation.queues}
    assert service.told == [counted]
    assert counted == {"TCONS1.RESPONSES": 2, "TCONS1.RESPONSES.окно 7": 1}


@pytest.mark.parametrize("version", [Version.V1_1, Version.V1_2])
def test_statistics_are_told_of_all_queues_or_of_one_node(under_test: BusUnderTest, version: Version) -> None:
    consumer = under_test.consumer.speaking(version)
    for node in (None, "а", "а", "б"):
        consumer.send_request(node_id=node)
        under_test.provider.send_response(under_test.provider.get_request().operation.request.reply_to)
    stamp = consumer.written(Timestamp(consumer.now_text(), "SIGNED_BY_CALLER"))

    def counted(before: str) -> dict[str, int]:
        call = consumer.signed_call("GetIncomingQueueStatisticsRequest", stamp, before=before.encode())
        return {each.queue_name: each.pending for each in consumer.post(call).operation.queues}

    whole = {"TCONS1.RESPONSES": 1, "TCONS1.RESPONSES.а": 2, "TCONS1.RESPONSES.б": 1}
    assert counted("") == whole
    assert counted("<ns2:NodeID>а</ns2:NodeID>") == {"TCONS1.RESPONSES.а": 2}
    assert counted("<ns2:NodeID>в</ns2:NodeID>") == {}


def test_messages_taken_meanwhile_or_handed_out_again_are_no_news(
    under_test: BusUnderTest, recorder: Recorder
) -> None:
    at(under_test, provider=NOWHERE)
    notifier = Notifier(under_test.bus, recorder)
    under_test.consumer.send_request()
    under_test.provider.get_request()
    assert tell(notifier) == 0
    under_test.clock.advance(minutes=20)
    assert tell(notifier) == 0


def test_only_systems_of_the_registry_are_told(under_test: BusUnderTest, recorder: Recorder) -> None:
    notifier = Notifier(under_test.bus, recorder)
    under_test.consumer.send_request()
    assert tell(notifier) == 0
    at(under_test, other=NOWHERE)
    assert tell(notifier) == 0
    at(under_test, provider="http://right.example/")
    assert tell(notifier) == 1
    assert recorder.addresses == ["http://right.example/"]


def test_two_senders_tell_a_system_once(under_test: BusUnderTest, recorder: Recorder) -> None:
    at(under_test, provider=NOWHERE)
    first, second = (Notifier(under_test.bus, recorder) for _ in range(2))
    under_test.consumer.send_request()
    found = [first.due(), second.due()]
    assert [len(each) for each in found] == [1, 1]
    assert [first.tell(found[0][0]), second.tell(found[1][0])] == [True, False]
    under_test.clock.advance(hours=1)
    assert [second.tell(found[1][0]), tell(second)] == [False, 0]
    assert len(recorder.addresses) == 1


def test_while_one_sender_is_at_work_no_other_is(under_test: BusUnderTest) -> None:
    at(under_test, provider=NOWHERE)
    others: list[int] = []
    second = Notifier(under_test.bus, Recorder())

    def deliver(_: str, __: bytes) -> None:
        others.append(tell(second))

    under_test.consumer.send_request()
    assert tell(Notifier(under_test.bus, deliver)) == 1
    assert others == [0]


def test_a_sender_that_died_holds_a_system_for_a_while_only(
    under_test: BusUnderTest, recorder: Recorder
) -> None:
    at(under_test, provider=NOWHERE)

    def die(_: str, __: bytes) -> None:
        raise KeyboardInterrupt

    under_test.consumer.send_request()
    with pytest.raises(KeyboardInterrupt):
        tell(Notifier(under_test.bus, die))
    second = Notifier(under_test.bus, recorder)
    assert tell(second) == 0
    under_test.clock.advance(minutes=2)
    assert tell(second) == 1


def test_a_failed_notice_is_tried_again_ever_more_rarely(
    under_test: BusUnderTest, recorder: Recorder
) -> None:
    at(under_test, provider=NOWHERE)
    recorder.failing = PushFailed("status", "HTTP 503", "HTTP 503")
    notifier = Notifier(under_test.bus, recorder)
    under_test.consumer.send_request()
    attempts = []
    for second in range(0, 80, 5):
        if tell(notifier):
            attempts.append(second)
        under_test.clock.advance(seconds=5)
    assert attempts == [0, 10, 30, 70]
    recorder.failing = None
    under_test.clock.advance(minutes=5)
    assert tell(notifier) == 1
    under_test.clock.advance(hours=9)
    assert tell(notifier) == 0


def test_new_messages_do_not_hurry_a_dead_address(under_test: BusUnderTest, recorder: Recorder) -> None:
    at(under_test, provider=NOWHERE)
    recorder.failing = PushFailed("timeout", "нет ответа", "no answer")
    notifier = Notifier(under_test.bus, recorder)
    for _ in range(10):
        under_test.consumer.send_request()
        tell(notifier)
        under_test.clock.advance(seconds=4)
    assert len(recorder.addresses) == 3
    at(under_test, provider="http://mended.example/")
    assert tell(notifier) == 1


def failing_for(under_test: BusUnderTest, hours: int) -> None:
    """Let a dead address fail as often as it may within so many hours of messages."""
    at(under_test, provider="http://dead.example/push")
    recorder = Recorder()
    recorder.failing = PushFailed("status", "HTTP 503 \x01", "HTTP 503")
    notifier = Notifier(under_test.bus, recorder)
    under_test.consumer.send_request()
    for _ in range(hours * 6):
        tell(notifier)
        under_test.clock.advance(minutes=10)


@pytest.mark.parametrize("version", Version)
def test_failures_are_told_in_the_status_queue(under_test: BusUnderTest, version: Version) -> None:
    failing_for(under_test, hours=1)
    provider = under_test.provider.speaking(version)
    reply = provider.get_status()
    assert reply.content_type.startswith("multipart/related")
    data = reply.operation.data
    assert reply.signatures(under_test.verifier)[Place.SMEV].valid
    assert data.status.status_category == "requestIsQueued"
    assert "http://dead.example/push" in data.status.status_details
    assert "HTTP 503" in data.status.status_details
    assert provider.get_status().operation.data is None
    under_test.clock.advance(minutes=15)
    again = provider.get_status().operation.data
    assert again.status == data.status
    if version.has_statistics:
        counted = {each.queue_name: each.pending for each in provider.statistics().operation.queues}
        assert counted == {"TPROV1.REQUESTS": 1, "TPROV1.STATUS": 1}
    assert under_test.consumer.ack(data.status.original_message_id).status == 500
    assert provider.ack(data.status.original_message_id).status == 200
    under_test.clock.advance(minutes=15)
    assert provider.get_status().operation.data is None
    assert provider.ack(data.status.original_message_id).fault.kind is FaultKind.TARGET_MESSAGE_IS_NOT_FOUND
    assert under_test.store.check().right


def test_a_dead_address_does_not_flood_the_status_queue(under_test: BusUnderTest) -> None:
    failing_for(under_test, hours=6)
    taken = 0
    while under_test.provider.get_status().operation.data is not None:
        taken += 1
    assert 3 <= taken <= 6


def test_a_full_status_queue_takes_no_more_reports(bus_with_small_queues: BusUnderTest) -> None:
    failing_for(bus_with_small_queues, hours=6)
    counted = {
        each.queue_name: each.pending for each in bus_with_small_queues.provider.statistics().operation.queues
    }
    assert counted == {"TPROV1.REQUESTS": 1, "TPROV1.STATUS": 2}


def test_reports_call_for_no_notices(under_test: BusUnderTest, recorder: Recorder) -> None:
    failing_for(under_test, hours=1)
    under_test.provider.get_request()
    under_test.clock.advance(hours=2)
    at(under_test, provider="http://mended.example/")
    assert tell(Notifier(under_test.bus, recorder)) == 0
    assert under_test.provider.get_status().operation.data is not None


@pytest.mark.parametrize("version", Version)
def test_a_report_keeps_to_the_schema(database: Database, version: Version) -> None:
    strict = BusUnderTest(database.url, strict_xsd=True)
    failing_for(strict, hours=1)
    reply = strict.provider.speaking(version).get_status()
    assert reply.operation.data is not None
    body = etree.fromstring(etree.tostring(reply.message.body, with_tail=False))
    assert EnvelopeSchemas().errors(version, body) == ()
    strict.store.close()


def test_an_address_that_never_answers_delays_nobody(under_test: BusUnderTest) -> None:
    hold = threading.Event()

    def silence(_: socket.socket) -> None:
        hold.wait(60)

    with scripted(silence) as dead, listening() as alive:
        at(under_test, provider=dead.address, consumer=alive.address)
        pusher = Pusher(under_test.bus, Notifier(under_test.bus, HttpDelivery(60)))
        under_test.consumer.send_request()
        assert pusher.look() == 1
        assert dead.arrived.wait(60)
        for _ in range(10):
            under_test.consumer.send_request()
            request = under_test.provider.get_request().operation.request
            assert under_test.provider.send_response(request.reply_to).status == 200
            assert under_test.provider.ack(request.metadata.message_id).status == 200
        assert pusher.look() == 1
        assert alive.arrived.wait(60)
        assert alive.told == [{"TCONS1.RESPONSES": 10}]
        assert (len(dead.heard), dead.notices) == (1, [])
        hold.set()


def test_no_more_notices_are_under_way_than_there_are_senders(database: Database) -> None:
    small = BusUnderTest(database.url, push_senders=1)
    hold, begun = threading.Event(), threading.Semaphore(0)

    def deliver(_: str, __: bytes) -> None:
        begun.release()
        assert hold.wait(60)

    at(small, provider=NOWHERE, consumer=NOWHERE)
    pusher = Pusher(small.bus, Notifier(small.bus, deliver))
    small.consumer.send_request()
    small.consumer.send_request()
    request = small.provider.get_request().operation.request
    small.provider.send_response(request.reply_to)
    assert pusher.look() == 1
    assert begun.acquire(timeout=60)
    assert pusher.look() == 0
    hold.set()
    small.store.close()


def test_a_service_that_answers_garbage_is_told_of_in_the_status_queue(under_test: BusUnderTest) -> None:
    with scripted(answering(http("200 OK", b"<html>please log in</html>"))) as portal:
        at(under_test, provider=portal.address)
        notifier = Notifier(under_test.bus, HttpDelivery(5))
        under_test.consumer.send_request()
        for _ in range(3):
            assert tell(notifier) == 1
            under_test.clock.advance(minutes=1)
    told = under_test.provider.get_status().operation.data.status.status_details
    assert "неудач подряд: 3" in told


def test_an_empty_status_queue_and_a_stranger(under_test: BusUnderTest) -> None:
    for version in Version:
        reply = under_test.consumer.speaking(version).get_status()
        assert (reply.status, reply.operation.data) == (200, None)
        stranger = under_test.participant(under_test.pki.official, version).get_status()
        assert stranger.fault.kind is FaultKind.SENDER_IS_NOT_REGISTERED


def test_outcomes_are_counted(under_test: BusUnderTest, recorder: Recorder) -> None:
    at(under_test, provider=NOWHERE)
    notifier = Notifier(under_test.bus, recorder)
    under_test.consumer.send_request()
    recorder.failing = PushFailed("timeout", "нет ответа", "no answer")
    tell(notifier)
    recorder.failing = None
    under_test.clock.advance(minutes=1)
    tell(notifier)
    text = under_test.bus.metrics.exposition().decode()
    assert 'mezhved_bus_push_notices_total{outcome="timeout"} 1.0' in text
    assert 'mezhved_bus_push_notices_total{outcome="ok"} 1.0' in text


def test_the_doctor_names_systems_whose_service_does_not_answer(
    under_test: BusUnderTest, database: Database
) -> None:
    Participant(name="Орган", kind="municipal", ogrn="1027700000041", inn="7700000048").save()
    for mnemonic in ("TEST01", "TEST02"):
        owner = Participant.objects.get()
        InformationSystem(participant=owner, mnemonic=mnemonic, name="ИС").save()
        row = InformationSystem.objects.get(mnemonic=mnemonic)
        PushAddress(system=row, address=NOWHERE).save()
    ledger, dead = PushLedger(under_test.store), InformationSystem.objects.get(mnemonic="TEST02").pk
    state = PushState(dead, NOWHERE, failures=3)
    settings = BusSettings(database=database.url)

    def told() -> Finding:
        (found,) = [each for each in examine(settings, under_test.clock) if "push" in each.subject.en]
        return found

    assert told().verdict is Verdict.OK
    assert ledger.claim(state, NOWHERE, 10, 100)
    assert ledger.settle(state, 100)
    assert told().verdict is Verdict.WARNING
    assert "TEST02" in told().detail
    assert "TEST01" not in told().detail
    PushAddress.objects.filter(system=dead).update(address="http://mended.example/")
    assert told().verdict is Verdict.OK


def test_a_database_that_is_away_postpones_notices(under_test: BusUnderTest, recorder: Recorder) -> None:
    def away() -> NoReturn:
        raise OperationalError

    at(under_test, provider=NOWHERE)
    under_test.consumer.send_request()
    registry = SnapshotSource(away, away, lambda: 0.0, interval=-1.0)
    blind = replace(under_test.bus, registry=registry)
    with structlog.testing.capture_logs() as told:
        assert Pusher(blind, Notifier(blind, recorder)).look() == 0
    assert [each["event"] for each in told] == ["push_postponed"]
    assert tell(Notifier(under_test.bus, recorder)) == 1


def test_a_failure_is_logged_by_mnemonic_without_what_was_said(
    under_test: BusUnderTest, recorder: Recorder
) -> None:
    at(under_test, provider="http://dead.example/push?token=secret")
    recorder.failing = PushFailed("refused", "Примеров Пример", "Primerov")
    under_test.consumer.send_request()
    with structlog.testing.capture_logs() as told:
        tell(Notifier(under_test.bus, recorder))
    (line,) = told
    assert (line["event"], line["system"], line["reason"]) == ("push_failed", "TPROV1", "refused")
    assert (line["failures"], line["reported"]) == (1, False)
    assert not [each for each in ("Примеров", "Primerov", "secret") if each in str(told)]


def test_the_description_of_a_participants_service_is_served(under_test: BusUnderTest) -> None:
    described = under_test.http(b"", "/push/PushNotificationService.wsdl", method="GET")
    assert described.status == 200
    (place,) = re.findall(rb'schemaLocation="([^"]+)"', described.body)
    assert under_test.http(b"", f"/push/{place.decode()}", method="GET").body == schema()
    assert under_test.http(b"", "/push/", method="GET").status == 404
