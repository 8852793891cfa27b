"""Telling in words why a value does not fit its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.forms.fields import FieldKind, chain
from mezhved.infotypes.forms.lexical import allows, decoded
from mezhved.infotypes.values.problems import meant
from mezhved.infotypes.wellknown import XS
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.infotypes.forms.fields import Bounds, Field
    from mezhved.infotypes.forms.shapes import Component

_SHOWN: Final = 12
_KINDS: Final[Mapping[FieldKind, Text]] = {
    FieldKind.BOOLEAN: Text(ru="нужно да или нет: true или false", en="must be true or false"),
    FieldKind.INTEGER: Text(ru="нужно целое число", en="must be a whole number"),
    FieldKind.DECIMAL: Text(
        ru="нужно число, дробная часть через точку: 12.50", en="must be a number with a point: 12.50"
    ),
    FieldKind.NUMBER: Text(ru="нужно число", en="must be a number"),
    FieldKind.DATE: Text(ru="нужна дата вида 2026-12-31", en="must be a date like 2026-12-31"),
    FieldKind.TIME: Text(ru="нужно время вида 23:59:00", en="must be a time like 23:59:00"),
    FieldKind.DATETIME: Text(
        ru="нужны дата и время вида 2026-12-31T23:59:00",
        en="must be a date and time like 2026-12-31T23:59:00",
    ),
    FieldKind.YEAR: Text(ru="нужен год вида 2026", en="must be a year like 2026"),
    FieldKind.YEAR_MONTH: Text(ru="нужен месяц вида 2026-12", en="must be a month like 2026-12"),
    FieldKind.MONTH_DAY: Text(ru="нужен день года вида --12-31", en="must be a day of a year like --12-31"),
    FieldKind.MONTH: Text(ru="нужен месяц вида --12", en="must be a month like --12"),
    FieldKind.DAY: Text(ru="нужен день вида ---31", en="must be a day like ---31"),
    FieldKind.DURATION: Text(ru="нужна длительность вида P1Y2M3D", en="must be a duration like P1Y2M3D"),
    FieldKind.BINARY: Text(ru="нужен файл в base64", en="must be a file in base64"),
}
_HEXADECIMAL: Final = Text(
    ru="нужны шестнадцатеричные цифры, чётное число", en="must be hexadecimal digits, an even number"
)
_OTHER: Final = Text(
    ru="значение не того вида, что в схеме", en="the value is not of the kind the schema wants"
)


def needs_text(value: Any, simple: Component) -> Text:
    """Tell that an object or array stands where a simple value belongs."""
    if simple.variety == "list":
        return Text(ru="нужен список простых значений", en="must be an array of simple values")
    if value is None:
        return Text(ru="нужно значение", en="a value is needed")
    return Text(
        ru="нужно простое значение, не объект и не список", en="must be a simple value, no object or array"
    )


def explain(text: str, simple: Component, field: Field) -> Text:
    """Return why a text does not fit a type."""
    if field.kind is FieldKind.CHOICE and not field.open:
        return _not_offered(text, field)
    plain = " ".join(text.split()) if field.white_space == "collapse" else text
    if not plain and field.base != "string":
        return Text(ru="значение не может быть пустым", en="the value must not be empty")
    told = (
        _length(plain, field.bounds, field) or _kind(plain, simple, field) or _pattern(plain, simple, field)
    )
    if told is None and field.kind is FieldKind.BINARY:
        told = _octets(field.bounds)
    return told or _limits(simple, plain) or _digits(field.bounds) or _of_kind(field)


def _of_kind(field: Field) -> Text:
    """Return what kind of value a field wants."""
    return _HEXADECIMAL if field.base == "hexBinary" else _KINDS.get(field.kind, _OTHER)


def _not_offered(text: str, field: Field) -> Text:
    values = [each.value for each in field.options]
    close = meant(text, values)
    if close is not None:
        return Text(ru=f"такого значения нет в списке; {close.ru}", en=f"no value of the list; {close.en}")
    shown = ", ".join(values[:_SHOWN]) + ("…" if len(values) > _SHOWN else "")
    return Text(ru=f"нужно одно из значений: {shown}", en=f"must be one of: {shown}")


def _kind(plain: str, simple: Component, field: Field) -> Text | None:
    """Complain of a text that is not even of the built-in type."""
    bottom = next((each for each in chain(simple) if (each.name or "").startswith(f"{{{XS}}}")), None)
    if bottom is None or allows(bottom, plain):
        return None
    return _of_kind(field)


def _length(plain: str, bounds: Bounds, field: Field) -> Text | None:
    if field.kind is FieldKind.BINARY:
        return None
    count = len(plain.split()) if field.kind is FieldKind.LIST else len(plain)
    if bounds.length is not None and count != bounds.length:
        return Text(
            ru=f"длина должна быть {bounds.length}, сейчас {count}",
            en=f"the length must be {bounds.length}, it is {count}",
        )
    if bounds.min_length is not None and count < bounds.min_length:
        if not count:
            return Text(ru="значение не может быть пустым", en="the value must not be empty")
        return Text(
            ru=f"не короче {bounds.min_length}, сейчас {count}",
            en=f"not shorter than {bounds.min_length}, it is {count}",
        )
    if bounds.max_length is not None and count > bounds.max_length:
        return Text(
            ru=f"не длиннее {bounds.max_length}, сейчас {count}",
            en=f"not longer than {bounds.max_length}, it is {count}",
        )
    return None


def _pattern(plain: str, simple: Component, field: Field) -> Text | None:
    for each in chain(simple):
        facet = each.facets.get(f"{{{XS}}}pattern") if each.elem is not None else None
        if facet is not None and not any(one.match(plain) for one in facet.patterns):
            if field.mask:
                return Text(ru=f"нужен вид {field.mask}", en=f"must look like {field.mask}")
            shown = " | ".join(facet.regexps)
            return Text(
                ru=f"не подходит под шаблон {shown}"[:300], en=f"does not match the pattern {shown}"[:300]
            )
    return None


def _octets(bounds: Bounds) -> Text | None:
    """Tell how long a file must be, where the schema says it."""
    if bounds.length is not None:
        return Text(ru=f"нужно байт: {bounds.length}", en=f"must have {bounds.length} octets")
    if bounds.min_length is not None and bounds.max_length is not None:
        least, most = bounds.min_length, bounds.max_length
        return Text(ru=f"нужно байт: от {least} до {most}", en=f"must have {least} to {most} octets")
    if bounds.max_length is not None:
        return Text(ru=f"байт не больше {bounds.max_length}", en=f"at most {bounds.max_length} octets")
    return None


def _limits(simple: Component, plain: str) -> Text | None:
    for name, ru, en in (
        ("minInclusive", "не меньше", "not less than"),
        ("minExclusive", "больше", "more than"),
        ("maxInclusive", "не больше", "not more than"),
        ("maxExclusive", "меньше", "less than"),
    ):
        facet = simple.get_facet(f"{{{XS}}}{name}") if hasattr(simple, "get_facet") else None
        if facet is None:
            continue
        try:
            facet(decoded(simple.primitive_type, plain))
        except ValueError:
            limit = facet.elem.get("value") if facet.elem is not None else facet.value
            return Text(ru=f"значение должно быть {ru} {limit}", en=f"the value must be {en} {limit}")
    return None


def _digits(bounds: Bounds) -> Text | None:
    if bounds.total_digits is None and bounds.fraction_digits is None:
        return None
    whole = f"всего цифр не больше {bounds.total_digits}" if bounds.total_digits else ""
    part = f"после точки не больше {bounds.fraction_digits}" if bounds.fraction_digits is not None else ""
    whole_en = f"at most {bounds.total_digits} digits in all" if bounds.total_digits else ""
    part_en = (
        f"at most {bounds.fraction_digits} after the point" if bounds.fraction_digits is not None else ""
    )
    return Text(
        ru=", ".join(each for each in (whole, part) if each),
        en=", ".join(each for each in (whole_en, part_en) if each),
    )
