"""What the validator of calls finds, in our words: where, what, and what to give instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mezhved.gateway.errors import Flaw
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("не указано", "is missing"),
    "extra_forbidden": ("такого поля нет", "there is no such field"),
    "json_invalid": ("это не JSON", "is no JSON"),
    "string_type": ("нужна строка", "must be a string"),
    "string_too_long": ("не длиннее {max_length} знаков", "{max_length} characters at most"),
    "string_too_short": ("не короче {min_length} знаков", "{min_length} characters at least"),
    "string_pattern_mismatch": ("не того вида: {pattern}", "not of the form {pattern}"),
    "string_unicode": ("знаки вне Юникода", "characters outside Unicode"),
    "int_type": ("нужно целое число", "must be a whole number"),
    "int_parsing": ("нужно целое число", "must be a whole number"),
    "int_from_float": ("нужно целое число", "must be a whole number"),
    "int_parsing_size": ("слишком большое число", "the number is too large"),
    "greater_than_equal": ("не меньше {ge}", "{ge} at least"),
    "less_than_equal": ("не больше {le}", "{le} at most"),
    "bool_type": ("нужно true или false", "must be true or false"),
    "bool_parsing": ("нужно true или false", "must be true or false"),
    "literal_error": ("одно из: {expected}", "one of: {expected}"),
    "enum": ("одно из: {expected}", "one of: {expected}"),
    "uuid_parsing": ("нужен UUID", "must be a UUID"),
    "uuid_type": ("нужен UUID", "must be a UUID"),
    "date_from_datetime_parsing": ("нужна дата ГГГГ-ММ-ДД", "must be a date YYYY-MM-DD"),
    "date_parsing": ("нужна дата ГГГГ-ММ-ДД", "must be a date YYYY-MM-DD"),
    "date_type": ("нужна дата ГГГГ-ММ-ДД", "must be a date YYYY-MM-DD"),
    "year": ("год от {first} до {last}", "a year from {first} to {last}"),
    "dict_type": ("нужен объект с полями", "must be an object with fields"),
    "model_type": ("нужен объект с полями", "must be an object with fields"),
    "model_attributes_type": ("нужен объект с полями", "must be an object with fields"),
    "list_type": ("нужен список", "must be a list"),
    "too_short": ("не меньше {min_length} строк", "{min_length} items at least"),
    "too_long": ("не больше {max_length} строк", "{max_length} items at most"),
}
_MOMENT: Final = ("нужен момент с поясом", "must be a moment with its zone")
_SUCH: Final = Text(
    ru="например, 2026-01-31T12:00:00+03:00; в адресе вместо + пишите %2B",
    en="for example, 2026-01-31T12:00:00+03:00; in an address write %2B for +",
)
_MOMENTS: Final = ("datetime", "timezone")
_BODY: Final = frozenset({"body", "form", "file"})


def flaws_of(errors: Iterable[Mapping[str, Any]], place: str = "") -> tuple[Flaw, ...]:
    """Return what `pydantic` found; `place` is put before the paths of what has none of its own."""
    return tuple(Flaw(_path(each["loc"], place), _text(each), _cure(each)) for each in errors)


def _path(location: Sequence[object], place: str) -> str:
    """Return a JSON pointer for a body, `query.name` for a parameter."""
    parts = [str(each) for each in location]
    if parts[:2] == ["query", "query"]:  # the framework's way to say which item of a list
        del parts[0]
    if not place and parts and parts[0] not in _BODY:
        return ".".join(parts)
    steps = parts if place else parts[1:]
    return place.removesuffix("/") + "".join(
        "/" + each.replace("~", "~0").replace("/", "~1") for each in steps
    )


def _text(error: Mapping[str, Any]) -> Text:
    kind = str(error["type"])
    known = _MOMENT if kind.startswith(_MOMENTS) else _TEXTS.get(kind)
    if known is None:
        return Text(ru=f"неверное значение: {error['msg']}", en=str(error["msg"]))
    said = {name: str(value) for name, value in error.get("ctx", {}).items()}
    try:
        return Text(ru=known[0].format(**said), en=known[1].format(**said))
    except KeyError:
        return Text(ru="неверное значение", en="the value is wrong")


def _cure(error: Mapping[str, Any]) -> Text | None:
    return _SUCH if str(error["type"]).startswith(_MOMENTS) else None
