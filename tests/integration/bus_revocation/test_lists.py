"""Lists are fetched on a schedule by one node at a time, and count for all."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from mezhved.gost import Reason
from mezhved.registry.models import Revision, RevocationRecord
from tests.support.exchange import text_of
from tests.support.pki import make_root, seeded
from tests.support.registry import PLAIN
from tests.support.web import page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.live_bus import LiveBus
    from tests.support.web import Web

REQUEST = f'<q:PlainRequest xmlns:q="{PLAIN}"><q:Number>1234</q:Number></q:PlainRequest>'.encode()


def poll_code(live: LiveBus) -> str:
    """What the consumer's poll is refused with; nothing when it is not."""
    reply = live.consumer.get_response()
    return "" if reply.status == HTTPStatus.OK else reply.fault.text


def record() -> RevocationRecord:
    return RevocationRecord.objects.get()


def test_a_revocation_counts_as_soon_as_its_list_is_fetched(live: LiveBus, web: Web) -> None:
    web.pages["/ca.crl"] = page(live.pki.ca.crl(live.pki.consumer.certificate).der)
    live.add_source(web.address("/ca.crl"))
    assert poll_code(live) == ""
    live.tick()
    assert "отозван" in poll_code(live)
    assert live.provider.get_request().status == HTTPStatus.OK
    (event,) = live.events("revocation_fetched")
    assert event["authority"] == live.pki.ca.certificate.thumbprint.hex()[:16]
    assert event["entries"] == 1


def test_a_list_is_fetched_once_a_period_and_its_change_alone_moves_the_revision(
    live: LiveBus, web: Web
) -> None:
    web.pages["/ca.crl"] = page(live.pki.ca.crl().der, ETag='"1"')
    live.add_source(web.address("/ca.crl"), period_seconds=600)
    live.tick()
    revision, fetched = Revision.current(), record().fetched_at
    live.tick(seconds=599)
    assert len(web.asked) == 1
    web.pages["/ca.crl"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    live.tick(seconds=2)
    assert len(web.asked) == 2
    assert record().fetched_at > fetched
    web.pages["/ca.crl"] = page(live.pki.ca.crl().der)
    live.tick(seconds=601)
    assert Revision.current() > revision, "the same authority's list signed anew is another"

    revision = Revision.current()
    web.pages["/ca.crl"] = page(bytes(record().der))
    live.tick(seconds=601)
    assert len(web.asked) == 4
    assert Revision.current() == revision


def test_a_certificate_taken_off_hold_is_trusted_again(live: LiveBus, web: Web) -> None:
    ca, consumer = live.pki.ca, live.pki.consumer.certificate
    web.pages["/"] = page(ca.crl(consumer, reason=Reason.CERTIFICATE_HOLD).der)
    live.add_source(web.address("/"), period_seconds=60)
    live.tick()
    assert "отозван" in poll_code(live)
    web.pages["/"] = page(ca.crl(this_update=live.pki.now).der)
    live.tick(seconds=61)
    assert poll_code(live) == ""


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(b"<html>Our list has moved</html>"), "malformed"),
        (page(b"", "503 Service Unavailable"), "status"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n0", "truncated"),
    ],
)
def test_a_failure_keeps_what_there_is_and_is_tried_again_later_and_later(
    live: LiveBus, web: Web, answer: bytes, reason: str
) -> None:
    web.pages["/"] = page(live.pki.ca.crl(live.pki.consumer.certificate).der)
    live.add_source(web.address("/"), period_seconds=300)
    live.tick()
    web.pages["/"] = answer
    live.tick(seconds=301)
    asked, passed = [], 0
    # The pauses are of 30, 60, 120 and 240 seconds, each since the attempt before it.
    for seconds in (29, 31, 89, 95, 205, 220, 400):
        live.tick(seconds=seconds - passed)
        passed = seconds
        asked.append(len(web.asked))
    assert asked == [2, 3, 3, 4, 4, 5, 5]
    assert "отозван" in poll_code(live)
    row = record()
    assert row.failures == 4
    assert row.problem_ru
    assert row.problem_en
    assert {each["reason"] for each in live.events("revocation_fetch_failed")} == {reason}

    web.pages["/"] = page(live.pki.ca.crl(this_update=live.pki.now).der)
    live.tick(hours=1)
    assert (record().failures, record().problem_en) == (0, "")


def test_a_list_of_an_impostor_or_an_older_one_changes_nothing(live: LiveBus, web: Web) -> None:
    consumer = live.pki.consumer.certificate
    web.pages["/"] = page(live.pki.ca.crl().der)
    live.add_source(web.address("/"), period_seconds=60)
    live.tick()
    held = bytes(record().der)
    impostor = make_root(live.pki.provider, live.pki.now, seeded("keeper impostor"))
    older = live.pki.now - timedelta(days=2)
    for octets in (impostor.crl(consumer).der, live.pki.ca.crl(consumer, this_update=older, at=older).der):
        web.pages["/"] = page(octets)
        live.tick(hours=1)
        assert bytes(record().der) == held
        assert poll_code(live) == ""
    assert [each["reason"] for each in live.events("revocation_fetch_failed")] == ["foreign", "older"]


def test_several_nodes_fetch_a_list_once(live: LiveBus, web: Web) -> None:
    keepers = [live.new_keeper() for _ in range(3)]
    inside: list[int] = []

    def answer(_: object) -> bytes:
        inside.append(1)
        # While one node waits for the answer the others come by.
        for each in keepers:
            each.tick()
        return page(live.pki.ca.crl().der)

    web.pages["/"] = page(live.pki.ca.crl().der)
    live.add_source(web.address("/"))
    for each in (*keepers, live.keeper):
        each.tick()
    assert len(web.asked) == 1
    live.clock.advance(hours=2)
    for each in (*keepers, live.keeper):
        each.tick()
    assert len(web.asked) == 2


def test_a_lease_that_nobody_ended_ends_by_itself(live: LiveBus, web: Web) -> None:
    web.pages["/"] = page(live.pki.ca.crl().der)
    live.add_source(web.address("/"))
    live.tick()
    RevocationRecord.objects.update(leased_until=live.clock.now + 300_000_000, next_at=0)
    live.tick(seconds=299)
    assert len(web.asked) == 1
    live.tick(seconds=2)
    assert len(web.asked) == 2


def test_a_list_from_a_file_counts_when_the_file_is_replaced(live: LiveBus, tmp_path: Path) -> None:
    file = tmp_path / "ca.crl"
    file.write_bytes(live.pki.ca.crl().der)
    live.add_source(str(file), period_seconds=10)
    live.tick()
    assert poll_code(live) == ""
    file.write_bytes(live.pki.ca.crl(live.pki.consumer.certificate, this_update=live.pki.now).der)
    live.tick(seconds=12)
    assert "отозван" in poll_code(live)


def test_no_call_ever_asks_a_source(live: LiveBus, web: Web) -> None:
    web.pages["/"] = None
    live.add_source(web.address("/"), kind="crl")
    live.add_source(web.address("/"), kind="ocsp")
    for _ in range(3):
        assert poll_code(live) == ""
        assert live.consumer.send_request(REQUEST).status == HTTPStatus.OK
    assert web.asked == []


def test_a_message_whose_sender_is_revoked_after_its_acceptance_is_delivered(live: LiveBus, web: Web) -> None:
    web.pages["/"] = page(live.pki.ca.crl(live.pki.consumer.certificate).der)
    live.add_source(web.address("/"))
    assert live.consumer.send_request(REQUEST).operation.metadata.status == "requestIsQueued"
    live.tick()
    delivered = live.provider.get_request().operation.request
    assert text_of(delivered.data.primary_content) == "1234"

    live.consumer.send_request(REQUEST)
    assert live.provider.get_request().operation.request is None


def test_a_source_that_is_disabled_or_removed_counts_no_longer(live: LiveBus, web: Web) -> None:
    web.pages["/"] = page(live.pki.ca.crl(live.pki.consumer.certificate).der)
    source = live.add_source(web.address("/"))
    live.tick()
    assert "отозван" in poll_code(live)
    source.enabled = False
    source.save()
    assert poll_code(live) == ""
    live.tick(days=1)
    assert len(web.asked) == 1
    source.enabled = True
    source.save()
    assert "отозван" in poll_code(live)
    source.delete()
    assert poll_code(live) == ""
    assert RevocationRecord.objects.count() == 0
