"""Names of elements read as words, for schemas that say nothing of their fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD: Final = re.compile(r"[A-ZА-ЯЁ]{2,}(?![a-zа-яё])|[A-ZА-ЯЁ]?[a-zа-яё]+|[A-ZА-ЯЁ]+|[0-9]+")
_RUSSIAN: Final[Mapping[str, str]] = {
    "accountnumber": "Номер счёта",
    "address": "Адрес",
    "amount": "Сумма",
    "apartment": "Квартира",
    "attachment": "Вложение",
    "bik": "БИК",
    "birthdate": "Дата рождения",
    "birthplace": "Место рождения",
    "building": "Корпус",
    "city": "Город",
    "code": "Код",
    "comment": "Примечание",
    "country": "Страна",
    "date": "Дата",
    "datefrom": "Дата начала",
    "dateto": "Дата окончания",
    "description": "Описание",
    "district": "Район",
    "document": "Документ",
    "documentnumber": "Номер документа",
    "email": "Электронная почта",
    "enddate": "Дата окончания",
    "familyname": "Фамилия",
    "file": "Файл",
    "filename": "Имя файла",
    "firstname": "Имя",
    "fullname": "Полное наименование",
    "gender": "Пол",
    "house": "Дом",
    "id": "Идентификатор",
    "inn": "ИНН",
    "issuedate": "Дата выдачи",
    "issuer": "Кем выдан",
    "issuercode": "Код подразделения",
    "kpp": "КПП",
    "lastname": "Фамилия",
    "message": "Сообщение",
    "middlename": "Отчество",
    "name": "Наименование",
    "note": "Примечание",
    "number": "Номер",
    "ogrn": "ОГРН",
    "ogrnip": "ОГРНИП",
    "oktmo": "ОКТМО",
    "okato": "ОКАТО",
    "passportrf": "Паспорт РФ",
    "patronymic": "Отчество",
    "person": "Сведения о лице",
    "phone": "Телефон",
    "placetype": "Вид места",
    "postcode": "Почтовый индекс",
    "region": "Регион",
    "request": "Запрос",
    "response": "Ответ",
    "result": "Результат",
    "series": "Серия",
    "settlement": "Населённый пункт",
    "snils": "СНИЛС",
    "startdate": "Дата начала",
    "status": "Состояние",
    "street": "Улица",
    "sum": "Сумма",
    "surname": "Фамилия",
    "type": "Вид",
    "value": "Значение",
}


_VALUES: Final[Mapping[str, str]] = {
    "male": "мужской",
    "female": "женский",
    "yes": "да",
    "no": "нет",
}


def spoken_value(value: str) -> str:
    """Return what a value of a list means in Russian, empty where nothing is known."""
    return _VALUES.get(value.lower(), "")


def spoken(name: str) -> Text:
    """Return a name as a person would say it: `ДатаВыдачи` is «Дата выдачи»."""
    words = _WORD.findall(name)
    if not words:
        return Text(ru=name, en=name)
    said = " ".join(each if _abbreviation(each) else each.lower() for each in words)
    own = said[0].upper() + said[1:]
    return Text(ru=_RUSSIAN.get(name.replace("_", "").replace("-", "").lower(), own), en=own)


def _abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isupper()
