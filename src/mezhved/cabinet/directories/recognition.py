"""Which value of a card a form's field takes, told from its identifier, its names and its label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.forms.fields import FieldKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mezhved.infotypes.forms import Field, Node

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
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_GENDERS: Final = {"male": ("муж", "male"), "female": ("жен", "female")}
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


def value_for(node: Node, known: Mapping[str, str]) -> str:
    """Return what a field takes of a card's values, written as its schema wants it; empty for nothing.

    A number is given with or without its separators, a day as text where the schema has it so, a gender as
    the choice that means it. What fits no writing is left to people.
    """
    kind = kind_of(node)
    value = known.get(kind, "") if kind is not None else ""
    field = node.field
    if not value or field is None:
        return ""
    if field.options and not field.open:
        return _chosen(field, kind or "", value)
    return next((each for each in _writings(node, field, value) if _fits(field, each)), "")


def _writings(node: Node, field: Field, value: str) -> Iterator[str]:
    if _DAY.fullmatch(value) and field.kind in {FieldKind.TEXT, FieldKind.LONG_TEXT}:
        yield ".".join(reversed(value.split("-")))
    yield value
    if node.identifier is not None:
        shown = node.identifier.shown(value)
        yield shown
        yield shown.replace(" ", "-")


def _fits(field: Field, value: str) -> bool:
    most = field.bounds.length or field.bounds.max_length
    if most is not None and len(value) > most:
        return False
    try:
        return all(any(re.fullmatch(each, value) for each in either) for either in field.patterns)
    except re.error:
        # A pattern of XSD that Python does not know: the form itself will tell.
        return True


def _chosen(field: Field, kind: str, value: str) -> str:
    if field.option(value) is not None:
        return value
    starts = _GENDERS.get(value, ()) if kind == "gender" else (value.lower(),)
    for each in field.options:
        if any(told and told.lower().startswith(starts) for told in (each.value, each.label)):
            return each.value
    return ""
