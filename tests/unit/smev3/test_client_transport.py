"""Calls over HTTP: connections are kept, and whatever goes wrong is one kind of error."""

from __future__ import annotations

import multiprocessing
import socket
import warnings
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.smev3.client.retry import NO_RETRY, RetryPolicy
from mezhved.smev3.client.transport import HttpTransport, NotConnected, TransportError
from tests.support.standin import Drop, Reply, StandIn, stand_in

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[StandIn]:
    with stand_in() as state:
        yield state


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    made = HttpTransport(connect_timeout=60, read_timeout=60, largest_answer=1000)
    yield made
    made.close()


def test_one_connection_serves_many_calls(server: StandIn, transport: HttpTransport) -> None:
    server.script += [Reply(b"1"), Reply(b"2", status=500), Reply(b"3")]
    answers = [transport.post(server.url, b"x", {}) for _ in range(3)]
    assert [(answer.status, answer.body) for answer in answers] == [(200, b"1"), (500, b"2"), (200, b"3")]
    assert server.connections == 1


def test_headers_and_octets_reach_the_server_unchanged(server: StandIn, transport: HttpTransport) -> None:
    server.script.append(Reply(b"", content_type="text/plain"))
    body = bytes(range(256)) * 100
    answer = transport.post(server.url, body, {"SOAPAction": '"urn:Ack"', "Content-Type": "text/xml"})
    assert answer.content_type == "text/plain"
    assert server.calls[0].body == body
    assert server.calls[0].headers["SOAPAction"] == '"urn:Ack"'
    assert server.calls[0].path == "/smev/v1.2/ws"


@pytest.mark.parametrize(
    "misfortune", [Drop(), Reply(b"half", promised=100), Reply(b"x" * 1001)], ids=["drop", "cut", "too large"]
)
def test_no_whole_answer_is_a_transport_error(
    server: StandIn, transport: HttpTransport, misfortune: Drop | Reply
) -> None:
    server.script += [misfortune, Reply(b"well")]
    with pytest.raises(TransportError) as caught:
        transport.post(server.url, b"x", {})
    assert caught.value.where == server.url
    assert transport.post(server.url, b"x", {}).body == b"well"


def test_a_forked_process_makes_a_connection_of_its_own(server: StandIn, transport: HttpTransport) -> None:
    server.script += [Reply(b"parent"), Reply(b"child"), Reply(b"parent again")]
    assert transport.post(server.url, b"x", {}).body == b"parent"
    child = multiprocessing.get_context("fork").Process(target=transport.post, args=(server.url, b"x", {}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of threads beside a fork
        child.start()
    child.join()
    assert child.exitcode == 0
    assert transport.post(server.url, b"x", {}).body == b"parent again"
    assert server.connections == 2


def test_a_closed_port_is_a_transport_error(transport: HttpTransport) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(TransportError):
            transport.post(f"http://127.0.0.1:{held.getsockname()[1]}/", b"x", {})


@given(st.integers(1, 60), st.binary(min_size=4, max_size=4))
def test_a_pause_is_between_half_and_the_whole_of_the_doubled_one(made: int, chance: bytes) -> None:
    policy = RetryPolicy(attempts=None, first_pause=0.25, longest_pause=30.0)
    whole = min(30.0, 0.25 * 2 ** (made - 1))
    assert whole / 2 <= policy.pause(made, lambda _: chance) <= whole


@given(st.integers(1, 10_000))
def test_without_a_limit_there_is_always_another_attempt(made: int) -> None:
    assert RetryPolicy(attempts=None).again(made)


def test_the_limit_counts_the_first_attempt() -> None:
    assert not NO_RETRY.again(1)
    assert RetryPolicy(attempts=3).again(2)
    assert not RetryPolicy(attempts=3).again(3)


def test_a_name_that_dns_cannot_be_asked_for_is_not_connected(transport: HttpTransport) -> None:
    with pytest.raises(NotConnected):
        transport.post("http://smev..invalid/ws", b"", {})
