"""Values as people see and type them, and as XML has them.

What is shown and typed back unchanged means the value it was shown for, whatever its writing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from mezhved.cabinet.forms.wording import in_words
from mezhved.infotypes.forms import FieldKind
from mezhved.infotypes.forms.lexical import allows
from mezhved.infotypes.values import flaw

if TYPE_CHECKING:
    from mezhved.infotypes.forms import Field, Node
    from mezhved.texts import Text

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
_TYPED_DATE: Final = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_TYPED_MOMENT: Final = re.compile(
    r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]+)?))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_TYPED_MONTH: Final = re.compile(r"([0-9]{1,2})\.([0-9]{4})")
_TYPED_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_BLANKS: Final = re.compile(r"[\s\u00a0\u2009\u202f]+")
_NUMBERS: Final = frozenset({FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.NUMBER})
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]*)?")
LINES: Final = frozenset({FieldKind.LONG_TEXT, FieldKind.LIST})


def shown(value: Any, field: Field) -> str:
    """Return a value as it stands in the field of a form."""
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return "\n".join(shown(each, field.item or field) for each in value)
    return _of_people(shown_raw(value), field)


def _of_people(text: str, field: Field) -> str:
    match field.kind:
        case FieldKind.BOOLEAN:
            return {"1": "true", "0": "false"}.get(text, text)
        case FieldKind.DATE if found := _DATE.fullmatch(text):
            return f"{found[3]}.{found[2]}.{found[1]}"
        case FieldKind.DATETIME if found := _MOMENT.fullmatch(text):
            return f"{found[3]}.{found[2]}.{found[1]} {found[4]}{found[5] or ''}"
        case FieldKind.YEAR_MONTH if found := _MONTH.fullmatch(text):
            return f"{found[2]}.{found[1]}"
    return text


def meant(typed: str, node: Node) -> Any:
    """Return the value that somebody meant by what they typed into the field of a node."""
    field = node.field
    assert field is not None
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    if field.kind is FieldKind.LIST:
        item = field.item
        return [_plain(each, item) if item is not None else each for each in text.split()]
    if field.white_space == "collapse" or field.kind is not FieldKind.LONG_TEXT:
        text = text.strip()
    plain = _plain(text, field)
    return _fitted(plain, node)


def _plain(text: str, field: Field) -> str:
    """Return a text in the writing of XML where it is a date or number in that of people."""
    match field.kind:
        case FieldKind.DATE:
            return _date(text)
        case FieldKind.DATETIME:
            return _moment(text)
        case FieldKind.YEAR_MONTH if found := _TYPED_MONTH.fullmatch(text):
            return f"{found[2]}-{int(found[1]):02}"
        case FieldKind.TIME if found := _TYPED_TIME.fullmatch(text):
            return f"{int(found[1]):02}:{found[2]}:00"
        case kind if kind in _NUMBERS:
            return _number(text)
    return text


def _date(text: str) -> str:
    found = _TYPED_DATE.fullmatch(text)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def _moment(text: str) -> str:
    found = _TYPED_MOMENT.fullmatch(text)
    if not found:
        day = _date(text)
        return f"{day}T00:00:00" if day != text else text
    day = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    return f"{day}T{int(found[4]):02}:{found[5]}:{found[6] or '00'}{found[7] or ''}"


def _number(text: str) -> str:
    close = _BLANKS.sub("", text).replace("\u2212", "-")
    return close.replace(",", ".") if _NUMBER.fullmatch(close) else text


def _fitted(text: str, node: Node) -> str:
    """Return a text as the schema takes it, where a label or another writing of the same number was typed."""
    if not text or node.field is None or allows(node.simple, text):
        return text
    named = [each.value for each in node.field.options if _labelled(text, each.value, each.label)]
    if len(named) == 1:
        return named[0]
    if node.identifier is not None:
        for writing in (node.identifier.compact(text), node.identifier.shown(text)):
            if allows(node.simple, writing):
                return writing
    return text


def _labelled(text: str, value: str, label: str) -> bool:
    folded = " ".join(text.casefold().split())
    return folded in {label.casefold(), f"{value} — {label}".casefold()}


def wrong(value: Any, node: Node) -> tuple[Text | None, bool]:
    """Return what is wrong with the value of a field and whether that is certain: else it is a doubt only."""
    if value in (None, "", []) or node.field is None or node.simple is None:
        return None, False
    text = " ".join(map(str, value)) if isinstance(value, list) else shown_raw(value)
    found = flaw(text, node.simple, node.types)
    if found is not None:
        return in_words(found), True
    return doubt_of(value, node), False


def doubt_of(value: Any, node: Node) -> Text | None:
    """Return what is likely wrong with a value that the schema allows, such as its check digit."""
    if value in (None, "", []) or node.identifier is None or isinstance(value, list):
        return None
    found = node.identifier.flaw(shown_raw(value))
    return None if found is None else found.text


def shown_raw(value: Any) -> str:
    """Return a value as XML has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
