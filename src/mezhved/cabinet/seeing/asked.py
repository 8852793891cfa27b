"""What figures are asked for: a period, a direction, a department among those of the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from mezhved.cabinet.access import Permission
from mezhved.cabinet.seeing.periods import Period, period_of
from mezhved.gateway.models import Department, Direction
from mezhved.gateway.watching.reckoning import Scope
from mezhved.gateway.watching.summing import MOSCOW
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mezhved.cabinet.access import Access

DIRECTIONS: Final = {
    Direction.IN.value: Text(ru="Входящие запросы", en="Incoming requests"),
    Direction.OUT.value: Text(ru="Наши запросы", en="Our requests"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted, within the departments of an account."""

    period: Period
    direction: str
    department: Department | None
    """One of them; None: all."""
    held: frozenset[int] | None
    """Keys of the departments whose figures the account may see; None: all, and those of none."""

    @property
    def departments(self) -> frozenset[int] | None:
        """Keys of the departments that are counted; None: all."""
        if self.department is not None:
            return frozenset({self.department.pk})
        return self.held

    @property
    def scope(self) -> Scope:
        """The same for counting. Test messages are no part of any figure."""
        return Scope(
            since=self.period.since,
            until=self.period.until,
            departments=self.departments,
            direction=self.direction,
        )

    @property
    def query(self) -> str:
        """The query string that means the same."""
        return urlencode(self.parameters)

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the query string."""
        said = {
            "period": self.period.name,
            "direction": self.direction,
            "department": "" if self.department is None else self.department.code,
        }
        if self.period.name == "own":
            said |= {"since": self.period.since.isoformat(), "until": self.period.until.isoformat()}
        return {name: value for name, value in said.items() if value}


def asked_of(query: Mapping[str, str], access: Access, now: datetime, *, both: bool = False) -> Asked:
    """Read a query string; a department that is not the account's narrows nothing.

    Without a direction that is known, incoming requests are meant, or with `both` all.
    """
    held = access.grants.get(Permission.STATISTICS, frozenset())
    direction = query.get("direction", "")
    code = query.get("department", "")
    department = access.departments(Permission.STATISTICS).filter(code=code).first() if code else None
    return Asked(
        period_of(query, now.astimezone(MOSCOW).date()),
        direction if direction in DIRECTIONS else "" if both else Direction.IN.value,
        department,
        held,
    )
