"""Exchanges: the journal with its filters, one with its messages, cancelling, marking as read."""

from __future__ import annotations

import uuid  # noqa: TC003 - read by the framework
from typing import TYPE_CHECKING, Any

from ninja import Router
from ninja.params import Query  # noqa: TC002

from mezhved.gateway.cases import case_number
from mezhved.gateway.inbox import mark_read
from mezhved.gateway.outbox import cancel
from mezhved.gateway.rest.access import demand, exchange_of
from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.problems import bad
from mezhved.gateway.rest.queries import ListQuery  # noqa: TC001
from mezhved.gateway.rest.schemas import ExchangeLine, ExchangeOut, ExchangePage
from mezhved.gateway.rest.showing import exchange_line, exchange_whole
from mezhved.gateway.watching.filters import Filters, Place, journal

if TYPE_CHECKING:
    from mezhved.gateway.models import Exchange

router = Router(tags=["exchanges"])


@router.get(
    "/exchanges", response=ExchangePage, operation_id="list_exchanges", summary="The journal with filters"
)
def list_exchanges(request: Call, query: Query[ListQuery]) -> dict[str, Any]:
    """Return exchanges, the youngest first."""
    found = journal(_filters(query), request.gateway.subjects, _place(query.cursor))
    rows = list(
        found.filter(request.auth.visible())
        .select_related("system", "type", "department")
        .defer("type__package")[: query.limit + 1]
    )
    page = rows[: query.limit]
    return {
        "items": [exchange_line(request, each) for each in page],
        "next": Place.of(page[-1]).cursor if len(rows) > query.limit else None,
    }


@router.get(
    "/exchanges/{uid}",
    response=ExchangeOut,
    operation_id="get_exchange",
    summary="One exchange with its messages",
    by_alias=True,
)
def get_exchange(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Return an exchange; business data are given as XML and as JSON side by side."""
    return exchange_whole(request, exchange_of(request, uid))


@router.post(
    "/exchanges/{uid}/cancel",
    response=ExchangeLine,
    operation_id="cancel_exchange",
    summary="Call a request off before it is sent",
)
def cancel_exchange(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Call a request off; 409 once SMEV may have it."""
    exchange = exchange_of(request, uid)
    demand(request, "ask", exchange)
    return _line(request, cancel(request.gateway, exchange))


@router.post(
    "/exchanges/{uid}/read",
    response=ExchangeLine,
    operation_id="mark_exchange_read",
    summary="Mark what came in as read",
)
def mark_exchange_read(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Note that the caller has everything that came in the exchange so far."""
    exchange = exchange_of(request, uid)
    demand(request, "answer" if exchange.direction == "in" else "ask", exchange)
    mark_read(exchange)
    return _line(request, exchange)


def _line(request: Call, exchange: Exchange) -> dict[str, Any]:
    return exchange_line(request, exchange_of(request, exchange.uid))


def _filters(query: ListQuery) -> Filters:
    return Filters(
        direction=query.direction or "",
        states=query.state,
        types=query.type,
        system=query.system or "",
        department=query.department or "",
        executor=query.executor or "",
        counterpart=query.counterpart or "",
        case_number=case_number(query.case_number or ""),
        person=query.person or "",
        message_id=str(query.message_id) if query.message_id is not None else "",
        client_id=query.client_id or "",
        is_test=None if query.test is None else query.test == "true",
        since=query.since,
        before=query.before,
    )


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    try:
        return Place.parse(cursor)
    except ValueError:
        raise bad("query.cursor", "такого курсора не было", "there was no such cursor") from None
