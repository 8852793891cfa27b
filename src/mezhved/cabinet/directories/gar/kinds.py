"""What the register's codes mean: kinds of houses, and what is written before and after a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.cabinet.directories.gar.sources import Export

PLOT: Final = 9
HOUSE: Final = 10
FLAT: Final = 11
ROOM: Final = 12
HOUSES: Final[Mapping[str, str]] = {
    "1": "влд.",
    "2": "д.",
    "3": "двлд.",
    "4": "г-ж",
    "5": "зд.",
    "6": "шахта",
    "7": "стр.",
    "8": "соор.",
    "9": "литера",
    "10": "к.",
    "11": "подв.",
    "12": "кот.",
    "13": "п-б",
    "14": "ОНС",
}
"""Short names of AS_HOUSE_TYPES, for exports that come without it."""
PARTS: Final[Mapping[str, str]] = {"1": "к.", "2": "стр.", "3": "соор.", "4": "литера"}
"""Short names of AS_ADDHOUSE_TYPES."""
FLATS: Final[Mapping[str, str]] = {
    "1": "помещ.",
    "2": "кв.",
    "3": "офис",
    "4": "ком.",
    "5": "раб.уч.",
    "6": "скл.",
    "7": "торг. зал",
    "8": "цех",
    "9": "пав.",
    "10": "подв.",
    "11": "кот.",
    "12": "п-б",
    "13": "г-ж",
}
"""Short names of AS_APARTMENT_TYPES."""
ROOMS: Final[Mapping[str, str]] = {"1": "ком.", "2": "помещ."}
"""Short names of AS_ROOM_TYPES."""
_AFTER: Final = frozenset(
    {"обл", "край", "р-н", "ао", "аобл", "а.обл", "а.окр", "у", "м.р-н", "мр-н", "м.о", "г.о", "вн.р-н"}
)
"""Kinds that Russian writes after the name: `Тестовая обл`, `Пробный р-н`."""
_GAPS: Final = re.compile(r"[\s\-]+")


def short_names(export: Export, subject: str, usual: Mapping[str, str]) -> dict[str, str]:
    """Return the short names of a dictionary of the export by their codes."""
    from mezhved.cabinet.directories.gar.reading import records  # noqa: PLC0415 - it names errors of this package

    found = dict(usual)
    for each in export.of(subject, 0):
        with each.open() as file:
            for record in records(file, each.name):
                if record.get("ID") and record.get("SHORTNAME"):
                    found[record["ID"]] = record["SHORTNAME"]
    return found


def titled(kind: str, name: str) -> str:
    """Return a name with its kind as an address has it: `г Пробный`, `Тестовая обл`."""
    if not kind:
        return name
    return f"{name} {kind}" if kind.lower().rstrip(".") in _AFTER else f"{kind} {name}"


def house_label(record: Mapping[str, str], houses: Mapping[str, str], parts: Mapping[str, str]) -> str:
    """Return a house as an address has it: `д. 5а, к. 2`."""
    pieces = [_piece(houses, record.get("HOUSETYPE", ""), record.get("HOUSENUM", ""))]
    pieces += [_piece(parts, record.get(f"ADDTYPE{n}", ""), record.get(f"ADDNUM{n}", "")) for n in (1, 2)]
    return ", ".join(each for each in pieces if each)


def _piece(names: Mapping[str, str], code: str, number: str) -> str:
    return f"{names.get(code, '')} {number}".strip() if number else ""


def searched_number(*numbers: str) -> str:
    """Return a number as it is searched: `5а`, `9/4`, `5 2` of a house 5, building 2."""
    return " ".join(_GAPS.sub("", each.lower().replace("ё", "е")) for each in numbers if each)
