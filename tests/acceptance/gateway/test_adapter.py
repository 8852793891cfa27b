"""Programs written for the official adapter work with the gateway: over a running bus, by its own WSDL."""

from __future__ import annotations

from typing import Any

from lxml import etree

from mezhved.gateway.models import ExchangeState, Message, MessageState
from tests.support.adapter import client
from tests.support.adapter_data import by_client_id, query, request, response
from tests.support.gateways import WORDS, GatewayUnderTest
from tests.support.registry import CODED, CONSUMER, PROVIDER


def drained(service: Any, system: str, sought: str | None = None) -> list[Any]:
    found = []
    while (each := service.Get(**query(system, sought))).Message is not None:
        found.append(each)
    return found


def exchanged(under_test: GatewayUnderTest) -> None:
    while under_test.send():
        pass
    under_test.take_requests()
    under_test.take_responses()


def test_a_request_is_answered_by_clients_of_the_official_wsdl(under_test: GatewayUnderTest) -> None:
    service = client(under_test.gateway)
    result = service.Send(**request("our-1"))
    assert result.itSystem == CONSUMER
    assert service.Send(**request("our-1")).MessageId == result.MessageId, "the same id is taken once"
    exchanged(under_test)

    came = service.Get(**query(PROVIDER, "REQUEST"))
    assert came.smevMetadata.MessageId == result.MessageId
    assert (came.smevMetadata.Sender, came.smevMetadata.Recipient) == (CONSUMER, PROVIDER)
    assert came.Message.RequestMetadata.testMessage is True
    assert came.Message.RequestContent.content.MessagePrimaryContent._value_1.findtext("{*}Number") == "1234"
    asked = came.Message.RequestMetadata.clientId
    assert service.Get(**query(PROVIDER, "REQUEST")).Message is None, "what was read is not handed out again"

    content = {"MessagePrimaryContent": etree.fromstring(WORDS)}
    sent = service.Send(**response(asked, "their-1", content=content))
    exchanged(under_test)
    answers = drained(service, CONSUMER, "RESPONSE")
    (answer,) = [each for each in answers if each.Message.messageType == "PrimaryMessage"]
    assert answer.smevMetadata.MessageId == sent.MessageId
    assert answer.smevMetadata.OriginalMessageID == result.MessageId
    assert answer.smevMetadata.Recipient == CONSUMER
    assert answer.Message.ResponseMetadata.replyToClientId == "our-1"
    assert answer.Message.ResponseContent.content.MessagePrimaryContent._value_1.text.startswith(
        "Одна тысяча"
    )

    found = service.Find(**by_client_id(CONSUMER, "our-1", "GET_RESPONSE_BY_REQUEST_CLIENTID"))
    primary = [each for each in found if each.Message.messageType == "PrimaryMessage"]
    assert [each.smevMetadata.MessageId for each in primary] == [sent.MessageId]
    mine = answer.Message.ResponseMetadata.clientId
    (again,) = service.Find(**by_client_id(CONSUMER, mine, "GET_RESPONSE_BY_RESPONSE_CLIENTID"))
    assert again.smevMetadata.MessageId == sent.MessageId
    (request_again,) = service.Find(**by_client_id(CONSUMER, "our-1", "GET_REQUEST_BY_REQUEST_CLIENTID"))
    assert request_again.Message.RequestMetadata.clientId == "our-1"
    states = set(Message.objects.filter(kind__in=["request", "answer"]).values_list("direction", "state"))
    assert states == {("out", MessageState.SENT), ("in", MessageState.READ)}


def test_a_status_with_parameters_and_then_a_refusal(under_test: GatewayUnderTest) -> None:
    service = client(under_test.gateway)
    service.Send(**request("our-2"))
    exchanged(under_test)
    asked = service.Get(**query(PROVIDER)).Message.RequestMetadata.clientId
    status = {"code": "7", "description": "Принято", "parameter": [{"key": "этап", "value": "проверка"}]}
    service.Send(**response(asked, "their-2", status=status))
    rejects = [
        {"code": "NO_DATA", "description": "Сведений нет"},
        {"code": "FAILURE", "description": "И сбой"},
    ]
    service.Send(**response(asked, "their-3", rejects=rejects))
    exchanged(under_test)
    answers = {each.Message.messageType: each for each in drained(service, CONSUMER)}
    told = answers["StatusMessage"].Message.ResponseContent.status
    assert (told.code, told.description, told.parameter[0].value) == ("7", "Принято", "проверка")
    reasons = answers["RejectMessage"].Message.ResponseContent.rejects
    assert [each.code for each in reasons] == ["NO_DATA", "FAILURE"]
    assert {each.exchange.state for each in Message.objects.filter(client_id="our-2")} == {
        ExchangeState.REJECTED
    }
    found = service.Find(**by_client_id(PROVIDER, asked, "GET_RESPONSE_BY_REQUEST_CLIENTID"))
    assert {"StatusMessage", "RejectMessage"} <= {each.Message.messageType for each in found}


def test_what_smev_refuses_comes_as_an_error(under_test: GatewayUnderTest) -> None:
    service = client(under_test.gateway)
    nowhere = f'<CodedRequest xmlns="{CODED}"><RoutingCode>00000000</RoutingCode></CodedRequest>'.encode()
    service.Send(**request("our-3", nowhere))
    exchanged(under_test)
    (error,) = [each for each in drained(service, CONSUMER) if each.Message.messageType == "ErrorMessage"]
    assert error.Message.statusMetadata.originalClientId == "our-3"
    assert error.Message.status == "ERROR"
    assert error.Message.type == "SERVER"
    assert error.Message.fault.code
    found = service.Find(**by_client_id(CONSUMER, "our-3", "GET_RESPONSE_BY_REQUEST_CLIENTID"))
    assert "ErrorMessage" in {each.Message.messageType for each in found}
