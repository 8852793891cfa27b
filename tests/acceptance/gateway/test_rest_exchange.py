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


def test_the_signatures_of_an_exchange_are_told_in_words(
    under_test: GatewayUnderTest, consumer: RestClient, provider: RestClient
) -> None:
    taken = consumer.post_xml("requests", NUMBER).json
    under_test.send()
    under_test.take_requests()
    came = provider.get("exchanges", state="new").json["items"][0]["id"]
    status = {"code": 7, "description": "Принято", "parameters": [{"name": "этап", "value": "проверка"}]}
    assert provider.post(f"exchanges/{came}/status", status).status == 201
    refusal = {"reasons": [{"code": "NO_DATA", "text": "Сведений нет"}], "client_id": "r1"}
    assert provider.post(f"exchanges/{came}/refusal", refusal).status == 201
    assert provider.post(f"exchanges/{came}/refusal", refusal).status == 200
    assert provider.post(f"exchanges/{came}/answer", {"xml": WORDS.decode()}).status == 409
    while under_test.send():
        pass
    under_test.take_responses()

    got = consumer.get(f"exchanges/{taken['id']}").json
    assert got["state"] == "rejected"
    told = {each["kind"]: each["details"] for each in got["messages"]}
    assert told["rejection"]["reasons"] == [["NO_DATA", "Сведений нет"]]
    assert told["status"]["parameters"] == [["этап", "проверка"]]
    assert consumer.post(f"exchanges/{taken['id']}/read").status == 200
    read = consumer.get(f"exchanges/{taken['id']}").json
    assert {each["state"] for each in read["messages"] if each["direction"] == "in"} == {"READ"}

    protocol = consumer.get(f"exchanges/{taken['id']}/signatures").json
    assert {each["whose"] for each in protocol} >= {"smev", "caller"}
    assert all(each["valid"] for each in protocol), protocol
    assert {each["trust"] for each in protocol} == {"trusted"}
    assert all(len(each["chain"]) >= 2 for each in protocol)
    assert "right" in protocol[0]["text"]
    steps = consumer.get(f"exchanges/{taken['id']}/steps").json
    assert b"SendRequestRequest" in consumer.get(steps[0]["url"]).body

    while seal(under_test.gateway):
        pass
    kinds = [each["kind"] for each in consumer.get("events").json["items"]]
    assert kinds[:2] == ["request_taken", "request_sent"]
    assert "rejection_received" in kinds
