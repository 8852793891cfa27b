"""A participant's own system asks and answers through REST, over a running bus."""

from __future__ import annotations

import pytest

from mezhved.gateway.journal import seal
from tests.support.gateways import NUMBER, WORDS, GatewayUnderTest
from tests.support.registry import CONSUMER, PROVIDER
from tests.support.rest import RestClient, rest_client


@pytest.fixture
def consumer(under_test: GatewayUnderTest) -> RestClient:
    return rest_client(under_test, (CONSUMER, "VS09801", "ask"))


@pytest.fixture
def provider(under_test: GatewayUnderTest) -> RestClient:
    return rest_client(under_test, (PROVIDER, "VS09801", "answer"))


def test_a_request_given_as_xml_is_answered_as_xml_and_json(
    under_test: GatewayUnderTest, consumer: RestClient, provider: RestClient
) -> None:
    taken = consumer.post_xml("requests", NUMBER, client_id="our-1")
    assert taken.status == 201, taken.body
    assert taken.json["state"] == "sending"
    place = taken.headers["Location"]
    under_test.send()
    under_test.take_requests()

    came = provider.get("exchanges", direction="in", state="new").json["items"]
    assert [each["type"] for each in came] == ["VS09801"]
    answered = provider.post(f"exchanges/{came[0]['id']}/answer", {"xml": WORDS.decode()})
    assert answered.status == 201, answered.body
    under_test.send()
    under_test.take_responses()

    got = consumer.get(place).json
    assert got["state"] == "answered"
    answer = next(each for each in got["messages"] if each["id"] == got["answer_id"])
    assert "Одна тысяча" in answer["xml"]
    assert "Одна тысяча" in str(answer["json"])
