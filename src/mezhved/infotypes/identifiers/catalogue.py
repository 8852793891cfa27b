"""All kinds of numbers that the schemas of agencies ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.identifiers.model import Identifier
from mezhved.infotypes.identifiers.organisations import is_inn, is_ogrn, is_okpo
from mezhved.infotypes.identifiers.payments import is_uin
from mezhved.infotypes.identifiers.people import is_snils
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PLATE_LETTERS: Final = "АВЕКМНОРСТУХ"
_LATIN_TWINS: Final = str.maketrans("ABEKMHOPCTYX", _PLATE_LETTERS)


def _plate(text: str) -> str:
    """Return a number plate in Cyrillic capitals: people type the Latin twins."""
    return text.upper().translate(_LATIN_TWINS)


def _kind(
    code: str,
    ru: str,
    en: str,
    pattern: str,
    example: str,
    *,
    mask: str = "",
    check: Callable[[str], bool] | None = None,
    keeps: bool = False,
    fold: Callable[[str], str] | None = None,
) -> Identifier:
    return Identifier(
        code=code,
        name=Text(ru=ru, en=en),
        pattern=re.compile(pattern),
        example=example,
        mask=mask,
        check=check,
        keeps=keeps,
        fold=fold,
    )


_PEOPLE: Final = (
    _kind(
        "snils",
        "СНИЛС",
        "SNILS",
        r"[0-9]{11}",
        "112-233-445 95",
        mask="000-000-000 00",
        check=is_snils,
    ),
    _kind(
        "inn_person",
        "ИНН физического лица",
        "INN of a person",
        r"[0-9]{12}",
        "123456789047",
        mask="000000000000",
        check=is_inn,
    ),
    _kind("passport_series", "Серия паспорта", "Series of a passport", r"[0-9]{4}", "44 05", mask="00 00"),
    _kind("passport_number", "Номер паспорта", "Number of a passport", r"[0-9]{6}", "123456", mask="000000"),
    _kind(
        "passport",
        "Серия и номер паспорта",
        "Series and number of a passport",
        r"[0-9]{10}",
        "44 05 123456",
        mask="00 00 000000",
    ),
    _kind(
        "issuer_code",
        "Код подразделения",
        "Code of the issuing office",
        r"[0-9]{6}",
        "770-001",
        mask="000-000",
    ),
    _kind(
        "birth_certificate",
        "Свидетельство о рождении",
        "Birth certificate",
        r"[IVXLCDM]{1,3}-[А-Я]{2}\s?(?:№\s?)?[0-9]{6}",
        "IV-АБ 123456",
        keeps=True,
    ),
    _kind(
        "policy",
        "Полис ОМС",
        "Health insurance policy",
        r"[0-9]{16}|[0-9]{9}",
        "1234 5678 9012 3456",
        mask="0000 0000 0000 0000",
    ),
    _kind("phone", "Телефон", "Telephone", r"(?:\+7\(?|8\(?)?[0-9]{3}\)?[0-9]{7}", "+7(900)0000000"),
)

_ORGANISATIONS: Final = (
    _kind("inn", "ИНН", "INN", r"[0-9]{10}|[0-9]{12}", "1111111117", check=is_inn),
    _kind(
        "inn_organisation",
        "ИНН организации",
        "INN of an organisation",
        r"[0-9]{10}",
        "1111111117",
        mask="0000000000",
        check=is_inn,
    ),
    _kind("ogrn", "ОГРН", "OGRN", r"[125][0-9]{12}", "1027700132195", mask="0000000000000", check=is_ogrn),
    _kind(
        "ogrnip",
        "ОГРНИП",
        "OGRNIP",
        r"3[0-9]{14}",
        "304500116000157",
        mask="000000000000000",
        check=is_ogrn,
    ),
    _kind("kpp", "КПП", "KPP", r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}", "771401001", mask="0000**000"),
    _kind("okpo", "ОКПО", "OKPO", r"[0-9]{8}|[0-9]{10}", "47296611", check=is_okpo),
    _kind("mnemonic", "Мнемоника системы", "Mnemonic of a system", r"[A-Z0-9]{4,9}(?:_[A-Z0-9]+)?", "FNS001"),
    _kind(
        "type_code",
        "Код вида сведений",
        "Code of an information type",
        r"VS[0-9]{5}v[0-9]{3}-[A-Z0-9_]{4,12}",
        "VS00051v003-FNS001",
        keeps=True,
    ),
)

_PAYMENTS: Final = (
    _kind("bik", "БИК", "BIK", r"[0-9]{9}", "044525225", mask="000000000"),
    _kind("account", "Расчётный счёт", "Bank account", r"[0-9]{20}", "40802840442034415249", mask="0" * 20),
    _kind("uin", "УИН", "UIN", r"[0-9]{20}|[0-9]{25}", "32100000000000000143", check=is_uin),
    _kind("uip", "УИП", "UIP", r"[0-9]{32}", "10471020010005232407201700000001", mask="0" * 32),
    _kind(
        "payer",
        "Идентификатор плательщика",
        "Identifier of the payer",
        r"[0-9A-Z]{22}",
        "2001111111117771401001",
    ),
    _kind("kbk", "КБК", "KBK", r"[0-9]{17}[0-9A-Z]{3}|0", "18210101011011000110"),
    _kind("oktmo", "ОКТМО", "OKTMO", r"[0-9]{8}|[0-9]{11}", "45380000"),
    _kind("okato", "ОКАТО", "OKATO", r"[0-9]{2,11}", "45286560000"),
    _kind("urn", "УРН участника", "URN of a participant", r"[0-9a-fA-F]{6}", "3eacb7"),
)

_THINGS: Final = (
    _kind(
        "cadastral",
        "Кадастровый номер",
        "Cadastral number",
        r"[0-9]{2}:[0-9]{2}:[0-9]{6,7}:[0-9]+",
        "99:99:9999999:99",
        keeps=True,
    ),
    _kind(
        "plate",
        "Государственный номер",
        "Number plate",
        rf"[{_PLATE_LETTERS}](?!000)[0-9]{{3}}[{_PLATE_LETTERS}]{{2}}[0-9]{{2,3}}",
        "О111ОО799",
        fold=_plate,
    ),
    _kind(
        "vehicle_certificate",
        "Свидетельство о регистрации ТС",
        "Vehicle registration certificate",
        r"[0-9]{2}[0-9А-Я]{2}[0-9]{6}",
        "99 ХХ 123456",
        mask="00 ** 000000",
    ),
    _kind(
        "driving_licence",
        "Водительское удостоверение",
        "Driving licence",
        r"[0-9]{2}[0-9А-Я]{2}[0-9]{6}",
        "99 99 123456",
        mask="00 ** 000000",
    ),
    _kind("postcode", "Почтовый индекс", "Postcode", r"[0-9]{6}", "101000", mask="000000"),
)

IDENTIFIERS: Final[Mapping[str, Identifier]] = {
    each.code: each for each in (*_PEOPLE, *_ORGANISATIONS, *_PAYMENTS, *_THINGS)
}


def identifier(code: str) -> Identifier:
    """Return a kind of number by its code. Raises `KeyError`."""
    return IDENTIFIERS[code]
