"""Programs in the field, as they were written for the official adapter, meet the gateway at its address."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

import pytest
import zeep
from lxml import etree

from mezhved.gateway.models import Message, MessageKind, MessageState
from tests.support.adapter import TYPES, Caller, client, ours, served
from tests.support.adapter_data import answered, by_client_id, came, query, request, response
from tests.support.gateways import NUMBER, WORDS, GatewayUnderTest, gateway_over, present_pki, write_keys
from tests.support.registry import CONSUMER, PLAIN, PROVIDER

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = "http://127.0.0.1:7575/ws/SMEVServiceAdapterService"
"""Many clients name the service below the address."""


@pytest.fixture(scope="module")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    write_keys(folder, present_pki())
    return folder


@pytest.fixture
def alone(gateway_database: str, key_folder: Path) -> GatewayUnderTest:
    return gateway_over(gateway_database, key_folder, "http://127.0.0.1:9")


def sent(alone: GatewayUnderTest, client_id: str) -> Message:
    return Message.objects.select_related("exchange").get(client_id=client_id)


def test_a_client_that_gives_values_by_their_place(alone: GatewayUnderTest) -> None:
    made = served(alone.gateway, f"{SERVICE}?WSDL")
    types = made.type_factory(TYPES)
    content = types.Content(MessagePrimaryContent={"_value_1": etree.fromstring(NUMBER)})
    group = types.CreateGroupIdentity(FRGUServiceCode="0" * 20)
    about = types.RequestMetadataType(clientId="place-1", createGroupIdentity=group, testMessage=True)
    message = types.RequestMessageType(
        RequestMetadata=about, RequestContent=types.RequestContentType(content=content)
    )
    result = made.service.Send(CONSUMER, message)
    assert result.MessageId == sent(alone, "place-1").message_id
    waiting = functools.partial(made.service.Get, CONSUMER, None, types.QueryTypeCriteria("RESPONSE"))
    assert not waiting().smevMetadata
    answered(alone, sent(alone, "place-1").exchange, MessageKind.ANSWER, content=WORDS)
    told = waiting()
    assert told.Message.ResponseMetadata.replyToClientId == "place-1"
    assert told.Message.ResponseContent.content.MessagePrimaryContent._value_1.text.startswith("Одна тысяча")


def test_the_whole_round_by_our_own_description(alone: GatewayUnderTest, tmp_path: Path) -> None:
    whole_round(alone, client(alone.gateway, ours(tmp_path)))


def test_the_whole_round_by_the_official_description(alone: GatewayUnderTest) -> None:
    whole_round(alone, client(alone.gateway))


def whole_round(alone: GatewayUnderTest, service: Any) -> None:
    """Go through all that a consumer and a provider do."""
    for name in ("round-1", "round-2"):
        service.Send(**request(name))
    asked = [came(alone), came(alone)]
    first = service.Get(**query(PROVIDER, "REQUEST"))
    (mine,) = service.Find(**by_client_id(PROVIDER, str(asked[0].uid), "GET_REQUEST_BY_REQUEST_CLIENTID"))
    assert first.smevMetadata.MessageId == mine.smevMetadata.MessageId == asked[0].message_id
    assert {each.state for each in Message.objects.filter(direction="in")} == {
        MessageState.READ,
        MessageState.RECEIVED,
    }
    other = service.Get(**query(PROVIDER)).Message.RequestMetadata.clientId
    status = {"code": "7", "description": "Принято"}
    service.Send(**response(first.Message.RequestMetadata.clientId, "status-1", status=status))
    content = {"MessagePrimaryContent": etree.fromstring(WORDS)}
    service.Send(**response(first.Message.RequestMetadata.clientId, "answer-1", content=content))
    service.Send(**response(other, "refusal-1", rejects=[{"code": "NO_DATA", "description": "Сведений нет"}]))
    taken = Message.objects.filter(client_id__in=["status-1", "answer-1", "refusal-1"]).order_by("pk")
    assert [each.kind for each in taken] == ["status", "answer", "rejection"]
    (again,) = service.Find(**by_client_id(PROVIDER, "answer-1", "GET_RESPONSE_BY_RESPONSE_CLIENTID"))
    assert again.Message.ResponseMetadata.replyToClientId == str(asked[0].uid)
    found = service.Find(
        itSystem=PROVIDER,
        specificQuery={"messagePeriodCriteria": {"from": alone.clock().replace(year=2020)}},
    )
    assert len(found) == 5
    with pytest.raises(zeep.exceptions.Fault) as refusal:
        service.Send(**request("round-1", NUMBER.replace(b"1234", b"4321")))
    (detail,) = refusal.value.detail
    assert etree.QName(detail).localname == "ValidationFault"


def test_a_saved_description_asks_for_the_schemas_by_their_numbers(alone: GatewayUnderTest) -> None:
    caller = Caller(alone.gateway)
    spaces = [caller.call("GET", f"/ws?xsd={number}").xml.get("targetNamespace") for number in (1, 2)]
    assert spaces == [f"{TYPES}/faults", TYPES]
    assert caller.call("GET", "/ws?xsd=3").status == 404


FINDS = (
    f'<f:FindMessageQuery xmlns:f="{TYPES}"><f:itSystem>{CONSUMER}</f:itSystem><f:specificQuery>'
    "<f:messagePeriodCriteria><f:from>2020-01-01T00:00:00</f:from></f:messagePeriodCriteria>"
    "<f:MessageCountToReturn>%s</f:MessageCountToReturn><f:MessageOffset>%s</f:MessageOffset>"
    "</f:specificQuery></f:FindMessageQuery>"
)


@pytest.mark.parametrize(("count", "offset", "named"), [("1", "1", ["b"]), ("0", "0", ["a", "b", "c"])])
def test_a_page_of_what_is_found(alone: GatewayUnderTest, count: str, offset: str, named: list[str]) -> None:
    service = client(alone.gateway)
    for name in ("a", "b", "c"):
        service.Send(**request(name))
    told = Caller(alone.gateway).soap((FINDS % (count, offset)).encode()).xml
    assert [each.text for each in told.iter("{*}clientId")] == named
    wanted = {"messagePeriodCriteria": {"from": "2020-01-01T00:00:00Z"}}
    said = {"messageCountToReturn": int(count), "messageOffset": int(offset)}
    found = Caller(alone.gateway).post_json(
        "/ws/find", {"itSystem": CONSUMER, "specificQuery": wanted | said}
    )
    assert [each["message"]["requestMetadata"]["clientId"] for each in found.json["queryResult"]] == named


def test_no_page_begins_before_the_first(alone: GatewayUnderTest) -> None:
    assert Caller(alone.gateway).soap((FINDS % ("-1", "0")).encode()).status == 500


@pytest.mark.parametrize(
    ("category", "said", "told"),
    [
        ("requestIsQueued", "", "Сообщение помещено в очередь"),
        ("messageIsDelivered", "прочтено", "Сообщение доставлено: прочтено"),
    ],
)
def test_what_smev_tells_is_a_status_that_no_provider_sent(
    alone: GatewayUnderTest, category: str, said: str, told: str
) -> None:
    client(alone.gateway).Send(**request("told-1"))
    details = {"category": category, "description": said}
    answered(alone, sent(alone, "told-1").exchange, MessageKind.NOTICE, details=details)
    result = client(alone.gateway).Get(**query(CONSUMER, "RESPONSE"))
    assert (result.Message.messageType, result.smevMetadata.Sender) == ("StatusMessage", None)
    assert result.Message.ResponseMetadata.replyToClientId == "told-1"
    status = result.Message.ResponseContent.status
    assert (status.code, status.description) == ("0", told)


WISH = (
    f'<ClientMessage xmlns="{TYPES}"><itSystem>{CONSUMER}</itSystem><QueryMessage><clientId>%s</clientId>'
    f"<queryType>RESPONSE</queryType><queryFilter>{PLAIN}</queryFilter><queryRootTag>PlainResponse</queryRootTag>"
    "</QueryMessage></ClientMessage>"
)


def test_a_wish_to_ask_smev_wakes_those_who_ask_it(alone: GatewayUnderTest) -> None:
    woken: list[str] = []

    class Poller:
        def wake(self) -> None:
            woken.append("now")

    alone.gateway.wakers.add(alone.consumer.pk, Poller())
    ids = [
        Caller(alone.gateway).soap((WISH % name).encode()).xml.findtext(".//{*}MessageId")
        for name in ("wish-1", "wish-1", "wish-2")
    ]
    assert woken == ["now"] * 3
    assert ids[0] == ids[1] != ids[2]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(ids[2]))
    assert not Message.objects.exists()
