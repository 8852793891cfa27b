"""What is wrong with a value, in the writing that the form itself uses: no patterns, no dates of XML."""

from __future__ import annotations

import re
from string import ascii_letters, ascii_uppercase, digits
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.patterns.letters import signs_of
from mezhved.infotypes.patterns.parsing import NotUnderstood
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_XML: Final[Mapping[str, Text]] = {
    "нужна дата вида 2026-12-31": Text(
        ru="такой даты нет: нужна дата вида 31.12.2026", en="no such date: must be a date like 31.12.2026"
    ),
    "нужны дата и время вида 2026-12-31T23:59:00": Text(
        ru="нужны дата и время вида 31.12.2026 23:59", en="must be a date and time like 31.12.2026 23:59"
    ),
    "нужно время вида 23:59:00": Text(ru="нужно время вида 23:59", en="must be a time like 23:59"),
    "нужен месяц вида 2026-12": Text(ru="нужен месяц вида 12.2026", en="must be a month like 12.2026"),
    "нужно число, дробная часть через точку: 12.50": Text(
        ru="нужно число, например 12,50", en="must be a number such as 12.50"
    ),
    "нужно да или нет: true или false": Text(ru="нужно да или нет", en="must be yes or no"),
}
_PATTERN: Final = "не подходит под шаблон "
_REPEATED: Final = re.compile(r"(\[(?:[^\[\]\\]|\\.)+\])(?:[+*]|\{[0-9]+(?:,[0-9]*)?\})?", re.DOTALL)
_RUSSIAN: Final = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
_KNOWN: Final = (
    (Text(ru="русские буквы", en="Russian letters"), _RUSSIAN + _RUSSIAN.lower()),
    (Text(ru="заглавные русские буквы", en="Russian capitals"), _RUSSIAN),
    (Text(ru="латинские буквы", en="Latin letters"), ascii_letters),
    (Text(ru="заглавные латинские буквы", en="Latin capitals"), ascii_uppercase),
    (Text(ru="цифры", en="digits"), digits),
    (Text(ru="дефис", en="hyphen"), "-"),
    (Text(ru="пробел", en="space"), " "),
)
_MOST: Final = 200
"""Signs of a set that is told sign by sign."""
_SAID: Final = 12


def in_words(text: Text) -> Text:
    """Return what is wrong as the form says it; what needs no other words, as it is."""
    found = _OF_XML.get(text.ru)
    if found is not None:
        return found
    if not text.ru.startswith(_PATTERN):
        return text
    return _allowed(text.ru.removeprefix(_PATTERN)) or Text(
        ru="записано не так, как требует схема: проверьте знаки и их число",
        en="not written as the schema wants it: look at the signs and their number",
    )


def _allowed(pattern: str) -> Text | None:
    """Tell which signs a pattern allows, where it does nothing else."""
    repeated = _REPEATED.fullmatch(pattern)
    if repeated is None or repeated[1].startswith("[^"):
        return None
    try:
        ranges = signs_of(repeated[1])
    except NotUnderstood:
        return None
    if sum(last - first + 1 for first, last in ranges) > _MOST:
        return None
    left = {chr(each) for first, last in ranges for each in range(first, last + 1)}
    ru, en = [], []
    for name, signs in _KNOWN:
        if left.issuperset(signs):
            ru.append(name.ru)
            en.append(name.en)
            left.difference_update(signs)
    left.difference_update("Ёё")
    if len(left) > _SAID:
        return None
    others = sorted(each for each in left if each.isprintable())
    return Text(
        ru=f"допустимы только {', '.join([*ru, *others])}", en=f"only {', '.join([*en, *others])} may be used"
    )
