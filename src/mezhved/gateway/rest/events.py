"""Events since a cursor, with a bounded wait for one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from ninja import Router
from ninja.params import Query  # noqa: TC002

from mezhved.gateway.events import last_position
from mezhved.gateway.models import Event
from mezhved.gateway.queries import Prepared
from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.queries import EventQuery  # noqa: TC001
from mezhved.gateway.rest.schemas import EventPage
from mezhved.gateway.webhooks.telling import EVENT_FIELDS, event_told

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet

_EVENTS: Final = Prepared[Event]()
router = Router(tags=["events"])

LOOK_SECONDS: Final = 0.5
"""How soon events that another process has given their place are seen."""


@router.get("/events", response=EventPage, operation_id="list_events", summary="Events since a cursor")
def list_events(request: Call, query: Query[EventQuery]) -> dict[str, Any]:
    """Return what happened after a cursor, in order; nothing is left out, however late it is asked."""
    found = _events(request, query)
    if not found["items"] and query.wait:
        with request.shared.waiting.place() as may_wait:
            until = time.monotonic() + (query.wait if may_wait else 0)
            while not found["items"] and (left := until - time.monotonic()) > 0:
                request.gateway.news.wait(min(left, LOOK_SECONDS))
                found = _events(request, query)
    return found


def _found(
    request: Call, limit: int, after: int, last: int, exchange: uuid.UUID | None = None
) -> QuerySet[Event, Any]:
    rows = Event.objects.filter(request.auth.visible("exchange__"), position__gt=after, position__lte=last)
    if exchange is not None:
        rows = rows.filter(exchange__uid=exchange)
    return rows.order_by("position").values_list(*EVENT_FIELDS)[:limit]


def _events(request: Call, query: EventQuery) -> dict[str, Any]:
    last = last_position()
    if last <= query.after:
        return {"items": [], "next": query.after}
    apart = request.auth.rights, query.limit
    named = () if query.exchange is None else (query.exchange,)
    events = _EVENTS.tuples(
        lambda after, last, *named: _found(request, query.limit, after, last, *named),
        query.after,
        last,
        *named,
        apart=apart,
    )
    full = len(events) == query.limit
    cursor = events[-1][0] if full else max(last, query.after)
    return {"items": [event_told(*each) for each in events], "next": cursor}
