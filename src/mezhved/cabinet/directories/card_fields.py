"""What a card holds: its fields, and how each is checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mezhved.cabinet.models import CardKind
from mezhved.infotypes.identifiers import IDENTIFIERS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.infotypes.identifiers import Identifier

LONGEST: Final = 500
GENDERS: Final = (
    ("", Text(ru="не указан", en="not said")),
    ("male", Text(ru="мужской", en="male")),
    ("female", Text(ru="женский", en="female")),
)
_EARLIEST: Final = date(1880, 1, 1)
_DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class CardField:
    """A field of a card. `input` is the kind of control: text, date, email, select, hidden."""

    kind: str
    label: Text
    input: str = "text"
    required: bool = False

    @property
    def identifier(self) -> Identifier | None:
        """How the number is written and checked, where it is one."""
        return IDENTIFIERS.get(self.kind)

    @property
    def mask(self) -> str:
        """What guides typing, empty where nothing does."""
        return self.identifier.mask if self.identifier is not None else ""

    @property
    def example(self) -> str:
        """How the number is written."""
        return self.identifier.example if self.identifier is not None else ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a field. `certain` is False where numbers made up for tests are like that too."""

    kind: str
    text: Text
    certain: bool = True


def _field(kind: str, ru: str, en: str, control: str = "text", *, required: bool = False) -> CardField:
    return CardField(kind, Text(ru=ru, en=en), control, required)


def _number(kind: str) -> CardField:
    return CardField(kind, IDENTIFIERS[kind].name)


_WHERE: Final = (
    _field("address", "Адрес", "Address", "address"),
    _field("address_guid", "Номер адреса в ФИАС", "FIAS number of the address", "hidden"),
    _field("phone", "Телефон", "Telephone"),
    _field("email", "Электронная почта", "E-mail", "email"),
)
FIELDS: Final[Mapping[str, tuple[CardField, ...]]] = {
    CardKind.PERSON: (
        _field("last_name", "Фамилия", "Last name", required=True),
        _field("first_name", "Имя", "First name", required=True),
        _field("middle_name", "Отчество", "Middle name"),
        _field("birth_date", "Дата рождения", "Date of birth", "date"),
        _field("gender", "Пол", "Gender", "select"),
        _field("birth_place", "Место рождения", "Place of birth"),
        _field("citizenship", "Гражданство", "Citizenship"),
        _number("snils"),
        _number("inn_person"),
        _number("passport_series"),
        _number("passport_number"),
        _field("issue_date", "Дата выдачи паспорта", "Passport issued on", "date"),
        _field("issuer", "Кем выдан паспорт", "Passport issued by"),
        _number("issuer_code"),
        _number("policy"),
        _number("ogrnip"),
        *_WHERE,
    ),
    CardKind.ORGANISATION: (
        _field("organisation_name", "Полное наименование", "Full name", required=True),
        _field("organisation_short_name", "Сокращённое наименование", "Short name"),
        _number("inn_organisation"),
        _number("kpp"),
        _number("ogrn"),
        _number("okpo"),
        _field("head_name", "Руководитель", "Head"),
        _number("bik"),
        _number("account"),
        *_WHERE,
    ),
}
"""Fields by the kind of card, in the order in which they stand."""


def check(kind: str, told: Mapping[str, str], today: date) -> tuple[dict[str, str], list[Complaint]]:
    """Return the values as they are kept, numbers without separators, days as YYYY-MM-DD; and complaints."""
    values: dict[str, str] = {}
    complaints: list[Complaint] = []
    for field in FIELDS[kind]:
        text = " ".join(_UNFIT.sub(" ", told.get(field.kind, "")).split())
        if not text:
            if field.required:
                complaints.append(Complaint(field.kind, Text(ru="заполните поле", en="fill this field in")))
            continue
        value, complaint = _checked(field, text, today)
        values[field.kind] = value
        if complaint is not None:
            complaints.append(complaint)
    return values, complaints


def _checked(field: CardField, text: str, today: date) -> tuple[str, Complaint | None]:
    if len(text) > LONGEST:
        long = Text(ru=f"длиннее {LONGEST} знаков", en=f"longer than {LONGEST} characters")
        return text[:LONGEST], Complaint(field.kind, long)
    if field.identifier is not None:
        flaw = field.identifier.flaw(text)
        if flaw is not None and flaw.certain:
            return text, Complaint(field.kind, flaw.text)
        compact = field.identifier.compact(text)
        return compact, Complaint(field.kind, flaw.text, certain=False) if flaw is not None else None
    if field.input == "date":
        return _day(field.kind, text, today)
    wrong = None
    if field.input == "email" and not _is_mail(text):
        wrong = Text(ru="это не адрес почты", en="this is no e-mail address")
    elif field.input == "select" and text not in {value for value, _ in GENDERS}:
        wrong = Text(ru="выберите из списка", en="choose from the list")
    return text, Complaint(field.kind, wrong) if wrong is not None else None


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _day(kind: str, text: str, today: date) -> tuple[str, Complaint | None]:
    found = _DAY.fullmatch(text)
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        wrong = Text(ru="это не дата, пример: 31.12.1980", en="this is no date, an example: 31.12.1980")
        return text, Complaint(kind, wrong)
    if not _EARLIEST <= day <= today:
        wrong = Text(ru="такого дня не может быть", en="it cannot be this day")
        return day.isoformat(), Complaint(kind, wrong)
    return day.isoformat(), None


def title_of(kind: str, values: Mapping[str, str]) -> str:
    """Return what a card is called in lists."""
    if kind == CardKind.PERSON:
        names = (values.get(each, "") for each in ("last_name", "first_name", "middle_name"))
        return " ".join(each for each in names if each)[:300]
    return (values.get("organisation_short_name") or values.get("organisation_name", ""))[:300]
