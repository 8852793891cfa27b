"""Which value of a card a form's field takes, told from its identifier, its names and its label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mezhved.infotypes.forms import Node

_CAMEL: Final = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][a-zа-яё])")
_NAMES: Final = (
    ("last_name", r"(?:фамилия|family_?name|last_?name|surname|lastname|second_?name_?of_?person)"),
    ("first_name", r"(?:имя|first_?name|given_?name)"),
    ("middle_name", r"(?:отчество|patronymic|middle_?name)"),
    ("birth_date", r"(?:дата_?рожд(?:ения)?|birth_?date|date_?of_?birth|birthday)"),
    ("birth_place", r"(?:место_?рожд(?:ения)?|birth_?place|place_?of_?birth)"),
    ("gender", r"(?:пол|gender|sex)"),
    ("citizenship", r"(?:гражданство|citizenship)"),
    ("passport_series", r"(?:сери?я?_?(?:паспорта?|док)|passport_?series|doc(?:ument)?_?series|series)"),
    ("passport_number", r"(?:ном(?:ер)?_?паспорта?|passport_?number|doc(?:ument)?_?number|number)"),
    ("issue_date", r"(?:дата_?выдачи|дата_?док(?:умента)?|issue_?date|doc(?:ument)?_?date)"),
    ("issuer", r"(?:кем_?выдан|выд_?орган|issuer|issued_?by)"),
    ("organisation_short_name", r"(?:наим_?(?:юл)?_?сокр|short_?name|org(?:anization)?_?short_?name)"),
    ("organisation_name", r"(?:наим_?(?:юл|орг)(?:_?полн)?|org(?:anization)?_?(?:full_?)?name|full_?name)"),
    ("email", r"(?:e_?mail|эл_?почта|адрес_?эл_?почты)"),
)
_TEXTS: Final = (
    ("last_name", r"фамилия\b"),
    ("first_name", r"имя\b(?! файла)"),
    ("middle_name", r"отчество\b"),
    ("birth_date", r"дата рождения\b"),
    ("birth_place", r"место рождения\b"),
    ("gender", r"пол\b"),
    ("citizenship", r"гражданство\b"),
    ("passport_series", r"серия (?:паспорта|документа)"),
    ("passport_number", r"номер (?:паспорта|документа)"),
    ("issue_date", r"дата выдачи (?:паспорта|документа)"),
    ("issuer", r"(?:кем выдан|орган, выдавший)"),
    ("organisation_short_name", r"(?:сокращ[её]нное|краткое) наименование (?:юл|юридического|организации)"),
    ("organisation_name", r"(?:полное )?наименование (?:юл|юридического лица|организации)"),
    ("email", r"(?:адрес )?электронн(?:ая|ой) почт"),
)
_NAME: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _NAMES)
_TEXT: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _TEXTS)
_DOCUMENT: Final = frozenset({"passport_series", "passport_number", "issue_date", "issuer"})
_ABOUT_DOCUMENT: Final = re.compile(r"паспорт|документ|удостов|passport|identity|\bdoc", re.IGNORECASE)


def kind_of(node: Node) -> str | None:
    """Return the kind of a card's value that a field takes, None where it takes none that cards know.

    A plain "Number" or "Series" is of a passport only where the form's path tells of a document.
    """
    if node.field is None:
        return None
    if node.identifier is not None:
        return node.identifier.code
    if node.address:
        return "address_guid" if node.address == "guid" else "address"
    name = _CAMEL.sub("_", node.name.local if node.name is not None else node.key).replace("-", "_").lower()
    found = next((kind for kind, pattern in _NAME if pattern.fullmatch(name)), None)
    if found is None:
        label = node.label.ru.lower()
        found = next((kind for kind, pattern in _TEXT if pattern.match(label)), None)
    if found in _DOCUMENT and not _ABOUT_DOCUMENT.search(f"{node.path} {node.label.ru}"):
        return None
    return found
