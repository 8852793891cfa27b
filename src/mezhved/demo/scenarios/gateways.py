"""Exchanges between the two gateways: the systems behind them speak REST and never meet SMEV."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from mezhved.demo.catalogue import INN
from mezhved.demo.errors import NotAsExpected
from mezhved.demo.stage import expect, fail, wait_until

if TYPE_CHECKING:
    from mezhved.demo.gateways import DemoGateway
    from mezhved.demo.stage import Stage

PERSON = {
    "@RequestId": "demo",
    "FamilyName": "Примеров",
    "FirstName": "Пример",
    "Patronymic": "Примерович",
    "BirthDate": "1980-01-31",
    "Passport": {"Series": "9900", "Number": "000001", "IssueDate": "2015-05-20"},
}
FOUND_INN = "990000001006"


def rest_to_rest(stage: Stage) -> None:
    """Ask by REST at one gateway, answer by REST at the other, read the answer as JSON."""
    agency, chamber = stage.gateways.agency, stage.gateways.chamber
    began = time.monotonic()
    taken = agency.call(
        "POST", "/requests", {"type": INN.code, "client_id": str(uuid.uuid4()), "content": PERSON}
    )
    stage.say(
        f"{agency.participant.mnemonic}: POST {agency.address}/api/v1/requests — принят, id {taken['id']}",
        f"{agency.participant.mnemonic}: POST {agency.address}/api/v1/requests: taken, id {taken['id']}",
    )
    wait_until(
        lambda: _whole(agency, taken["id"])["state"] == "waiting",
        "шлюз не отправил запрос",
        "the gateway did not send the request",
    )
    incoming = _incoming(chamber, _whole(agency, taken["id"])["message_id"])
    stage.say(
        f"{chamber.participant.mnemonic}: пришёл запрос {incoming['message_id']}, подписи проверены",
        f"{chamber.participant.mnemonic}: request {incoming['message_id']} came, signatures checked",
    )
    answer = {"content": {"@RequestId": "demo", "Inn": FOUND_INN}}
    chamber.call("POST", f"/exchanges/{incoming['id']}/answer", answer)
    wait_until(
        lambda: _whole(agency, taken["id"])["state"] == "answered",
        "ответ не вернулся в шлюз",
        "the answer did not come back to the gateway",
    )
    took = time.monotonic() - began
    inn = _answer(_whole(agency, taken["id"]))["Inn"]
    expect(inn == FOUND_INN, f"ИНН {inn}", f"INN {inn}")
    stage.say(
        f"{agency.participant.mnemonic}: ответ за {took:.1f} с, ИНН {inn} (JSON и XML рядом)",
        f"{agency.participant.mnemonic}: answered in {took:.1f} s, INN {inn} (JSON and XML side by side)",
    )


def refused_at_once(stage: Stage) -> None:
    """Give a gateway a request that breaks the type's schema: it says which field, and keeps nothing."""
    agency = stage.gateways.agency
    wrong = PERSON | {"Passport": {"Series": "99", "Number": "000001", "IssueDate": "2015-05-20"}}
    try:
        agency.call("POST", "/requests", {"type": INN.code, "content": wrong})
    except NotAsExpected as refusal:
        told = str(refusal)
    else:
        fail("шлюз взял неверный запрос", "the gateway took a wrong request")
    expect("Series" in told, f"отказ не называет поля: {told}", f"the refusal names no field: {told}")
    stage.say(
        "серия паспорта из двух цифр: шлюз отказал сразу и назвал поле",
        "a passport's series of two digits: refused at once, the field is named",
    )


def _incoming(gateway: DemoGateway, message_id: str) -> Any:
    found: list[Any] = []

    def came() -> bool:
        page = gateway.call("GET", "/exchanges?direction=in")
        found.extend(each for each in page["items"] if each["message_id"] == message_id)
        return bool(found)

    wait_until(came, "запрос не пришёл в шлюз", "the request did not come to the gateway")
    return found[0]


def _whole(gateway: DemoGateway, exchange: str) -> Any:
    return gateway.call("GET", f"/exchanges/{exchange}")


def _answer(exchange: Any) -> Any:
    return next(each for each in exchange["messages"] if each["id"] == exchange["answer_id"])["json"]
