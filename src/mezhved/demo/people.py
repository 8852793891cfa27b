"""Who works in the two agencies' cabinets, and what their forms are filled with. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.demo.catalogue import AGENCY, CHAMBER, EXTRACT, INN, PASSPORT, SNILS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.demo.catalogue import DemoParticipant, DemoType


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An account of a cabinet: `role` as the cabinet has it; `department` is the code of one, or empty."""

    username: str
    name: str
    position: str
    role: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class DemoOffice:
    """What is set up in the cabinet of one participant."""

    participant: DemoParticipant
    departments: tuple[Mapping[str, object], ...]
    people: tuple[DemoPerson, ...]
    types: tuple[DemoType, ...]


ROLES: Final[Mapping[str, Text]] = {
    "official": Text(ru="сотрудник", en="official"),
    "head": Text(ru="руководитель", en="head"),
    "administrator": Text(ru="администратор", en="administrator"),
    "security_officer": Text(ru="офицер безопасности", en="security officer"),
    "observer": Text(ru="наблюдатель", en="observer"),
}

AGENCY_OFFICE: Final = DemoOffice(
    AGENCY,
    (
        {"code": "payments", "name": "Управление тестовых выплат"},
        {"code": "family", "name": "Отдел тестовых пособий", "parent": "payments", "is_default": True},
    ),
    (
        DemoPerson("primerova", "Примерова Ольга Сергеевна", "главный специалист", "official", "family"),
        DemoPerson("obraztsov", "Образцов Иван Петрович", "начальник отдела", "head", "family"),
        DemoPerson("nastroykin", "Настройкин Пётр Ильич", "администратор", "administrator"),
        DemoPerson("ohranov", "Охранов Сергей Львович", "защита информации", "security_officer"),
        DemoPerson("nablyudova", "Наблюдова Анна Юрьевна", "заместитель руководителя", "observer"),
    ),
    (INN, SNILS, PASSPORT, EXTRACT),
)
CHAMBER_OFFICE: Final = DemoOffice(
    CHAMBER,
    (
        {"code": "service", "name": "Тестовая налоговая служба"},
        {"code": "register", "name": "Отдел учёта", "parent": "service", "is_default": True},
    ),
    (
        DemoPerson("uchetova", "Учётова Мария Павловна", "государственный инспектор", "official", "register"),
        DemoPerson("nachalov", "Началов Олег Игоревич", "начальник отдела", "head", "register"),
        DemoPerson("sistemin", "Системин Артём Олегович", "администратор", "administrator"),
        DemoPerson("zaschitova", "Защитова Вера Глебовна", "защита информации", "security_officer"),
        DemoPerson("smotrov", "Смотров Илья Ильич", "заместитель руководителя", "observer"),
    ),
    (INN,),
)
OFFICES: Final = (AGENCY_OFFICE, CHAMBER_OFFICE)

DICTIONARIES: Final[Mapping[str, str]] = {
    "ОКСМ": "Цифровой код;Буквенный код;Наименование\n"
    "643;RU;Российская Федерация\n112;BY;Республика Беларусь\n398;KZ;Республика Казахстан\n"
    "051;AM;Республика Армения\n417;KG;Кыргызская Республика\n",
    "СПДУЛ": "Код;Наименование\n21;Паспорт гражданина Российской Федерации\n"
    "10;Паспорт иностранного гражданина\n03;Свидетельство о рождении\n07;Военный билет\n",
}
"""Excerpts of dictionaries that schemas refer to, as CSV: name and text."""

CARDS: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    (
        "person",
        {
            "last_name": "Примеров",
            "first_name": "Пример",
            "middle_name": "Примерович",
            "birth_date": "1980-01-31",
            "gender": "male",
            "snils": "99000000153",
            "passport_series": "9900",
            "passport_number": "000001",
            "issue_date": "2015-05-20",
        },
    ),
    (
        "organisation",
        {
            "organisation_name": "Тестовый фонд",
            "inn_organisation": "9900000024",
            "ogrn": "1029900000020",
        },
    ),
)
"""Cards of the agency's department: kind and values."""
