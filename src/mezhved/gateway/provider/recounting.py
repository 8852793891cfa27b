"""Terms follow the production calendar: a day declared off later lengthens those that run over it."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mezhved.gateway.models import Department, Direction, Exchange, InformationType
from mezhved.gateway.provider.spans import Span
from mezhved.gateway.provider.terms import choose_term, counter_of, set_term, work_calendar
from mezhved.gateway.provider.work import OWED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.gateway.provider.calendar import WorkCalendar

ZONES: Final = timedelta(days=1)
"""By how much a department's day may begin before that of UTC, rounded up."""


@contextlib.contextmanager
def terms_recounted() -> Iterator[None]:
    """Change the calendar inside, in one transaction with the terms of requests that wait for an answer.

    Counted anew is what the calendar alone had set; a term set by a person, or made longer by a pause, stays.
    """
    with transaction.atomic():
        before = work_calendar()
        yield
        after = work_calendar()
        if after.changed != before.changed:
            _recount(before, after)


def _recount(before: WorkCalendar, after: WorkCalendar) -> None:
    differing = before.changed.items() ^ after.changed.items()
    first = datetime.combine(min(day for day, _ in differing), time(), UTC) - ZONES
    departments = Department.objects.in_bulk()
    kinds = InformationType.objects.defer("package").in_bulk()
    rows = Exchange.objects.filter(direction=Direction.IN, state__in=OWED, due_at__gte=first, term__gt="")
    for exchange in rows.select_for_update().order_by("pk"):
        department = departments.get(exchange.department_id or 0)
        span, came = Span.parse(exchange.term), exchange.created_at
        counter = counter_of(department, after)
        due = counter.due(came, span)
        if exchange.due_at == due or exchange.due_at != counter_of(department, before).due(came, span):
            continue
        choice = choose_term(kinds.get(exchange.type_id or 0), department, exchange.term)
        set_term(exchange, choice, counter, due)
