"""Events since a cursor, with a bounded wait for one."""

from __future__ import annotations

import threading
from typing import Any, Final

from django.db.models import Max
from ninja import Router
from ninja.params import Query  # noqa: TC002

from mezhved.gateway.models import Event
from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.queries import EventQuery  # noqa: TC001
from mezhved.gateway.rest.schemas import EventPage
from mezhved.gateway.webhooks.telling import event_body

router = Router(tags=["events"])

LOOK_SECONDS: Final = 0.5


@router.get("/events", response=EventPage, operation_id="list_events", summary="Events since a cursor")
def list_events(request: Call, query: Query[EventQuery]) -> dict[str, Any]:
    """Return what happened after a cursor, in order; nothing is left out, however late it is asked."""
    found = _events(request, query)
    if not found["items"] and query.wait:
        with request.shared.waiting.place() as may_wait:
            pause = threading.Event()
            looks = round(query.wait / LOOK_SECONDS) if may_wait else 0
            for _ in range(looks):
                pause.wait(LOOK_SECONDS)
                found = _events(request, query)
                if found["items"]:
                    break
    return found


def _events(request: Call, query: EventQuery) -> dict[str, Any]:
    last = Event.objects.aggregate(last=Max("position"))["last"] or 0
    rows = Event.objects.filter(
        request.auth.visible("exchange__"), position__gt=query.after, position__lte=last
    )
    if query.exchange is not None:
        rows = rows.filter(exchange__uid=query.exchange)
    events = list(
        rows.select_related("exchange__system", "exchange__type", "message")
        .defer("exchange__type__package", "message__content")
        .order_by("position")[: query.limit]
    )
    full = len(events) == query.limit
    cursor = events[-1].position if full else max(last, query.after)
    return {"items": [event_body(each) for each in events], "next": cursor}
