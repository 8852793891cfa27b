"""Texts that match a pattern, and simple values that a type allows."""

from __future__ import annotations

import importlib
import math
import string
from base64 import b64encode
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.forms.fields import FieldKind, chain, field_of, members
from mezhved.infotypes.values.scalars import fits
from mezhved.infotypes.wellknown import XS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from mezhved.infotypes.forms.fields import Bounds, Field
    from mezhved.infotypes.forms.shapes import Component
    from mezhved.infotypes.identifiers import Identifier

# The parsed form of patterns, as the standard library itself keeps it; type checkers do not know it.
signs: Any = importlib.import_module("re._constants")
patterns: Any = importlib.import_module("re._parser")

_LETTERS: Final = "абвгдежзиклмнопрстуфхэюя"
_PREFERRED: Final = "0123456789АБВГДабвгдABCDabcd- ."
_TEXTUAL: Final = frozenset({"string", "anyURI", "anySimpleType"})
_ATTEMPTS: Final = 60
_MORE: Final = 6
"""How many more than the least an unbounded repetition gives."""
_WORDS: Final = ("Тестовое", "значение", "пример", "сведения", "образец", "данные")


def matching(pattern: str, randomness: Random, least: int = 0) -> str:
    """Return a text that a Python pattern matches; `least` is about how long it should be."""
    return "".join(_pieces(patterns.parse(pattern), randomness, least))


def _pieces(tree: Any, randomness: Random, least: int) -> Iterator[str]:
    for code, value in tree:
        if code is signs.LITERAL:
            yield chr(value)
        elif code is signs.NOT_LITERAL:
            yield randomness.choice([each for each in _PREFERRED if ord(each) != value])
        elif code is signs.ANY:
            yield randomness.choice(_LETTERS)
        elif code is signs.IN:
            yield _one_of(value, randomness)
        elif code is signs.BRANCH:
            yield from _pieces(randomness.choice(value[1]), randomness, least)
        elif code is signs.SUBPATTERN:
            yield from _pieces(value[3], randomness, least)
        elif code in {signs.MAX_REPEAT, signs.MIN_REPEAT}:
            low, high, inner = value
            wanted = max(int(low), min(least, _limit(high))) if least else int(low)
            count = randomness.randint(wanted, min(_limit(high), wanted + _MORE))
            for _ in range(count):
                yield from _pieces(inner, randomness, 0)


def _limit(high: Any) -> int:
    return 10_000 if high is signs.MAXREPEAT else int(high)


def _one_of(members: Any, randomness: Random) -> str:
    """Return a sign of a class, a familiar one where the class has any."""
    negated = members[0][0] is signs.NEGATE
    if negated:
        allowed = [each for each in _PREFERRED if not _holds(members[1:], ord(each))]
        return randomness.choice(allowed or ["ж"])
    familiar = [each for each in _PREFERRED if _holds(members, ord(each)) and each != " "]
    if familiar:
        return randomness.choice(familiar)
    code, value = randomness.choice(members)
    if code is signs.RANGE:
        return chr(randomness.randint(value[0], min(value[1], value[0] + 200)))
    if code is signs.LITERAL:
        return chr(value)
    return _PREFERRED[0]


def _holds(members: Any, point: int) -> bool:
    for code, value in members:
        if code is signs.LITERAL and value == point:
            return True
        if code is signs.RANGE and value[0] <= point <= value[1]:
            return True
        if code is signs.CATEGORY and _in_category(value, chr(point)):
            return True
    return False


def _in_category(category: Any, sign: str) -> bool:
    tests = {
        signs.CATEGORY_DIGIT: sign.isdigit(),
        signs.CATEGORY_NOT_DIGIT: not sign.isdigit(),
        signs.CATEGORY_SPACE: sign.isspace(),
        signs.CATEGORY_NOT_SPACE: not sign.isspace(),
        signs.CATEGORY_WORD: sign.isalnum() or sign == "_",
        signs.CATEGORY_NOT_WORD: not (sign.isalnum() or sign == "_"),
    }
    return tests.get(category, False)


def example_text(simple: Component, field: Field, number: Identifier | None, randomness: Random) -> str:
    """Return a text that a simple type allows; where none is found, the nearest that was made."""
    text = ""
    for text in _attempts(simple, field, number, randomness):
        if fits(text, simple):
            return text
    return text


def _attempts(
    simple: Component, field: Field, number: Identifier | None, randomness: Random
) -> Iterator[str]:
    if number is not None and not field.options:
        yield number.compact(number.example)
        yield number.shown(number.example)
    for _ in range(_ATTEMPTS):
        yield _attempt(simple, field, randomness)


def _attempt(simple: Component, field: Field, randomness: Random) -> str:
    if field.options:
        return randomness.choice(field.options).value
    if simple.variety == "list" and field.item is not None:
        item = next(each for each in chain(simple) if hasattr(each, "item_type")).item_type
        count = _length(field.bounds, randomness, 1, 3)
        return " ".join(example_text(item, field.item, None, randomness) for _ in range(count))
    if simple.variety == "union":
        member = randomness.choice(members(simple))
        return example_text(member, field_of(member), None, randomness)
    if field.patterns and (field.base in _TEXTUAL or randomness.randrange(2)):
        return _by_pattern(simple, field, randomness)
    return _plain(field, simple, randomness)


def _by_pattern(simple: Component, field: Field, randomness: Random) -> str:
    facets = [
        each.facets[f"{{{XS}}}pattern"]
        for each in chain(simple)
        if each.facets.get(f"{{{XS}}}pattern") is not None
    ]
    narrowest = min(facets, key=lambda each: sum(len(one) for one in each.regexps))
    pattern = randomness.choice(randomness.choice([narrowest, facets[0]]).patterns)
    least = field.bounds.length or field.bounds.min_length or 0
    text = matching(pattern.pattern, randomness, randomness.choice((0, least)))
    most = field.bounds.length or field.bounds.max_length
    return text[:most] if most is not None else text


def _plain(field: Field, simple: Component, randomness: Random) -> str:
    month, day = randomness.randint(1, 12), randomness.randint(1, 28)
    year = randomness.randint(1950, 2025)
    clock = f"{randomness.randint(0, 23):02}:{randomness.randint(0, 59):02}:00"
    made = {
        FieldKind.DATE: f"{year}-{month:02}-{day:02}",
        FieldKind.DATETIME: f"{year}-{month:02}-{day:02}T{clock}",
        FieldKind.TIME: clock,
        FieldKind.YEAR: str(year),
        FieldKind.YEAR_MONTH: f"{year}-{month:02}",
        FieldKind.MONTH_DAY: f"--{month:02}-{day:02}",
        FieldKind.MONTH: f"--{month:02}",
        FieldKind.DAY: f"---{day:02}",
        FieldKind.DURATION: f"P{day}D",
        FieldKind.BOOLEAN: randomness.choice(("true", "false")),
        FieldKind.NAME: "example",
    }
    if field.kind in {FieldKind.DATE, FieldKind.DATETIME, FieldKind.YEAR, FieldKind.YEAR_MONTH}:
        return (
            _limit_of(field.bounds)
            if randomness.randrange(10) == 0 and _limit_of(field.bounds)
            else made[field.kind]
        )
    if field.kind in made:
        return made[field.kind]
    if field.kind in {FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.NUMBER}:
        return _number(field, randomness)
    if field.kind is FieldKind.BINARY:
        octets = bytes(65 + each % 26 for each in range(_length(field.bounds, randomness, 3, 12)))
        return octets.hex() if field.base == "hexBinary" else b64encode(octets).decode()
    return _words(field, simple, randomness)


def _limit_of(bounds: Bounds) -> str:
    return bounds.min_inclusive or bounds.max_inclusive or ""


def _number(field: Field, randomness: Random) -> str:
    bounds = field.bounds
    digits = min((bounds.total_digits or 9) - (bounds.fraction_digits or 0), 9)
    least, most = Decimal(0), Decimal(10 ** max(digits, 1) - 1)
    low = bounds.min_inclusive or bounds.min_exclusive
    high = bounds.max_inclusive or bounds.max_exclusive
    if high is not None and Decimal(high) < most:
        most = Decimal(high)
        least = min(least, most - 100)
    if low is not None and Decimal(low) > least:
        least = Decimal(low)
        most = max(most, least)
    number = randomness.randint(math.ceil(least), max(int(most), math.ceil(least)))
    fraction = bounds.fraction_digits
    if field.kind is not FieldKind.INTEGER and fraction != 0 and digits > 1 and randomness.randrange(2):
        return f"{number // 100}.{'5' * min(fraction or 1, 2)}"
    return str(number)


def _length(bounds: Bounds, randomness: Random, low: int, high: int) -> int:
    if bounds.length is not None:
        return bounds.length
    least = bounds.min_length if bounds.min_length is not None else low
    most = bounds.max_length if bounds.max_length is not None else max(least, high)
    return randomness.randint(min(least, most), min(most, max(least, high)))


def _words(field: Field, simple: Component, randomness: Random) -> str:
    names = {each.local_name for each in chain(simple)}
    length = _length(field.bounds, randomness, 1, 24)
    if names & {"ID", "IDREF", "NCName", "Name", "NMTOKEN", "ENTITY"}:
        return "x" + "".join(
            randomness.choice(string.ascii_lowercase + string.digits) for _ in range(max(length, 12) - 1)
        )
    if "language" in names:
        return "ru"
    if field.base == "anyURI":
        return "urn:example:value"[: field.bounds.max_length]
    text = " ".join(randomness.choice(_WORDS) for _ in range(length // 4 + 1))
    text = (text + "а" * length)[:length]
    return f"{text[:-1]}а" if text.endswith(" ") else text
