"""How years of exchanges stand, added up by SQL at once: for measurements of the dashboard.

The gateway adds up day by day as things happen (`mezhved.gateway.watching.standing`); a test holds this
against that.
"""

from __future__ import annotations

import itertools
from typing import Final

from django.db import connection, transaction

from mezhved.gateway.models.standing import BOUNDS, PARTS
from mezhved.gateway.watching.standing import STATE_MEASURES

_GROUPS: Final = {
    "answered": "('answered')",
    "rejected": "('rejected')",
    "faulted": "('faulted')",
    "unsent": "('unsent')",
    "cancelled": "('cancelled')",
    "untold": "('no_answer')",
    "open": "('sending', 'waiting', 'new', 'in_work', 'answering')",
}
_KEYS: Final = "direction, type_id, department, counterpart, is_test"
_MEASURES: Final = ", ".join((*STATE_MEASURES, "late", "overdue", "seconds", *PARTS))
_SETTLED: Final = "state IN ('answered', 'rejected') AND closed_at IS NOT NULL"
_TOOK: Final = "extract(epoch FROM closed_at - created_at)"


def add_up() -> None:
    """Fill the table of an empty measurement's database from its exchanges. PostgreSQL only."""
    with transaction.atomic(), connection.cursor() as cursor:
        for grain, side in (("day", "''"), ("day_by_side", "counterpart")):
            cursor.execute(_days(grain, side))
        for grain, month in (("day", "month"), ("day_by_side", "month_by_side")):
            cursor.execute(_months(grain, month))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) gateway_standing")


def _days(grain: str, side: str) -> str:
    counts = [f"count(*) FILTER (WHERE state IN {states})" for states in _GROUPS.values()]
    overdue = f"state IN {_GROUPS['open']} AND due_at < now() AND paused_at IS NULL"
    late = f"({_SETTLED} AND closed_at > due_at) OR ({overdue})"
    counts += [f"count(*) FILTER (WHERE {late})", f"count(*) FILTER (WHERE {overdue})"]
    counts.append(f"coalesce(sum({_TOOK}) FILTER (WHERE {_SETTLED}), 0)")
    bounds = ("-1", *(str(each) for each in BOUNDS), "1e18")
    counts += [
        f"count(*) FILTER (WHERE {_SETTLED} AND {_TOOK} > {low} AND {_TOOK} <= {high})"
        for low, high in itertools.pairwise(bounds)
    ]
    return f"""
INSERT INTO gateway_standing (grain, start, {_KEYS}, {_MEASURES})
SELECT '{grain}', (created_at AT TIME ZONE 'Europe/Moscow')::date, direction, type_id, department_id, {side},
    is_test, {", ".join(counts)}
FROM gateway_exchange WHERE state <> 'draft' GROUP BY 1, 2, 3, 4, 5, 6, 7"""  # noqa: S608 - names of our own


def _months(grain: str, month: str) -> str:
    sums = ", ".join(f"sum({each})" for each in _MEASURES.split(", "))
    return f"""
INSERT INTO gateway_standing (grain, start, {_KEYS}, {_MEASURES})
SELECT '{month}', date_trunc('month', start)::date, {_KEYS}, {sums}
FROM gateway_standing WHERE grain = '{grain}' GROUP BY 2, {_KEYS}"""  # noqa: S608 - names of our own
