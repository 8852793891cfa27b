"""Counts of a period over what the token may see."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from ninja import Router
from ninja.params import Query  # noqa: TC002

from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.problems import bad
from mezhved.gateway.rest.queries import StatisticsQuery  # noqa: TC001
from mezhved.gateway.rest.schemas import StatisticsOut
from mezhved.gateway.watching.statistics import statistics

router = Router(tags=["statistics"])

_MOSCOW: Final = ZoneInfo("Europe/Moscow")
_DAYS: Final = 30
_LONGEST_DAYS: Final = 3660


@router.get(
    "/statistics", response=StatisticsOut, operation_id="get_statistics", summary="Counts of a period"
)
def get_statistics(request: Call, query: Query[StatisticsQuery]) -> dict[str, Any]:
    """Return how many events of each kind there were, by day, system, type and department."""
    until = query.until or request.gateway.clock().astimezone(_MOSCOW).date()
    since = query.since or until - timedelta(days=min(_DAYS, until.toordinal() - 1))
    if not 0 <= (until - since).days <= _LONGEST_DAYS:
        raise bad(
            "query.since",
            "период пуст или длиннее десяти лет",
            "the period is empty or longer than ten years",
        )
    counted = statistics(since, until, query.by, request.auth.visible())
    return {"items": [_line(dataclasses.asdict(each)) for each in counted]}


def _line(said: dict[str, Any]) -> dict[str, Any]:
    said["test"] = said.pop("is_test")
    return said
