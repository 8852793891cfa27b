"""Whom business data are about: identifiers and names, told by the names of elements and by check digits."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mezhved.infotypes.forms import identifier_of
from mezhved.infotypes.identifiers import IDENTIFIERS, is_inn, is_snils
from mezhved.smev3.xml import MalformedXml, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml import etree

MOST: Final = 5000
"""Identifiers of one message: a register of a whole town is found by its first ones."""


class Mention(NamedTuple):
    """An identifier as it is compared: `kind` is snils, inn, ogrn, policy, document or name."""

    kind: str
    value: str


_KINDS: Final = {
    "snils": "snils",
    "inn": "inn",
    "inn_person": "inn",
    "inn_organisation": "inn",
    "ogrn": "ogrn",
    "ogrnip": "ogrn",
    "policy": "policy",
}
_PARTS: Final = (
    ("family", r"family_?name|last_?name|surname|фамилия|famil(?:y|ia|iya)|fam"),
    ("first", r"first_?name|given_?name|имя|im(?:ya|ia)|name"),
    ("patronymic", r"patronymic(?:_?name)?|middle_?name|second_?name|отчество|otchestvo|ot"),
    ("document", r"серномдок|series_?(?:and_?)?number"),
    ("series", r"[a-z]*_?(?:series|seria|seriya)(?:_?doc)?|сер(?:ия)?(?:док)?"),
    ("number", r"(?:doc(?:ument)?|passport)?_?(?:number|num|no)|ном(?:ер)?(?:док)?"),
)
_TELLING: Final = frozenset({"family", "document", "series"})
"""Parts without which the others tell nobody."""
_PART: Final = tuple((part, re.compile(pattern, re.IGNORECASE)) for part, pattern in _PARTS)
_DIGITS: Final = re.compile(r"\d[\d\- ]{9,13}\d")
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015.№]+")
_WORDS: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_LONGEST: Final = 200
_LONGEST_NAME: Final = 80
_SNILS_LENGTH: Final = 11
_INN_PERSON_LENGTH: Final = 12
_WITHOUT_CHECK: Final = "001001998"
_BY_LENGTH: Final = {
    10: ("inn", "document"),
    11: ("snils",),
    12: ("inn",),
    13: ("ogrn",),
    15: ("ogrn",),
    16: ("policy",),
}


def mentions(content: bytes) -> tuple[Mention, ...]:
    """Return whom a document is about, `MOST` at most; nothing for what is no XML."""
    try:
        root = parse(content)
    except MalformedXml:
        return ()
    found: dict[Mention, None] = {}
    for element in root.iter("*"):
        _add_of_element(element, found)
        if len(found) >= MOST:
            return tuple(found)[:MOST]
    return tuple(found)


def meant_by(text: str) -> tuple[Mention, ...]:
    """Return what a person may mean who searches for this: a number in any writing, or a name."""
    bare = _SEPARATORS.sub("", text).upper()
    found = []
    if bare.isdigit():
        found += [Mention(kind, bare) for kind in _BY_LENGTH.get(len(bare), ("document",))]
    elif any(each.isdigit() for each in bare):
        found.append(Mention("document", bare))
    else:
        name = _name(_WORDS.findall(text))
        if name:
            found.append(Mention("name", name))
    return tuple(found)


def _add_of_element(element: etree._Element, found: dict[Mention, None]) -> None:
    """Find what an element's attributes tell, and its children without children."""
    attributes: Any = element.items()
    if attributes:
        _add_of_pairs(attributes, found)
    if len(element):
        leaves: Any = [(each.tag, text) for each in element if (text := each.text) and not len(each)]
        if leaves:
            _add_of_pairs(leaves, found)


def _add_of_pairs(pairs: Sequence[tuple[Any, str]], found: dict[Mention, None]) -> None:
    """Find what neighbours tell together: elements of one parent, attributes of one element."""
    parts: dict[str, str] = {}
    for name, given in pairs:
        text = given.strip()
        if not text or len(text) > _LONGEST or type(name) is not str:  # a comment's tag is a function
            continue
        code, part = _meaning(name)
        if part:
            parts.setdefault(part, text)
        if code or (len(text) >= _SNILS_LENGTH and text[0].isdigit()):
            found.update(dict.fromkeys(_of_value(code, text)))
    if not _TELLING.isdisjoint(parts):
        found.update(dict.fromkeys(_together(parts)))


def _of_value(code: str, text: str) -> Iterator[Mention]:
    if code:
        number = IDENTIFIERS[code]
        flaw = number.flaw(text)
        if flaw is None or not flaw.certain:
            yield Mention(_KINDS[code], number.compact(text))
    elif _DIGITS.fullmatch(text):
        bare = _SEPARATORS.sub("", text)
        if len(bare) == _SNILS_LENGTH and bare[:9] > _WITHOUT_CHECK and is_snils(bare):
            yield Mention("snils", bare)
        elif len(bare) == _INN_PERSON_LENGTH and is_inn(bare):
            yield Mention("inn", bare)


def _together(parts: dict[str, str]) -> Iterator[Mention]:
    """Tell a document by series and number, a person by family name and what follows it."""
    number = parts.get("document", "")
    if not number and "series" in parts and "number" in parts:
        number = parts["series"] + parts["number"]
    if number:
        yield Mention("document", _SEPARATORS.sub("", number).upper())
    if "family" in parts:
        words = [_name([parts[each]]) for each in ("family", "first", "patronymic") if each in parts]
        for count in range(1, len(words) + 1):
            yield Mention("name", " ".join(words[:count]))


def _name(words: Iterable[str]) -> str:
    """Return words as names are compared: case, ё and blanks do not count."""
    return " ".join(" ".join(words).casefold().replace("ё", "е").split())


@functools.lru_cache(maxsize=4096)
def _meaning(qualified: str) -> tuple[str, str]:
    """Return the kind of number that a name promises, and the part of a person's description."""
    name = qualified.rpartition("}")[2]
    if len(name) > _LONGEST_NAME:
        return "", ""
    found = identifier_of((name,), "", lambda _value: True)
    code = found.code if found is not None and found.code in _KINDS else ""
    return code, next((part for part, pattern in _PART if pattern.fullmatch(name)), "")
