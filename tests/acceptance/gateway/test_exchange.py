"""A request goes out, is answered by the other side, and its answer comes back: over a running bus."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mezhved.gateway.errors import Conflict, InvalidMessage
from mezhved.gateway.inbox import Poller, Queue, poll_once
from mezhved.gateway.journal import seal
from mezhved.gateway.models import Direction, Event, Exchange, ExchangeState, Message, MessageState, Step
from mezhved.gateway.outbox import (
    RejectionDraft,
    RequestDraft,
    ResponseDraft,
    StatusDraft,
    cancel,
    take_rejection,
    take_request,
    take_response,
    take_status,
)
from mezhved.gateway.outbox.claims import claim
from mezhved.smev3.client import HttpTransport
from tests.support.gateways import NUMBER, WORDS, GatewayUnderTest
from tests.support.registry import PLAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.smev3.client import HttpAnswer


def ask(under_test: GatewayUnderTest, client_id: str | None = None) -> Exchange:
    draft = RequestDraft(under_test.consumer, under_test.plain, NUMBER, client_id)
    return take_request(under_test.gateway, draft).exchange


def incoming(under_test: GatewayUnderTest) -> Exchange:
    ask(under_test)
    under_test.send()
    under_test.take_requests()
    return Exchange.objects.get(direction=Direction.IN)


class Counted(HttpTransport):
    """Knows how many calls it has carried."""

    calls = 0

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        self.calls += 1
        return super().post(url, body, headers)


def test_who_awaits_an_answer_asks_for_it_soon_and_not_at_once(under_test: GatewayUnderTest) -> None:
    carried = Counted()
    gateway = replace(under_test.gateway, transport=carried)
    poller = Poller(gateway, Queue(under_test.consumer.pk, "response"))
    for _ in range(12):
        poller.tick()
        under_test.clock.advance(seconds=30)
    poller.tick()
    seldom = carried.calls
    poller.wake()
    assert poller.tick() <= gateway.settings.shortest_pause_seconds
    assert carried.calls == seldom, "no answer can be there yet"
    under_test.clock.advance(seconds=gateway.settings.shortest_pause_seconds)
    poller.tick()
    assert carried.calls == seldom + 1


def test_a_request_is_answered(under_test: GatewayUnderTest) -> None:
    asked = ask(under_test)
    assert asked.state == ExchangeState.SENDING
    assert under_test.send() == 1
    asked.refresh_from_db()
    assert asked.state == ExchangeState.WAITING

    assert under_test.take_requests() == 1
    came = Exchange.objects.get(direction=Direction.IN)
    assert came.message_id == asked.message_id
    assert came.type == under_test.plain
    assert came.counterpart == "TEST01"

    take_response(under_test.gateway, ResponseDraft(came, WORDS))
    assert under_test.send() == 1
    under_test.take_responses()
    asked.refresh_from_db()
    assert asked.state == ExchangeState.ANSWERED
    answer = Message.objects.get(exchange=asked, kind="answer")
    assert "Одна тысяча".encode() in bytes(answer.content or b"")
    assert answer.details["signatures"]["smev"]["standing"] == "genuine"
    assert answer.details["signatures"]["sender"]["valid"] is True


def test_every_step_is_kept_as_it_went_and_sealed_into_a_chain(under_test: GatewayUnderTest) -> None:
    incoming(under_test)
    assert [each.kind for each in Step.objects.order_by("pk")] == ["call", "receipt", "received", "ack"]
    while seal(under_test.gateway):
        pass
    steps = list(Step.objects.order_by("position"))
    assert [each.position for each in steps] == [1, 2, 3, 4]
    assert len({bytes(each.link or b"") for each in steps}) == 4
    assert [each.kind for each in Event.objects.order_by("position")] == [
        "request_taken",
        "request_sent",
        "request_received",
    ]


def test_words_that_no_message_may_hold_are_refused_when_they_are_taken(under_test: GatewayUnderTest) -> None:
    came = incoming(under_test)
    for words in ("в работе\uffff", "с новой\vстроки", "\udcff"):
        with pytest.raises(InvalidMessage):
            take_status(under_test.gateway, StatusDraft(came, 1, words))
        with pytest.raises(InvalidMessage):
            take_status(under_test.gateway, StatusDraft(came, 1, "Принято", (("этап", words),)))
        with pytest.raises(InvalidMessage):
            take_rejection(under_test.gateway, RejectionDraft(came, (("NO_DATA", words),)))
    assert Message.objects.filter(exchange=came).count() == 1


def test_what_cannot_be_written_is_given_up_and_keeps_nobody_waiting(under_test: GatewayUnderTest) -> None:
    came = incoming(under_test)
    unwritable = take_status(under_test.gateway, StatusDraft(came, 1, "Принято"))
    unwritable.details["description"] = "в работе\uffff"
    unwritable.save(update_fields=["details"])
    assert under_test.send() == 1
    unwritable.refresh_from_db()
    assert unwritable.state == MessageState.UNSENT
    take_status(under_test.gateway, StatusDraft(came, 2, "Проверяется"))
    assert under_test.send() == 1
    assert Message.objects.filter(exchange=came, state=MessageState.SENT).count() == 1


def test_who_cancels_twice_is_told_so(under_test: GatewayUnderTest) -> None:
    exchange = ask(under_test)
    cancel(under_test.gateway, exchange)
    with pytest.raises(Conflict, match="уже отменён"):
        cancel(under_test.gateway, exchange)


def test_a_status_and_then_a_refusal_come_in_their_order(under_test: GatewayUnderTest) -> None:
    came = incoming(under_test)
    take_status(under_test.gateway, StatusDraft(came, 7, "Принято", (("этап", "проверка"),)))
    take_rejection(under_test.gateway, RejectionDraft(came, (("NO_DATA", "Сведений нет"),)))
    while under_test.send():
        pass
    under_test.take_responses()
    asked = Exchange.objects.get(direction=Direction.OUT)
    kinds = [each.kind for each in Message.objects.filter(exchange=asked, direction="in").order_by("pk")]
    assert [each for each in kinds if each != "notice"] == ["status", "rejection"]
    assert asked.state == ExchangeState.REJECTED


def test_a_declaration_before_the_root_is_not_kept(under_test: GatewayUnderTest) -> None:
    declared = b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\n<!-- ours -->' + NUMBER + b"\n"
    asked = take_request(under_test.gateway, RequestDraft(under_test.consumer, under_test.plain, declared))
    assert bytes(asked.content or b"") == NUMBER
    under_test.send()
    under_test.take_requests()
    came = Exchange.objects.get(direction=Direction.IN)
    answered = take_response(under_test.gateway, ResponseDraft(came, b"<?xml version='1.0'?>" + WORDS))
    assert bytes(answered.content or b"") == WORDS


def test_the_same_client_id_is_taken_once(under_test: GatewayUnderTest) -> None:
    first = ask(under_test, "our-17")
    assert ask(under_test, "our-17") == first
    other = RequestDraft(under_test.consumer, under_test.plain, NUMBER.replace(b"1234", b"4321"), "our-17")
    with pytest.raises(Conflict):
        take_request(under_test.gateway, other)
    assert Exchange.objects.count() == 1


def test_what_breaks_the_schema_is_not_taken(under_test: GatewayUnderTest) -> None:
    bad = f'<PlainRequest xmlns="{PLAIN}"><Number>x</Number></PlainRequest>'.encode()
    with pytest.raises(InvalidMessage) as refusal:
        take_request(under_test.gateway, RequestDraft(under_test.consumer, under_test.plain, bad))
    assert "Number" in str(refusal.value)
    assert not Exchange.objects.exists()


def test_a_message_killed_between_signing_and_sending_goes_out_with_the_same_octets(
    under_test: GatewayUnderTest,
) -> None:
    ask(under_test)
    under_test.send()
    message = Message.objects.get(kind="request")
    # As if the process had died before it noted the receipt.
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SENDING, send_after=under_test.clock(), lease_owner="dead", settled_at=None
    )
    assert under_test.another_node().send() == 1
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert under_test.take_requests() == 1


def test_two_nodes_never_send_one_message_at_once(under_test: GatewayUnderTest) -> None:
    ask(under_test)
    now = under_test.clock()
    assert len(claim("one", now, 8)) == 1
    assert claim("two", now, 8) == []
    under_test.clock.advance(minutes=6)
    assert len(claim("two", under_test.clock(), 8)) == 1


def test_a_message_handed_out_again_is_kept_once(under_test: GatewayUnderTest) -> None:
    came = incoming(under_test)
    client = under_test.gateway.connections.client(under_test.provider)
    ask(under_test)
    under_test.send()
    assert client.get_request() is not None  # taken by a process that died before it stored anything
    assert not poll_once(under_test.gateway, Queue(under_test.provider.pk, "request"))
    assert Exchange.objects.filter(direction=Direction.IN).get() == came


def test_what_is_not_sent_yet_can_be_called_off(under_test: GatewayUnderTest) -> None:
    asked = ask(under_test)
    assert cancel(under_test.gateway, asked).state == ExchangeState.CANCELLED
    assert under_test.send() == 0
    sent = ask(under_test)
    under_test.send()
    with pytest.raises(Conflict):
        cancel(under_test.gateway, sent)
