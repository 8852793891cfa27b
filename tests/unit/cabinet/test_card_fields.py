"""Fields of cards are checked as the identifiers are, and forms' fields are told by what they take."""

from __future__ import annotations

import tests.support.databases  # noqa: F401 - starts Django

# isort: split

from datetime import date

import pytest

from mezhved.cabinet.directories.card_fields import check
from mezhved.cabinet.directories.recognition import kind_of, value_for
from tests.support.form_schemas import field, root_of

TODAY = date(2026, 11, 22)
PERSON = {"last_name": "Пробный", "first_name": "Пётр", "snils": "112-233-445 95", "birth_date": "31.12.1980"}


def test_numbers_and_days_are_kept_as_systems_write_them() -> None:
    values, complaints = check("person", {**PERSON, "passport_series": "44 05", "middle_name": " "}, TODAY)
    assert complaints == []
    assert values == {
        "last_name": "Пробный",
        "first_name": "Пётр",
        "birth_date": "1980-12-31",
        "snils": "11223344595",
        "passport_series": "4405",
    }


@pytest.mark.parametrize(
    ("kind", "value", "certain"),
    [
        ("snils", "112-233-445 96", False),
        ("snils", "112", True),
        ("inn_person", "635277570473", False),
        ("birth_date", "31.02.1980", True),
        ("birth_date", "2027-01-01", True),
        ("email", "nobody", True),
        ("gender", "<b>", True),
        ("last_name", "", True),
        ("issuer", "я" * 501, True),
    ],
)
def test_what_is_wrong_is_told_at_its_field(kind: str, value: str, certain: bool) -> None:
    _, complaints = check("person", {**PERSON, kind: value}, TODAY)
    assert [(each.kind, each.certain) for each in complaints] == [(kind, certain)]


CARD = {
    "last_name": "Пробный",
    "snils": "11223344595",
    "inn": "635277570478",
    "birth_date": "1980-12-31",
    "gender": "male",
    "passport_series": "4405",
    "issuer_code": "770001",
    "address": "г Пробный, ул Тестовая",
}
DIGITS = '<xs:pattern value="[0-9]{11}"/>'
DASHES = '<xs:pattern value="[0-9]{3}-[0-9]{3}-[0-9]{3}-[0-9]{2}"/>'
GENDERS = '<xs:enumeration value="M"/><xs:enumeration value="F"/>'
NAMED = "".join(
    f'<xs:enumeration value="{value}"><xs:annotation><xs:documentation>{name}</xs:documentation>'
    "</xs:annotation></xs:enumeration>"
    for value, name in (("1", "Мужской"), ("2", "Женский"))
)


@pytest.mark.parametrize(
    ("element", "kind", "value"),
    [
        (field("FamilyName"), "last_name", "Пробный"),
        (field("Фамилия"), "last_name", "Пробный"),
        (field("СНИЛС", facets=DIGITS), "snils", "11223344595"),
        (field("Snils", facets=DASHES), "snils", "112-233-445-95"),
        (field("BirthDate", "xs:date"), "birth_date", "1980-12-31"),
        (
            field("ДатаРожд", facets='<xs:pattern value="[0-9]{2}\\.[0-9]{2}\\.[0-9]{4}"/>'),
            "birth_date",
            "31.12.1980",
        ),
        (field("Пол", facets=NAMED), "gender", "1"),
        (field("Gender", facets=GENDERS), "gender", ""),
        (field("IssuerCode", facets='<xs:pattern value="[0-9]{3}-[0-9]{3}"/>'), "issuer_code", "770-001"),
        (field("Series", facets='<xs:pattern value="[0-9]{4}"/>'), None, ""),
        (field("PassportSeries", doc="Серия паспорта"), "passport_series", "4405"),
        (field("Комментарий"), None, ""),
    ],
)
def test_a_field_takes_what_its_schema_wants(element: str, kind: str | None, value: str) -> None:
    (node,) = root_of(element).root.children()
    assert kind_of(node) == kind
    assert value_for(node, CARD) == value
