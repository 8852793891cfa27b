"""Times and names as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.cabinet.wording import spoken
from mezhved.gateway.models import Department, InformationType
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Collection

_UNITS: Final = (
    (86400, Text(ru="д", en="d")),
    (3600, Text(ru="ч", en="h")),
    (60, Text(ru="мин", en="min")),
    (1, Text(ru="с", en="s")),
)
UNKNOWN_TYPE: Final = Text(ru="Неизвестный вид сведений", en="Unknown type")
NO_DEPARTMENT: Final = Text(ru="Без подразделения", en="No department")
NO_SIDE: Final = Text(ru="Не известен", en="Not known")
MONTHS: Final = (
    Text(ru="янв", en="Jan"), Text(ru="фев", en="Feb"), Text(ru="мар", en="Mar"), Text(ru="апр", en="Apr"),
    Text(ru="май", en="May"), Text(ru="июн", en="Jun"), Text(ru="июл", en="Jul"), Text(ru="авг", en="Aug"),
    Text(ru="сен", en="Sep"), Text(ru="окт", en="Oct"), Text(ru="ноя", en="Nov"), Text(ru="дек", en="Dec"),
)  # fmt: skip


def duration(seconds: float | None) -> str:
    """Write a time by its two greatest units: 3 д 4 ч; a dash for none."""
    if seconds is None:
        return "—"
    left = round(seconds)
    for number, (size, unit) in enumerate(_UNITS):
        if left < size and size > 1:
            continue
        more = ""
        if number + 1 < len(_UNITS):
            below, its = _UNITS[number + 1]
            rest = round(left % size / below)
            more = f" {rest} {spoken(its)}" if 0 < rest < size // below else ""
        return f"{left // size} {spoken(unit)}{more}"
    return f"0 {spoken(_UNITS[-1][1])}"


def type_names(keys: Collection[int | None]) -> dict[int | None, tuple[str, str]]:
    """Return code and title of types by their keys."""
    rows = InformationType.objects.filter(pk__in=[each for each in keys if each is not None])
    found: dict[int | None, tuple[str, str]] = {
        key: (code, f"{code} {title}".strip()) for key, code, title in rows.values_list("pk", "code", "title")
    }
    return {**dict.fromkeys(keys, ("", spoken(UNKNOWN_TYPE))), **found}


def department_names(keys: Collection[int | None]) -> dict[int | None, tuple[str, str]]:
    """Return code and name of departments by their keys."""
    rows = Department.objects.filter(pk__in=[each for each in keys if each is not None])
    found: dict[int | None, tuple[str, str]] = {
        key: (code, name) for key, code, name in rows.values_list("pk", "code", "name")
    }
    return {**dict.fromkeys(keys, ("", spoken(NO_DEPARTMENT))), **found}
