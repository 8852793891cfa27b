"""What is kept of a record of each kind of file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from mezhved.cabinet.directories.gar.kinds import FLAT, HOUSE, PLOT, ROOM, house_label, searched_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Row = dict[str, Any]
Record = dict[str, str]
_POSTCODE: Final = "5"
_OKTMO: Final = "7"
_LEVELS: Final = range(1, 9)


@dataclass(frozen=True, slots=True)
class Codes:
    """Short names of kinds of houses, of their parts, of flats and rooms by codes, and today's day."""

    houses: Mapping[str, str]
    parts: Mapping[str, str]
    flats: Mapping[str, str]
    rooms: Mapping[str, str]
    today: date


class _Read(Protocol):
    def __call__(self, record: Record, codes: Codes, *, removed: bool) -> tuple[int, Row] | None: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """How records of a file are read. `deletes`: its `AS_DEL_` twin takes objects away.

    `inner`: of what lies inside houses, read where it is asked for: it is most of the register.
    """

    read: _Read
    deletes: bool = False
    inner: bool = False


def _key(record: Record) -> int | None:
    number = record.get("OBJECTID", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None  # noqa: PLR2004 - fits 64 bits


def _guid(record: Record) -> uuid.UUID | None:
    try:
        return uuid.UUID(record.get("OBJECTGUID", ""))
    except ValueError:
        return None


def _object(record: Record, *, removed: bool) -> tuple[int, uuid.UUID] | int | None:
    """Tell the object of a record: with its GUID where it is in force, its key alone where it is no more.

    Earlier versions of an object (ISACTUAL other than 1) say nothing of it.
    """
    key, guid = _key(record), _guid(record)
    if key is None or guid is None or (record.get("ISACTUAL") != "1" and not removed):
        return None
    return key if removed or record.get("ISACTIVE") != "1" else (key, guid)


def _gone() -> Row:
    return {"guid": None, "level": 0, "kind": "", "name": "", "number": ""}


def _place(record: Record, codes: Codes, *, removed: bool) -> tuple[int, Row] | None:  # noqa: ARG001 - as the others
    found = _object(record, removed=removed)
    if found is None:
        return None
    if isinstance(found, int):
        return found, _gone()
    level = record.get("LEVEL", "")
    if not level.isdigit() or int(level) not in _LEVELS:
        return None
    name, kind = record.get("NAME", "").strip()[:500], record.get("TYPENAME", "").strip()[:100]
    return found[0], {"guid": found[1], "level": int(level), "kind": kind, "name": name, "number": ""}


def _house(record: Record, codes: Codes, *, removed: bool) -> tuple[int, Row] | None:
    found = _object(record, removed=removed)
    if found is None:
        return None
    if isinstance(found, int):
        return found, _gone()
    number = searched_number(*(record.get(each, "") for each in ("HOUSENUM", "ADDNUM1", "ADDNUM2")))
    label = house_label(record, codes.houses, codes.parts)
    return found[0], {
        "guid": found[1],
        "level": HOUSE,
        "kind": "",
        "name": label[:500],
        "number": number[:100],
    }


def _plot(record: Record, codes: Codes, *, removed: bool) -> tuple[int, Row] | None:  # noqa: ARG001 - as the others
    return _numbered(record, PLOT, "з/у", removed=removed)


def _flat(record: Record, codes: Codes, *, removed: bool) -> tuple[int, Row] | None:
    return _numbered(record, FLAT, codes.flats.get(record.get("APARTTYPE", ""), ""), removed=removed)


def _room(record: Record, codes: Codes, *, removed: bool) -> tuple[int, Row] | None:
    return _numbered(record, ROOM, codes.rooms.get(record.get("ROOMTYPE", ""), ""), removed=removed)


def _numbered(record: Record, level: int, kind: str, *, removed: bool) -> tuple[int, Row] | None:
    """Take what its kind and number alone name: a plot; in a house a flat or an office, in a flat a room."""
    found = _object(record, removed=removed)
    if found is None:
        return None
    if isinstance(found, int):
        return found, _gone()
    number = record.get("NUMBER", "").strip()
    return found[0], {
        "guid": found[1],
        "level": level,
        "kind": "",
        "name": f"{kind} {number}".strip()[:500],
        "number": searched_number(number)[:100],
    }


def _parent(record: Record) -> int | None:
    number = record.get("PARENTOBJID", "")
    return int(number) or None if number.isascii() and number.isdigit() and len(number) < 19 else None  # noqa: PLR2004


def _administrative(record: Record, codes: Codes, *, removed: bool) -> tuple[int, Row] | None:  # noqa: ARG001
    key = _key(record)
    if key is None or record.get("ISACTIVE") != "1":
        return None
    return key, {"parent": _parent(record)}


def _municipal(record: Record, codes: Codes, *, removed: bool) -> tuple[int, Row] | None:  # noqa: ARG001
    key = _key(record)
    if key is None or record.get("ISACTIVE") != "1":
        return None
    return key, {"municipal_parent": _parent(record), "oktmo": _digits(record.get("OKTMO", ""), 11)}


def _parameter(record: Record, codes: Codes, *, removed: bool) -> tuple[int, Row] | None:  # noqa: ARG001
    """Take an index or an OKTMO that is in force: not changed since, not ended."""
    key = _key(record)
    if (
        key is None
        or record.get("CHANGEIDEND", "0") not in {"", "0"}
        or record.get("ENDDATE", "9999") < codes.today.isoformat()
    ):
        return None
    if record.get("TYPEID") == _POSTCODE:
        return key, {"postcode": _digits(record.get("VALUE", ""), 6)}
    if record.get("TYPEID") == _OKTMO:
        return key, {"oktmo": _digits(record.get("VALUE", ""), 11)}
    return None


def _digits(text: str, most: int) -> str:
    return text if text.isascii() and text.isdigit() and len(text) <= most else ""


READERS: Final[Mapping[str, Reader]] = {
    "ADDR_OBJ": Reader(_place, deletes=True),
    "HOUSES": Reader(_house, deletes=True),
    "STEADS": Reader(_plot, deletes=True),
    "APARTMENTS": Reader(_flat, deletes=True, inner=True),
    "ROOMS": Reader(_room, deletes=True, inner=True),
    "ADM_HIERARCHY": Reader(_administrative),
    "MUN_HIERARCHY": Reader(_municipal),
    "ADDR_OBJ_PARAMS": Reader(_parameter),
    "HOUSES_PARAMS": Reader(_parameter),
    "STEADS_PARAMS": Reader(_parameter),
}
"""By the middle of a file's name, in the order in which they are loaded."""
