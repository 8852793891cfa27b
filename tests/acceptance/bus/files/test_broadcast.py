"""A broadcast with a file: kept once, fetched by each subscriber, wiped after the last."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from mezhved.bus.processing import process_all
from mezhved.bus.storage import State
from tests.acceptance.bus.test_broadcast import news, subscribe
from tests.support.exchange import OTHER, PROVIDER
from tests.support.file_exchange import File, accesses

if TYPE_CHECKING:
    from tests.support.exchange import Participant
    from tests.support.file_exchange import FileExchange


@pytest.fixture
def subscribed(exchange: FileExchange) -> FileExchange:
    """A store with a broadcast type and two subscribers."""
    subscribe(exchange.bus, PROVIDER, OTHER)
    return exchange


def other(exchange: FileExchange) -> Participant:
    """The second subscriber."""
    return exchange.bus.participant(exchange.bus.pki.participants[2])


def test_each_subscriber_fetches_the_one_file_and_the_last_wipes_it(subscribed: FileExchange) -> None:
    file = subscribed.signed(File())
    message_id = subscribed.send(file, content=news())
    blobs = [each for each in subscribed.files.disk() if each.startswith("blobs")]
    assert len(blobs) == 1

    [first] = accesses(subscribed.provider.get_request())
    [second] = accesses(other(subscribed).get_request())
    assert first.user_name != second.user_name
    assert subscribed.fetch(first) == subscribed.fetch(second) == file.octets

    assert subscribed.provider.ack(message_id).status == 200
    assert not subscribed.opens(first)
    assert subscribed.wipe() == 0
    assert subscribed.fetch(second) == file.octets

    assert other(subscribed).ack(message_id).status == 200
    assert subscribed.wipe() == 1
    assert subscribed.files.disk() == []


def test_a_subscriber_without_quota_holds_nobody_else_up(small_exchange: FileExchange) -> None:
    subscribe(small_exchange.bus, PROVIDER, OTHER)
    first = small_exchange.send(File(b"x" * 1500), content=news())
    assert accesses(other(small_exchange).get_request())
    assert other(small_exchange).ack(first).status == 200

    second = small_exchange.send(File(b"y" * 1500), content=news())
    [access] = accesses(other(small_exchange).get_request())
    assert small_exchange.fetch(access) == b"y" * 1500
    states = {each.owner: each.state for each in small_exchange.bus.store.recipients(UUID(second))}
    assert states[PROVIDER] is State.REFUSED
    assert states[OTHER] is State.QUEUED


def test_when_no_subscriber_has_quota_the_sender_is_told(small_exchange: FileExchange) -> None:
    subscribe(small_exchange.bus, PROVIDER, OTHER)
    small_exchange.send(File(b"x" * 1500), content=news())
    refused = small_exchange.send(File(b"y" * 1500), content=news())
    status = small_exchange.refusal()
    assert status.original_message_id == refused
    assert status.fault is not None
    assert status.fault.fault_type == "QuoteLimitExceeded"


def test_files_of_a_broadcast_to_many_are_taken_over_once(subscribed: FileExchange) -> None:
    subscribe(subscribed.bus, PROVIDER, *range(1000, 1700))
    file = File()
    subscribed.upload(file)
    message_id = subscribed.refer([file], content=news())
    process_all(subscribed.bus.bus)
    assert len(subscribed.bus.store.recipients(UUID(message_id))) == 701
    [access] = accesses(subscribed.provider.get_request())
    assert subscribed.fetch(access) == file.octets
