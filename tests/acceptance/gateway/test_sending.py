"""What becomes of a message whose sending fails: it goes out once, or people are told why not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mezhved.gateway.errors import InvalidMessage, WrongContour
from mezhved.gateway.files import FileDraft
from mezhved.gateway.models import (
    Connection,
    Exchange,
    ExchangeState,
    InformationSystem,
    InformationType,
    Message,
    MessageState,
)
from mezhved.gateway.outbox import RequestDraft, cancel, take_request
from tests.support.gateways import NUMBER, GatewayUnderTest, Network, through


def ask(under_test: GatewayUnderTest, **options: str) -> Message:
    draft = RequestDraft(under_test.consumer, under_test.plain, NUMBER, options=options)
    return take_request(under_test.gateway, draft)


def send_later(under_test: GatewayUnderTest, **term: float) -> Message:
    """Let the pause go by, send, and return the message."""
    under_test.clock.advance(**term)
    under_test.send()
    return Message.objects.select_related("exchange").get(kind="request")


def test_an_answer_that_was_lost_makes_no_second_message(under_test: GatewayUnderTest) -> None:
    network = Network()
    node = through(network, under_test)
    ask(node)
    network.plan = ["lost"]
    message = send_later(node)
    assert message.state == MessageState.SENDING
    assert message.problem["name"] == "TransportError"
    first = message.message_id
    message = send_later(node, seconds=2)
    assert (message.state, message.message_id) == (MessageState.SENT, first)
    assert node.take_requests() == 1


def test_after_a_long_outage_what_never_arrived_is_signed_anew(under_test: GatewayUnderTest) -> None:
    network = Network()
    node = through(network, under_test)
    under_test.clock.advance(hours=-30)
    taken = ask(node)
    network.always = "away"
    send_later(node)
    assert send_later(node, hours=3).missed == 2
    network.always = "through"
    assert send_later(node, hours=27).call is None
    message = send_later(node)
    assert message.state == MessageState.SENT
    assert message.message_id != taken.message_id
    assert message.exchange.message_id == message.message_id
    assert node.take_requests() == 1


@pytest.mark.parametrize("way", ["broken", "lost"])
def test_after_a_long_outage_what_may_have_arrived_is_not_sent_twice(
    under_test: GatewayUnderTest, way: str
) -> None:
    network = Network()
    node = through(network, under_test)
    under_test.clock.advance(hours=-30)
    ask(node)
    network.plan, network.always = ["away", way], "away"
    for hours in (0, 1, 1):
        send_later(node, hours=hours)
    network.always = "through"
    message = send_later(node, hours=28)
    assert message.state == MessageState.UNSENT
    assert message.problem["name"] == "Uncertain"
    assert message.exchange.state == ExchangeState.UNSENT
    assert node.take_requests() == 0


def test_a_process_that_died_while_sending_leaves_a_message_that_may_have_arrived(
    under_test: GatewayUnderTest,
) -> None:
    network = Network()
    node = through(network, under_test)
    under_test.clock.advance(hours=-30)
    message = ask(node)
    network.always = "away"
    send_later(node)
    # It died between the claim and the outcome of the second attempt.
    Message.objects.filter(pk=message.pk).update(attempts=2, lease_owner="dead", leased_until=None)
    network.always = "through"
    assert send_later(node, hours=30).problem["name"] == "Uncertain"


def test_a_request_past_its_end_of_life_is_not_sent(under_test: GatewayUnderTest) -> None:
    network = Network()
    node = through(network, under_test)
    end = under_test.clock() + timedelta(minutes=10)
    ask(node, eol=end.isoformat())
    network.always = "away"
    send_later(node)
    message = send_later(node, minutes=11)
    assert (message.state, message.problem["name"]) == (MessageState.UNSENT, "TooLate")
    with pytest.raises(InvalidMessage):
        ask(node, eol=end.isoformat())


def test_what_cannot_be_sent_for_days_is_given_up(under_test: GatewayUnderTest) -> None:
    network = Network()
    node = through(network, under_test)
    ask(node)
    network.always = "away"
    send_later(node)
    assert send_later(node, hours=73).problem["name"] == "TooLate"


def test_a_message_for_the_test_contour_never_reaches_production(under_test: GatewayUnderTest) -> None:
    message = ask(under_test)
    Connection.objects.update(environment="production")
    under_test.send()
    message.refresh_from_db()
    assert (message.state, message.problem["name"]) == (MessageState.UNSENT, "WrongContour")
    assert Exchange.objects.get().state == ExchangeState.UNSENT


def test_a_type_of_the_other_contour_is_not_taken(under_test: GatewayUnderTest) -> None:
    InformationType.objects.update(environment="production")
    with pytest.raises(WrongContour):
        ask(under_test)
    assert not Exchange.objects.exists()


def test_the_reserve_answers_while_the_main_address_is_away_and_the_main_one_comes_back(
    under_test: GatewayUnderTest,
) -> None:
    at = Connection.objects.get()
    main, reserve = at.url.replace("127.0.0.1", "localhost"), at.url
    Connection.objects.update(url=main, reserve_url=reserve)
    network = Network()
    node = through(network, under_test)
    network.plan = ["away"]
    node.take_requests()
    assert network.asked == [main, reserve]
    node.take_requests()
    assert network.asked[2:] == [reserve]
    under_test.clock.advance(seconds=61)
    node.take_requests()
    assert network.asked[3:] == [main]


def test_an_smev_that_is_away_is_left_alone_for_a_while(under_test: GatewayUnderTest) -> None:
    network = Network()
    node = through(network, under_test)
    network.always = "away"
    for _ in range(5):
        ask(node)
    assert node.send() == 5
    assert len(network.asked) == 1  # the others were given back untried
    assert Message.objects.filter(attempts=0).count() == 4
    assert node.send() == 0
    under_test.clock.advance(seconds=3)
    network.always = "through"
    assert node.send() == 5
    assert node.take_requests() == 5


def test_what_certainly_did_not_arrive_can_be_called_off(under_test: GatewayUnderTest) -> None:
    network = Network()
    node = through(network, under_test)
    message = ask(node)
    network.always = "away"
    send_later(node)
    assert cancel(node.gateway, message.exchange).state == ExchangeState.CANCELLED
    network.always = "through"
    under_test.clock.advance(minutes=1)
    assert node.send() == 0


def test_a_file_that_fits_nowhere_is_refused_at_once(under_test: GatewayUnderTest) -> None:
    large = FileDraft("отчёт.bin", "application/octet-stream", 6_000_000, None, "0" * 32)
    draft = RequestDraft(under_test.consumer, under_test.plain, NUMBER, files=(large,))
    with pytest.raises(InvalidMessage, match="file_store_url"):
        take_request(under_test.gateway, draft)


def test_messages_of_a_system_out_of_work_wait(under_test: GatewayUnderTest) -> None:
    ask(under_test)
    InformationSystem.objects.update(is_active=False)
    assert under_test.send() == 0
    InformationSystem.objects.update(is_active=True)
    assert under_test.send() == 1
    assert under_test.take_requests() == 1
