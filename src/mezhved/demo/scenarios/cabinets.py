"""An exchange between two officials, each in the cabinet of their agency: nothing but pages and forms."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Final

from mezhved.demo.catalogue import INN
from mezhved.demo.scenarios.gateways import FOUND_INN
from mezhved.demo.stage import expect, wait_until
from mezhved.demo.visiting import CabinetVisit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.demo.catalogue import DemoType
    from mezhved.demo.stage import Stage

ASKS: Final = "primerova"
ANSWERS: Final = "uchetova"
PERSON: Final[Mapping[str, str]] = {
    "Фамилия": "Примеров",
    "Имя": "Пример",
    "Дата рождения": "31.01.1980",
    "Серия": "9900",
    "Номер": "000001",
    "Дата выдачи": "20.05.2015",
}
REQUEST_ID: Final = "Идентификатор запроса у потребителя"
ANSWERED_ID: Final = "Идентификатор запроса, на который дан ответ"


def asked_and_answered(stage: Stage) -> None:
    """Ask in the one cabinet, answer in the other, see the answer beside the request."""
    agency, chamber = stage.gateways.agency, stage.gateways.chamber
    began = time.monotonic()
    official, inspector = CabinetVisit(agency), CabinetVisit(chamber)
    official.sign_in(ASKS)
    mark = f"cabinet-{uuid.uuid4().hex[:12]}"
    address = ask(official, INN, {**PERSON, REQUEST_ID: mark})
    stage.say(
        f"{agency.participant.mnemonic}: {ASKS} спросила в кабинете: {agency.address}{address}",
        f"{agency.participant.mnemonic}: {ASKS} asked in the cabinet: {agency.address}{address}",
    )
    inspector.sign_in(ANSWERS)
    incoming = came(inspector, mark)
    answer(inspector, mark)
    stage.say(
        f"{chamber.participant.mnemonic}: {ANSWERS} ответила в кабинете: {chamber.address}{incoming}",
        f"{chamber.participant.mnemonic}: {ANSWERS} answered in the cabinet: {chamber.address}{incoming}",
    )

    def answered() -> bool:
        official.open(address)
        return FOUND_INN in official.text()

    wait_until(answered, "ответ не виден рядом с запросом", "the answer is not seen beside the request")
    took = time.monotonic() - began
    stage.say(f"ответ рядом с запросом за {took:.1f} с", f"the answer beside the request in {took:.1f} s")


def ask(official: CabinetVisit, kind: DemoType, filled: Mapping[str, str]) -> str:
    """Fill a request's form in by its labels and send it; return the path of its page."""
    official.open(f"/ask/types/{kind.code}/")
    official.press("Заполнить запрос")
    official.press("Посмотреть перед отправкой", filled)
    official.press("Подписать и отправить")
    expect(
        official.path.startswith("/requests/"),
        f"запрос не отправлен: {official.path}",
        f"the request was not sent: {official.path}",
    )
    return official.path


def answer(inspector: CabinetVisit, mark: str) -> None:
    """Take the incoming request that is open and answer it."""
    inspector.press("Взять в работу")
    inspector.follow("Ответить")
    inspector.press("Посмотреть перед отправкой", {ANSWERED_ID: mark, "ИНН физического лица": FOUND_INN})
    inspector.press("Отправить ответ")


def came(inspector: CabinetVisit, mark: str) -> str:
    """Wait until a request with the mark is there that nobody took, and open it; return its path."""

    def is_there() -> bool:
        inspector.open("/incoming/?executor=nobody&open=1")
        for link in dict.fromkeys(inspector.page.xpath("//main//table//tbody//a/@href")):
            inspector.open(link)
            if mark in inspector.text():
                return True
        return False

    wait_until(is_there, "запрос не пришёл в кабинет", "the request did not come to the cabinet")
    return inspector.path
