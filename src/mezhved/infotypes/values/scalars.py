"""Simple values: their text in XML, their form in JSON, what is wrong with one.

In JSON a boolean is `true` or `false` (`1` and `0` where XML has them so), an integer a number where its
text is the plain one and 53 bits hold it, a list an array, a name `{namespace}local`; all other values are
strings, decimals too, for a JSON number loses their digits. All are taken as strings as well.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from mezhved.infotypes.documents import QName, read_document
from mezhved.infotypes.forms.fields import chain, members, primitive
from mezhved.infotypes.forms.lexical import allows
from mezhved.infotypes.values.complaints import explain, needs_text
from mezhved.infotypes.wellknown import XS
from mezhved.smev3.xml import MalformedXml
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mezhved.infotypes.forms.shapes import Component
    from mezhved.infotypes.forms.types import Types

_SAFE: Final = 2**53 - 1
_HUGE: Final = 10**1000
_PRECISE: Final = 25
_BOOLEANS: Final[Mapping[str, bool | int]] = {"true": True, "false": False, "1": 1, "0": 0}
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME: Final = re.compile(r"[^\W\d][\w.\-]*")
_BLANKS: Final = re.compile("[\t\n\r ]+")
_NAMES: Final = frozenset({"QName", "NOTATION"})


def to_scalar(text: str, simple: Component, scope: Mapping[str, str]) -> Any:
    """Return the JSON value of a text; `scope` are the namespaces in force around it, by prefix."""
    variety = simple.variety
    if variety == "list":
        item = next(each for each in chain(simple) if hasattr(each, "item_type")).item_type
        return [to_scalar(each, item, scope) for each in normalised(text, simple).split(" ") if each]
    plain = normalised(text, simple)
    if variety == "union":
        return plain
    base = primitive(simple)
    if base == "boolean":
        return _BOOLEANS.get(plain, plain)
    if base == "decimal":
        return _whole(plain) if _is_integer(simple) else plain
    if base in _NAMES:
        prefix, colon, local = plain.rpartition(":")
        return QName(scope.get(prefix if colon else "", ""), local).clark
    return plain


def _whole(text: str) -> int | str:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 16:  # noqa: PLR2004 - 2**53 has 16
        return text
    number = int(text)
    return number if str(number) == text and abs(number) <= _SAFE else text


def _is_integer(simple: Component) -> bool:
    return any(each.name == f"{{{XS}}}integer" for each in chain(simple))


def normalised(text: str, simple: Component) -> str:
    """Return a text with its blanks as the type says: kept, each a space, or collapsed."""
    if simple.variety == "union":
        # the member that takes the text decides (XML Schema part 2, section 4.3.6)
        fitting = next((each for each in members(simple) if allows(each, text)), None)
        return text.strip() if fitting is None else normalised(text, fitting)
    rule = "collapse" if simple.variety == "list" else simple.white_space
    if rule == "collapse":
        return " ".join(_BLANKS.split(text)).strip(" ")
    if rule == "replace":
        return re.sub(r"[\t\n\r]", " ", text)
    return text


def from_scalar(
    value: Any, simple: Component, types: Types, prefix: Callable[[str], str]
) -> tuple[str, Text | None]:
    """Return the text of a JSON value and what is wrong with it; `prefix` gives one for a namespace."""
    text = _text(value, simple, prefix)
    if text is None:
        return "", needs_text(value, simple)
    if not is_text(text):
        return "", Text(ru="знаки, недопустимые в XML", en="characters that XML does not allow")
    return text, flaw(text, simple, types)


def is_text(text: str) -> bool:
    """Tell whether XML can hold a text."""
    return _FORBIDDEN.search(text) is None


def is_name(name: QName) -> bool:
    """Tell whether a name can be written in XML."""
    if not _NAME.fullmatch(name.local) or not is_text(name.namespace):
        return False
    try:
        read_document(f"<{name.local}/>".encode())
    except MalformedXml:
        return False
    return True


def flaw(text: str, simple: Component, types: Types) -> Text | None:
    """Return what is wrong with a text by its type, None when nothing is."""
    field = types.field(simple)
    most = field.bounds.length or field.bounds.max_length
    if most and field.base == "string" and len(text) > most and len(normalised(text, simple)) > most:
        return explain(text, simple, field)  # patterns of schemas may take long over long texts
    return None if fits(text, simple) else explain(text, simple, field)


def fits(text: str, simple: Component) -> bool:
    """Tell whether a type allows a text."""
    if _is_name(simple):
        return True
    return allows(simple, text)


def _is_name(simple: Component) -> bool:
    return simple.variety == "atomic" and primitive(simple) in _NAMES


def _text(value: Any, simple: Component, prefix: Callable[[str], str]) -> str | None:
    """Return the lexical form of a JSON value, None for one that is no simple value."""
    if isinstance(value, (list, tuple)):
        return _items(value, simple, prefix)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < _HUGE else None
    if isinstance(value, (float, Decimal)):
        return _number(value, simple)
    if not isinstance(value, str):
        return None
    return _qualified(value, prefix) if _is_name(simple) else value


def _qualified(value: str, prefix: Callable[[str], str]) -> str | None:
    name = QName.parse(value.strip())
    if not is_name(name):
        return None
    lead = prefix(name.namespace) if name.namespace else ""
    return f"{lead}:{name.local}" if lead else name.local


def _items(values: Sequence[Any], simple: Component, prefix: Callable[[str], str]) -> str | None:
    if simple.variety != "list" or any(isinstance(each, (list, tuple)) for each in values):
        return None
    item = next(each for each in chain(simple) if hasattr(each, "item_type")).item_type
    texts = [_text(each, item, prefix) for each in values]
    return None if None in texts else " ".join(str(each) for each in texts)


def _number(value: float | Decimal, simple: Component) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("INF" if value > 0 else "-INF")
    if primitive(simple) in {"float", "double"}:
        return repr(float(value))
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if simple.variety == "atomic" and _is_integer(simple) and exact == exact.to_integral_value():
        exact = exact.quantize(Decimal(1)) if exact.adjusted() < _PRECISE else exact
    return format(exact, "f") if abs(exact.adjusted()) < 1000 else str(value)  # noqa: PLR2004
