"""A few exchanges made in the cabinets, so that their lists and dashboards have something to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.demo.catalogue import INN, PASSPORT, SNILS
from mezhved.demo.scenarios.cabinets import ASKS, PERSON, REQUEST_ID, answer, ask, came
from mezhved.demo.visiting import CabinetVisit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.demo.catalogue import DemoType
    from mezhved.demo.gateways import Gateways

HEAD: Final = "nachalov"
_BORN: Final = {"Имя": "Пример", "Дата рождения": "31.01.1980"}
_PASSPORT: Final = {"Серия": "9900", "Номер": "000001", "Дата выдачи": "20.05.2015"}
ASKED: Final[tuple[tuple[DemoType, Mapping[str, str]], ...]] = (
    (SNILS, {"Фамилия": "Примеров", **_BORN}),
    (SNILS, {"Фамилия": "Двойников", **_BORN}),
    (SNILS, {"Фамилия": "Неизвестнов", **_BORN}),
    (PASSPORT, _PASSPORT),
    (INN, {**PERSON, REQUEST_ID: "fill-1"}),
    (INN, {**PERSON, REQUEST_ID: "fill-2", "Фамилия": "Образцова", "Имя": "Анна", "Номер": "000002"}),
    (INN, {**PERSON, REQUEST_ID: "fill-3", "Фамилия": "Пробный", "Имя": "Пётр", "Номер": "000003"}),
    (INN, {**PERSON, REQUEST_ID: "fill-4", "Фамилия": "Тестова", "Имя": "Мария", "Номер": "000004"}),
)
"""What is asked: answered with data, with twins, with a refusal; the last four wait for people."""


def fill_cabinets(gateways: Gateways) -> None:
    """Ask all, answer one, take one; two wait for whoever looks in. Raises `NotAsExpected`."""
    official, head = CabinetVisit(gateways.agency), CabinetVisit(gateways.chamber)
    official.sign_in(ASKS)
    for kind, filled in ASKED:
        ask(official, kind, filled)
    head.sign_in(HEAD)
    came(head, "fill-1")
    answer(head, "fill-1")
    came(head, "fill-2")
    head.press("Взять в работу")
