"""One value as an official reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mezhved.infotypes.documents import XSI, QName
from mezhved.infotypes.forms.fields import FieldKind
from mezhved.infotypes.rendering.model import Leaf, ValueKind
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.infotypes.rendering.labels import Described

FOLDED_CHARACTERS: Final = 1024
"""Base64 at least so long is taken for a file whatever the schema says of it."""

_DATE: Final = re.compile(r"(-?\d{4,})-(\d\d)-(\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DATE_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_YEAR_MONTH: Final = re.compile(r"(\d{4})-(\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*", re.ASCII)
_BLANKS: Final = re.compile(r"\s+")
_NIL: Final = QName(XSI, "nil")
_TRUE: Final = frozenset(("true", "1"))
_FALSE: Final = frozenset(("false", "0"))
_YES: Final = Text(ru="да", en="yes")
_NO: Final = Text(ru="нет", en="no")
_EMPTY: Final = Text(ru="пусто", en="empty")
_PRESENT: Final = Text(ru="указано", en="present")
_DATES: Final = frozenset((FieldKind.DATE, FieldKind.DATETIME, FieldKind.YEAR_MONTH))
_FREE: Final = frozenset((FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.DATE, FieldKind.DATETIME))


def leaf(name: QName, described: Described, raw: str) -> Leaf:
    """Return a value with how it is shown; nothing of `raw` is changed."""
    text = raw.strip()
    if not text:
        simple = described.kind is None or described.field is not None
        return Leaf(name, described.label, raw, _EMPTY if simple else _PRESENT, ValueKind.EMPTY)
    field = described.field
    known = field.kind if field is not None else FieldKind.TEXT
    if known is FieldKind.BINARY or _is_file(text):
        digits = len(_BLANKS.sub("", text))
        hexadecimal = field is not None and field.base == "hexBinary"
        octets = digits // 2 if hexadecimal else digits * 3 // 4 - text[-2:].count("=")
        size = size_text(octets)
        shown = Text(ru=f"файл, {size.ru}", en=f"a file, {size.en}")
        return Leaf(name, described.label, raw, shown, ValueKind.BINARY, octets)
    if field is not None and field.options:
        option = field.option(text)
        if option is not None and option.label and option.label != text:
            return Leaf(name, described.label, raw, _same(option.label), ValueKind.CHOICE)
    if (known is FieldKind.BOOLEAN or name == _NIL) and text in _TRUE | _FALSE:
        return Leaf(name, described.label, raw, _YES if text in _TRUE else _NO, ValueKind.FLAG)
    dated = _dated(text, known)
    if dated is not None:
        return Leaf(name, described.label, raw, _same(dated), ValueKind.DATE)
    return Leaf(name, described.label, raw, _same(text))


def _same(text: str) -> Text:
    return Text(ru=text, en=text)


def _is_file(text: str) -> bool:
    return len(text) >= FOLDED_CHARACTERS and " " not in text and _BASE64.fullmatch(text) is not None


def _dated(text: str, kind: FieldKind) -> str | None:
    """Return a date in the Russian form; a text that has the form of an ISO date is one."""
    if kind not in _DATES | _FREE:
        return None
    date = _DATE.fullmatch(text)
    if date and _day_of_a_year(date[2], date[3]):
        return f"{date[3]}.{date[2]}.{date[1]}{_zone(date[4])}"
    moment = _DATE_TIME.fullmatch(text)
    if moment and _day_of_a_year(moment[2], moment[3]):
        part = f",{moment[5]}" if moment[5] and moment[5].strip("0") else ""
        return f"{moment[3]}.{moment[2]}.{moment[1]} {moment[4]}{part}{_zone(moment[6])}"
    month = _YEAR_MONTH.fullmatch(text) if kind is FieldKind.YEAR_MONTH else None
    return f"{month[2]}.{month[1]}{_zone(month[3])}" if month else None


def _day_of_a_year(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31  # noqa: PLR2004 - months and days


def _zone(zone: str | None) -> str:
    return f" ({'UTC' if zone == 'Z' else zone})" if zone else ""


def size_text(octets: int) -> Text:
    """Return a size as people say it."""
    if octets < 1024:  # noqa: PLR2004 - octets in a kilobyte
        return Text(ru=f"{octets} байт", en=f"{octets} bytes")
    kilobytes = octets / 1024
    if kilobytes < 1024:  # noqa: PLR2004
        number, ru, en = kilobytes, "КБ", "KB"
    else:
        number, ru, en = kilobytes / 1024, "МБ", "MB"
    text = f"{number:.1f}"
    return Text(ru=f"{text.replace('.', ',')} {ru}", en=f"{text} {en}")
