"""What a field is about, told from its names and texts: known numbers, addresses, attachments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from mezhved.infotypes.identifiers import IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mezhved.infotypes.identifiers import Identifier

Address = Literal["", "address", "guid"]
Attachment = Literal["", "inline", "reference"]

# Code and the names that mean it, the surest first. A name is tried whole, without prefixes and tails.
_WHOSE: Final = r"(?:(?!no_|нет_|is_|date_|дата_)\w+_)?"
_NAMES: Final = (
    ("snils", _WHOSE + r"(?:снилс|snils)"),
    ("inn_person", r"инн_?фл|инн_?ип|inn_?(?:fl|p|person|physical)|(?:\w+_)?(?:person|fl|physical)_inn"),
    ("inn_organisation", r"инн_?юл|инн_?орг|inn_?(?:ul|le|legal|org|j|yl)|(?:org|ul|legal)_inn"),
    ("inn", _WHOSE + r"(?:инн|inn)"),
    ("ogrnip", _WHOSE + r"(?:огрн_?ип|ogrn_?ip)"),
    ("ogrn", _WHOSE + r"(?:огрн|ogrn)"),
    ("kpp", _WHOSE + r"(?:кпп|kpp)"),
    ("bik", _WHOSE + r"(?:бик|bik|bic)"),
    ("account", r"(?:расч|номер|ном)?_?сч[её]та?|(?:\w+_)?(?:bank_?)?account_?(?:number|num)?"),
    ("uin", r"уин|uin|supplier_?bill_?id"),
    ("kbk", r"кбк|kbk|kbk_?code"),
    ("oktmo", _WHOSE + r"(?:октмо|oktmo)"),
    ("okato", _WHOSE + r"(?:окато|okato)"),
    ("okpo", _WHOSE + r"(?:окпо|okpo)"),
    ("issuer_code", r"код_?подр(?:азд|азделения)?|код_?выд(?:док)?|issuer_?code|div(?:ision)?_?code"),
    ("policy", r"енп|enp|(?:номер|ном)?_?полиса?(?:_?омс)?"),
    ("cadastral", r"кад(?:астр(?:овый)?)?_?ном(?:ер)?|cad(?:astral)?_?num(?:ber)?"),
    ("plate", r"гос_?(?:номер|знак|рег_?знак)|reg_?(?:plate|znak)|plate_?(?:number)?"),
    ("postcode", r"(?:почт(?:овый)?)?_?индекс|post(?:al)?_?(?:code|index)|zip"),
    ("phone", r"(?:номер|ном|контактный)?_?(?:тел|телефона?)|(?:\w+_)?phone(?:_?number)?|mobile"),
    ("mnemonic", r"мнемоника|mnemonic"),
)
_WEAK: Final = frozenset({"account", "policy", "plate", "mnemonic", "phone"})
"""Names of these mean other things as well, so the schema itself has to bound the value."""
_FORMS: Final = {
    "phone": ("9000000000", "79000000000", "+79000000000", "89000000000"),
    "snils": ("112-233-445-95",),
}
"""Further writings of a number that schemas ask for."""
_NAME: Final = tuple((code, re.compile(pattern)) for code, pattern in _NAMES)
_TAILS: Final = re.compile(r"(?:_?(?:тип|type|value|н|b|string|simple|st))+\Z")
_HEADS: Final = re.compile(r"\A(?:[a-z]{1,2}_|[ts](?=[A-ZА-Я_]))")
_CAMEL: Final = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][a-zа-яё])")

# Texts that name a number; a text counts only where it begins so.
_TEXTS: Final = (
    ("snils", r"снилс|страховой номер индивидуального лицевого сч[её]та"),
    ("ogrnip", r"огрнип|основной государственный регистрационный номер индивидуального предпринимателя"),
    ("ogrn", r"огрн\b|основной государственный регистрационный номер\b"),
    ("inn_organisation", r"инн (?:юл|юридического|организации|российской организации)"),
    ("inn_person", r"инн (?:фл|физического|индивидуального|ип\b|гражданина)"),
    ("inn", r"инн\b|идентификационный номер налогоплательщика"),
    ("kpp", r"кпп\b|код причины постановки на уч[её]т"),
    ("bik", r"бик\b|банковский идентификационный код"),
    ("uin", r"уин\b|уникальный идентификатор начисления"),
    ("kbk", r"кбк\b|код бюджетной классификации"),
    ("oktmo", r"(?:код )?(?:по )?октмо\b"),
    ("okato", r"(?:код )?(?:по )?окато\b"),
    ("okpo", r"(?:код )?(?:по )?окпо\b"),
    ("issuer_code", r"код подразделения"),
    ("cadastral", r"кадастровый номер"),
    ("postcode", r"(?:почтовый )?индекс\b"),
    ("phone", r"(?:номер )?(?:контактного |мобильного )?телефона?\b"),
)
_NO_NUMBER: Final = "Не номер"
_TEXT: Final = tuple((code, re.compile(pattern)) for code, pattern in _TEXTS)

_FIAS: Final = re.compile(r"фиас|fias|\bгар\b|garaddress|gar_?guid", re.IGNORECASE)
_GUID: Final = re.compile(r"(?:ao|house|stead|room|object)_?guid|(?:guid|uuid|ид|id|код|code)", re.IGNORECASE)
_FILE: Final = re.compile(r"attach|вложени|прилож[её]нн\w* файл", re.IGNORECASE)
_REFERENCE: Final = re.compile(
    r"ref|link|uuid|guid|id\b|name|имя|наименование|идентификатор|ссылк", re.IGNORECASE
)
_NO_FILE: Final = re.compile(
    r"digest|hash|signature|certificate|crl|modulus|exponent|хэш|хеш|подпис", re.IGNORECASE
)


def identifier_of(names: Iterable[str], text: str, fits: Callable[[str], bool]) -> Identifier | None:
    """Return the kind of number that a field holds, None when it is none that is known.

    `names` are the field's own name and those of its types; `text` is its documentation. `fits` tells
    whether the schema allows a value: a number whose example does not fit is not what the name promises.
    """
    for code in _candidates(names, text):
        found = IDENTIFIERS[code]
        forms = (found.compact(found.example), found.shown(found.example), *_FORMS.get(code, ()))
        if any(fits(each) for each in forms) and not (code in _WEAK and fits(_NO_NUMBER)):
            return found
    return None


def _candidates(names: Iterable[str], text: str) -> Iterable[str]:
    for name in names:
        for plain in _plain(name):
            yield from (code for code, pattern in _NAME if pattern.fullmatch(plain))
    low = " ".join(text.lower().split())
    yield from (code for code, pattern in _TEXT if pattern.match(low))


def _plain(name: str) -> Iterable[str]:
    """Give a name without the heads and tails that schemas put on it."""
    bare = _HEADS.sub("", name)
    joined = _CAMEL.sub("_", bare).replace("-", "_").lower()
    yield joined
    shorter = _TAILS.sub("", joined)
    if shorter != joined:
        yield shorter
    whole = bare.lower()
    if whole not in {joined, shorter}:
        yield _TAILS.sub("", whole)


def address_of(name: str, types: Iterable[str], text: str, *, simple: bool, linked: bool) -> Address:
    """Tell an address of the state register and an object's number in it. `linked`: so says `appinfo`."""
    told = linked or any(_FIAS.search(each) for each in (name, *types, text))
    if simple:
        guid = _GUID.search(name) or any("uuid" in each.lower() or "guid" in each.lower() for each in types)
        named = _FIAS.search(name) or re.fullmatch(r"(?:fias)?(?:ao|house|stead)guid", name, re.IGNORECASE)
        return "guid" if (told and (guid or linked)) or named else ""
    return "address" if linked or any(_FIAS.search(each) for each in (name, *types)) else ""


def attachment_of(name: str, types: Iterable[str], text: str, base: str, *, simple: bool) -> Attachment:
    """Tell a file that travels inside the data and a reference to an attachment of the message."""
    known = (name, *types)
    if base in {"base64Binary", "hexBinary"}:
        return "" if any(_NO_FILE.search(each) for each in (*known, text)) else "inline"
    if not simple:
        return "reference" if "AttachmentRefType" in types else ""
    about = any(_FILE.search(each) for each in (*known, text))
    return "reference" if about and any(_REFERENCE.search(each) for each in (name, text)) else ""
