"""What SMEV says after the receipt becomes a plain state, whichever way it is said."""

from __future__ import annotations

from mezhved.gateway.inbox import Queue, poll_once
from mezhved.gateway.inbox.overdue import mark_overdue
from mezhved.gateway.models import Direction, Event, Exchange, ExchangeState, InformationType, Message, Step
from mezhved.gateway.outbox import RequestDraft, ResponseDraft, take_request, take_response
from tests.support.gateways import NUMBER, WORDS, GatewayUnderTest
from tests.support.registry import NEWS


def asked_and_received(under_test: GatewayUnderTest) -> tuple[Exchange, Exchange]:
    draft = RequestDraft(under_test.consumer, under_test.plain, NUMBER)
    asked = take_request(under_test.gateway, draft).exchange
    under_test.send()
    under_test.take_requests()
    return asked, Exchange.objects.get(direction=Direction.IN)


def drain(under_test: GatewayUnderTest, system: int, kind: str) -> None:
    while poll_once(under_test.gateway, Queue(system, kind)):
        pass


def test_a_request_that_smev_refuses_afterwards_is_faulted(under_test: GatewayUnderTest) -> None:
    # The provider has no right to ask for its own type.
    draft = RequestDraft(under_test.provider, under_test.plain, NUMBER)
    asked = take_request(under_test.gateway, draft).exchange
    under_test.send()
    asked.refresh_from_db()
    assert asked.state == ExchangeState.WAITING
    drain(under_test, under_test.provider.pk, "response")
    asked.refresh_from_db()
    assert asked.state == ExchangeState.FAULTED
    sent = Message.objects.get(exchange=asked, direction="out")
    assert sent.smev_state == "rejected"
    assert sent.problem["name"] == "AccessDenied"
    assert "504" in sent.problem["text"]


def test_a_response_that_smev_refuses_can_be_given_again(under_test: GatewayUnderTest) -> None:
    asked, came = asked_and_received(under_test)
    answer = take_response(under_test.gateway, ResponseDraft(came, WORDS))
    wrong = WORDS.replace(b"PlainResponse", b"PlainRequest")
    Message.objects.filter(pk=answer.pk).update(content=wrong)  # as a type whose schema here is older
    under_test.send()
    came.refresh_from_db()
    if came.state == ExchangeState.ANSWERED:
        drain(under_test, under_test.provider.pk, "response")
        came.refresh_from_db()
    assert came.state == ExchangeState.IN_WORK
    assert came.closed_at is None
    answer.refresh_from_db()
    assert answer.problem is not None

    take_response(under_test.gateway, ResponseDraft(came, WORDS))
    under_test.send()
    under_test.take_responses()
    asked.refresh_from_db()
    came.refresh_from_db()
    assert (asked.state, came.state) == (ExchangeState.ANSWERED, ExchangeState.ANSWERED)


def test_a_broadcast_wants_no_answer(under_test: GatewayUnderTest) -> None:
    news = InformationType.objects.get(code="VS09803")
    content = f'<News xmlns="{NEWS}">Новость</News>'.encode()
    sent = take_request(under_test.gateway, RequestDraft(under_test.provider, news, content)).exchange
    under_test.send()
    drain(under_test, under_test.consumer.pk, "request")
    came = Exchange.objects.get(direction=Direction.IN)
    assert came.state == ExchangeState.NO_ANSWER
    sent.refresh_from_db()
    assert sent.due_at is None


def test_an_answer_to_a_request_that_nobody_here_sent_is_kept(under_test: GatewayUnderTest) -> None:
    asked, came = asked_and_received(under_test)
    take_response(under_test.gateway, ResponseDraft(came, WORDS))
    under_test.send()
    Exchange.objects.filter(pk=asked.pk).delete()  # a database restored from before the request
    under_test.take_responses()
    found = Exchange.objects.get(direction=Direction.OUT)
    assert found.state == ExchangeState.ANSWERED
    assert found.message_id == came.message_id


def test_an_answer_that_comes_before_its_receipt_is_noted_stays_the_last_word(
    under_test: GatewayUnderTest,
) -> None:
    asked, came = asked_and_received(under_test)
    # As if the process had died before it noted the receipt.
    Exchange.objects.filter(pk=asked.pk).update(state=ExchangeState.SENDING)
    Message.objects.filter(exchange=asked).update(state="SENDING", send_after=under_test.clock())
    take_response(under_test.gateway, ResponseDraft(came, WORDS))
    Message.objects.filter(exchange=asked).update(send_after=None)
    under_test.send()
    under_test.take_responses()
    Message.objects.filter(exchange=asked, direction="out").update(send_after=under_test.clock())
    under_test.another_node().send()
    asked.refresh_from_db()
    assert asked.state == ExchangeState.ANSWERED


def test_a_request_without_an_answer_is_marked_once(under_test: GatewayUnderTest) -> None:
    asked, came = asked_and_received(under_test)
    assert mark_overdue(under_test.gateway) == 0
    under_test.clock.advance(days=31)
    assert mark_overdue(under_test.gateway) == 1
    assert mark_overdue(under_test.gateway) == 0
    assert Event.objects.filter(kind="answer_overdue", exchange=asked).count() == 1
    under_test.clock.advance(days=-31)
    take_response(under_test.gateway, ResponseDraft(came, WORDS))
    under_test.send()
    under_test.take_responses()
    asked.refresh_from_db()
    assert asked.state == ExchangeState.ANSWERED


def test_the_status_queue_is_emptied(under_test: GatewayUnderTest) -> None:
    assert not poll_once(under_test.gateway, Queue(under_test.consumer.pk, "status"))
    assert not Step.objects.exists()
