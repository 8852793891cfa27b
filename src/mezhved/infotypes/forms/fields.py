"""What may be typed into a field: its kind, choices, bounds, mask, made from a simple type of XSD."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.forms.masks import mask_of
from mezhved.infotypes.forms.notes import read_notes
from mezhved.infotypes.forms.words import spoken_value
from mezhved.infotypes.wellknown import XS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Component = Any
"""A component of an `xmlschema` schema."""


class FieldKind(StrEnum):
    """How a value is typed and shown."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    YEAR = "year"
    YEAR_MONTH = "year-month"
    MONTH_DAY = "month-day"
    MONTH = "month"
    DAY = "day"
    DURATION = "duration"
    CHOICE = "choice"
    BINARY = "binary"
    LIST = "list"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Option:
    """One value to choose. `label` is empty where the schema gives the value only."""

    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Facets of a type with those of the types it restricts; None where there is none.

    Lengths are counted in characters, for binary in octets, for lists in items. Limits of numbers and dates
    are as the schema writes them.
    """

    length: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    min_inclusive: str | None = None
    max_inclusive: str | None = None
    min_exclusive: str | None = None
    max_exclusive: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A simple value.

    `base` is the primitive type's local name, `built_in` that of the built-in type nearest (`ID`, `token`,
    `long`); `white_space` is preserve, replace or collapse. `patterns` are
    XSD patterns, inner tuples of which one has to match and all outer ones. `open` options are hints only:
    a union lets other values in. `item` is the field of one item of a list.
    """

    kind: FieldKind
    base: str
    white_space: str
    options: tuple[Option, ...] = ()
    open: bool = False
    patterns: tuple[tuple[str, ...], ...] = ()
    bounds: Bounds = Bounds()
    mask: str = ""
    item: Field | None = None
    built_in: str = ""

    def option(self, value: str) -> Option | None:
        """Return the choice of this value."""
        return next((each for each in self.options if each.value == value), None)


_KINDS: Final = {
    "boolean": FieldKind.BOOLEAN,
    "decimal": FieldKind.DECIMAL,
    "float": FieldKind.NUMBER,
    "double": FieldKind.NUMBER,
    "date": FieldKind.DATE,
    "time": FieldKind.TIME,
    "dateTime": FieldKind.DATETIME,
    "gYear": FieldKind.YEAR,
    "gYearMonth": FieldKind.YEAR_MONTH,
    "gMonthDay": FieldKind.MONTH_DAY,
    "gMonth": FieldKind.MONTH,
    "gDay": FieldKind.DAY,
    "duration": FieldKind.DURATION,
    "base64Binary": FieldKind.BINARY,
    "hexBinary": FieldKind.BINARY,
    "QName": FieldKind.NAME,
    "NOTATION": FieldKind.NAME,
}
_NUMBERS: Final = frozenset({"length", "minLength", "maxLength", "totalDigits", "fractionDigits"})
_LIMITS: Final = frozenset({"minInclusive", "maxInclusive", "minExclusive", "maxExclusive"})
_SNAKE: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONG: Final = 300
"""Longer texts are typed into several lines."""


def chain(kind: Component) -> Iterator[Component]:
    """Give a type and the types it is derived from, down to the built-in one.

    A simple type may restrict the text of a complex one (`simpleContent`): there the text's own type follows.
    """
    simple = kind.is_simple()
    seen = kind
    while seen is not None:
        if simple and seen.is_complex():
            seen = seen.content if seen.has_simple_content() else None
            continue
        yield seen
        seen = getattr(seen, "base_type", None)


def type_names(kind: Component) -> tuple[str, ...]:
    """Return the local names of a type and its bases, built-in ones left out."""
    named = (each for each in chain(kind) if each.name and not each.name.startswith(f"{{{XS}}}"))
    return tuple(each.local_name for each in named)


def field_of(simple: Component, texts: Sequence[str] = ()) -> Field:
    """Return the field of a simple type. `texts` is documentation that may explain the choices."""
    options = _options(simple, texts)
    patterns = tuple(_patterns(simple))
    bounds = _bounds(simple)
    white_space = simple.white_space or "collapse"
    variety = simple.variety
    if variety == "list":
        items = field_of(_list(simple).item_type, texts)
        return Field(
            FieldKind.LIST,
            "list",
            "collapse",
            options=options,
            patterns=patterns,
            bounds=bounds,
            item=items,
            built_in="list",
        )
    if variety == "union":
        return _union(simple, texts, options, patterns)
    base = primitive(simple)
    kind = FieldKind.CHOICE if options else _kind(simple, base, bounds)
    single = patterns[0][0] if len(patterns) == 1 and len(patterns[0]) == 1 else ""
    mask = mask_of(single) if kind in {FieldKind.TEXT, FieldKind.YEAR} else ""
    return Field(
        kind,
        base,
        white_space,
        options=options,
        patterns=patterns,
        bounds=bounds,
        mask=mask,
        built_in=next((each.local_name for each in chain(simple) if _built_in(each)), base),
    )


def primitive(simple: Component) -> str:
    """Return the local name of the primitive type behind a simple type: string, decimal, date and so on."""
    found = getattr(simple, "primitive_type", None)  # xs:anySimpleType has none
    return found.local_name if found is not None else "anySimpleType"


def _kind(simple: Component, base: str, bounds: Bounds) -> FieldKind:
    if base == "decimal":
        whole = bounds.fraction_digits == 0 or any(each.local_name == "integer" for each in chain(simple))
        return FieldKind.INTEGER if whole else FieldKind.DECIMAL
    if base in _KINDS:
        return _KINDS[base]
    most = bounds.length or bounds.max_length
    return FieldKind.LONG_TEXT if most is not None and most > _LONG else FieldKind.TEXT


def _list(simple: Component) -> Component:
    """Return the list type at the bottom of a list."""
    return next(each for each in chain(simple) if hasattr(each, "item_type"))


def members(simple: Component) -> tuple[Component, ...]:
    """Return the types of which a union is made."""
    return tuple(next(each for each in chain(simple) if hasattr(each, "member_types")).member_types)


def _union(
    simple: Component,
    texts: Sequence[str],
    options: tuple[Option, ...],
    patterns: tuple[tuple[str, ...], ...],
) -> Field:
    """Return the field of a union: a choice when all its members are, a text with hints otherwise."""
    each_field = [field_of(each, texts) for each in members(simple)]
    gathered = options or tuple(
        {option.value: option for member in each_field for option in member.options}.values()
    )
    closed = bool(options) or all(
        member.kind is FieldKind.CHOICE and not member.open for member in each_field
    )
    kinds = {member.kind for member in each_field}
    kind = FieldKind.CHOICE if gathered and closed else FieldKind.TEXT
    if len(kinds) == 1 and not gathered:
        kind = kinds.pop()
    return Field(
        FieldKind.TEXT if kind is FieldKind.LIST else kind,
        "union",
        "collapse",
        options=gathered,
        open=bool(gathered) and not closed,
        patterns=patterns,
        built_in="union",
    )


def _patterns(simple: Component) -> Iterator[tuple[str, ...]]:
    for each in chain(simple):
        facet = each.facets.get(f"{{{XS}}}pattern") if not _built_in(each) else None
        if facet is not None:
            yield tuple(facet.regexps)


def _built_in(simple: Component) -> bool:
    return bool(simple.name) and simple.name.startswith(f"{{{XS}}}")


def _bounds(simple: Component) -> Bounds:
    """Gather facets; of one kind the most derived holds, for it can only be narrower."""
    found: dict[str, Any] = {}
    for each in chain(simple):
        for tag, facet in each.facets.items():
            name = str(tag).rpartition("}")[2]
            key = _SNAKE.sub("_", name).lower()
            if key in found or facet is None:
                continue
            if name in _NUMBERS and facet.value is not None:
                found[key] = int(facet.value)
            elif name in _LIMITS:
                found[key] = facet.elem.get("value") if facet.elem is not None else str(facet.value)
    return Bounds(**found)


def _options(simple: Component, texts: Sequence[str]) -> tuple[Option, ...]:
    """Return the enumerated values, with what their documentation, or that of the field, says of each."""
    for each in chain(simple):
        facet = each.facets.get(f"{{{XS}}}enumeration")
        if facet is None:
            continue
        own = [*texts, *(read_notes(each.elem).russian if each.elem is not None else ())]
        found = {}
        for node in facet:
            value = str(node.get("value"))
            said = " ".join(" ".join(read_notes(node).russian).split())
            found[value] = Option(value, said or _explained(value, own) or spoken_value(value))
        return tuple(found.values())
    return ()


def with_labels(field: Field, texts: Sequence[str]) -> Field:
    """Return a field whose choices without a label take theirs from texts such as «1 – мужской»."""
    if not texts or all(each.label for each in field.options):
        return field
    options = tuple(
        each if each.label else Option(each.value, _explained(each.value, texts)) for each in field.options
    )
    return replace(field, options=options)


def _explained(value: str, texts: Sequence[str]) -> str:
    """Find «value – meaning» in the documentation of a field."""
    if not value or len(value) > 40:  # noqa: PLR2004 - a long value explains itself
        return ""
    wanted = re.compile(
        rf"(?:^|[|;,(:•\s«\"]){re.escape(value)}[»\"]?\s*[-–—=]\s*([^|;\n•]+)", re.IGNORECASE | re.MULTILINE
    )
    for text in texts:
        found = wanted.search(text)
        if found:
            return " ".join(found[1].split()).rstrip(".,) ")
    return ""
