"""Routing by the sender (1.3) on the command line: recipients by options and a file, signed records."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from mezhved.cli.smev3_connection import FILE, help_text
from mezhved.smev3.messages import RecordRouting, RoutingInformation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NAMES = frozenset({"record", "values", "identifiers", "general"})


def routed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of routing; `routing_of` reads them."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


_OPTIONS = (
    click.option(
        "--route-value",
        "route_values",
        multiple=True,
        metavar="VALUE",
        help=help_text(
            "получатель по значению динамической маршрутизации (1.3)",
            "a recipient by a value of dynamic routing (1.3)",
        ),
    ),
    click.option(
        "--route-identifier",
        "route_identifiers",
        multiple=True,
        metavar="ID",
        help=help_text("получатель по идентификатору (1.3)", "a recipient by an identifier (1.3)"),
    ),
    click.option(
        "--route-records",
        type=FILE,
        help=help_text(
            'файл JSON с получателями записей реестра: [{"record": 1, "values": ["…"], "identifiers": ["…"], '
            '"general": false}]',
            'a JSON file with recipients of registry records: [{"record": 1, "values": ["..."], '
            '"identifiers": ["..."], "general": false}]',
        ),
    ),
    click.option(
        "--sign-records",
        is_flag=True,
        help=help_text(
            "подписать каждую запись реестра (directive:Registry) в бизнес-данных",
            "sign each record of the registry (directive:Registry) in the business data",
        ),
    ),
)


def routing_of(
    values: tuple[str, ...], identifiers: tuple[str, ...], records: Path | None
) -> RoutingInformation | None:
    """Return what the options say, None where they say nothing. Raises `click.BadParameter`."""
    if not values and not identifiers and records is None:
        return None
    told = () if records is None else tuple(_record(each, records) for each in _entries(records))
    return RoutingInformation(dynamic=values, identifiers=identifiers, records=told)


def _entries(path: Path) -> list[Any]:
    try:
        read = json.loads(path.read_bytes())
    except ValueError as error:
        raise _bad(path, f"JSON: {error}", f"JSON: {error}") from error
    if not isinstance(read, list):
        raise _bad(path, "нужен список", "a list is expected")
    return read


def _record(entry: Any, path: Path) -> RecordRouting:
    if not isinstance(entry, dict) or not entry.keys() <= _NAMES:
        raise _bad(path, f"лишнее или не запись: {entry}", f"not a record, or too much: {entry}")
    number, general = entry.get("record"), entry.get("general", False)
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(general, bool):
        raise _bad(path, f"record — число, general — true или false: {entry}", f"record is a number: {entry}")
    return RecordRouting(
        number,
        use_general_routing=general,
        dynamic=_texts(entry.get("values", []), path),
        identifiers=_texts(entry.get("identifiers", []), path),
    )


def _texts(value: Any, path: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _bad(path, f"нужен список текстов: {value}", f"a list of texts is expected: {value}")
    return tuple(value)


def _bad(path: Path, ru: str, en: str) -> click.BadParameter:
    return click.BadParameter(f"{path}: {help_text(ru, en)}", param_hint="--route-records")
