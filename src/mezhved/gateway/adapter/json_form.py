"""Trees of the adapter's elements from JSON and to JSON.

The adapter's REST interface holds foreign XML as `{"any": "<...>"}` and `{"signature": "<...>"}`; programs in
the field write and expect a bare text instead. Both are read; which one is written is the address's choice.
"""

from __future__ import annotations

import json
from typing import Any

from mezhved.gateway.adapter.calls import DECLARATION
from mezhved.gateway.adapter.faults import invalid
from mezhved.gateway.adapter.shapes import Field, Kind, Tree
from mezhved.gateway.adapter.xml_form import plain
from mezhved.smev3.fragments import Source
from mezhved.smev3.xml import MalformedXml, parse


def read_json(octets: bytes) -> Tree:
    """Return a JSON object; raise `ValidationFault` for anything else."""
    try:
        said = json.loads(octets.removeprefix(b"\xef\xbb\xbf").decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise invalid(f"JSON не читается: {error}", f"the JSON does not read: {error}") from error
    if not isinstance(said, dict):
        raise invalid("нужен объект JSON", "a JSON object is needed")
    return said


def pick(said: Tree, name: str) -> Any:
    """Return a member by its name, whatever the case of its letters; None where it is absent or null."""
    if name in said:
        return said[name]
    wanted = name.lower()
    return next((value for key, value in said.items() if key.lower() == wanted), None)


def normalised(said: Any, field: Field, path: str = "") -> Any:
    """Return the tree as the XML form gives it; raise `ValidationFault` where a value is of another kind."""
    path = path or field.json
    if isinstance(field.holds, tuple):
        if not isinstance(said, dict):
            raise invalid("нужен объект JSON", "a JSON object is needed", path)
        found = ((each, pick(said, each.json)) for each in field.holds)
        return {
            each.json: _member(value, each, f"{path}.{each.json}")
            for each, value in found
            if value is not None
        }
    if field.holds is Kind.MARKUP:
        held = pick(said, field.inside) if isinstance(said, dict) else said
        return _markup(held, path)
    if field.holds is Kind.MARKUPS:
        held = pick(said, field.inside) if isinstance(said, dict) else said
        return [_markup(each, path) for each in _listed(held, path)]
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, int | str):
        told = str(said)
        if plain(told) != told:
            raise invalid("недопустимые знаки", "characters that may not be", path)
        return told
    raise invalid("нужна строка", "a text is needed", path)


def _member(value: Any, field: Field, path: str) -> Any:
    if not field.many:
        return normalised(value, field, path)
    return [normalised(each, field, f"{path}[{number}]") for number, each in enumerate(_listed(value, path))]


def _listed(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise invalid("нужен список", "a list is needed", path)
    return value


def _markup(value: Any, path: str) -> bytes:
    if not isinstance(value, str):
        raise invalid("нужен XML строкой", "XML as a text is needed", path)
    try:
        octets = DECLARATION.sub("", value.strip()).encode("utf-8")
        root = parse(octets)
    except UnicodeEncodeError as error:
        raise invalid("в строке недопустимые знаки", "the text has characters that are none", path) from error
    except MalformedXml as error:
        raise invalid(error.what.ru, error.what.en, path) from error
    return Source(octets, root).cut(root).octets


def written(tree: Tree, fields: Kind | tuple[Field, ...], *, wrapped: bool) -> Tree:
    """Return what `json.dumps` takes; `wrapped` holds foreign XML in an object, as REST does."""
    return {
        each.json: [_value(one, each, wrapped=wrapped) for one in value]
        if each.many
        else _value(value, each, wrapped=wrapped)
        for each in (fields if isinstance(fields, tuple) else ())
        if (value := tree.get(each.json)) is not None
    }


def _value(value: Any, field: Field, *, wrapped: bool) -> Any:
    if isinstance(field.holds, tuple):
        return written(value, field.holds, wrapped=wrapped)
    if field.holds is Kind.MARKUP:
        text = value.decode("utf-8")
        return {field.inside: text} if wrapped else text
    if field.holds is Kind.MARKUPS:
        return {field.inside: [each.decode("utf-8") for each in value]}
    return value


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
