"""One thing done with several incoming requests: taken, or given to somebody."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.answering.people import target_of
from mezhved.cabinet.wording import spoken
from mezhved.gateway.errors import GatewayError
from mezhved.gateway.models import Direction
from mezhved.gateway.provider import work
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gateway.models import Exchange

MOST: Final = 200
_SHOWN: Final = 10


@page(Permission.ANSWER, methods=("POST",))
def bulk(visit: Visit) -> HttpResponse:
    """Take or give away the requests that were ticked; tell of each that could not be."""
    said = visit.request.POST
    back = redirect(
        f"{reverse('cabinet:answering')}?{QueryDict(said.get('query', '')[:4000]).urlencode() or 'all=1'}"
    )
    permission = Permission.ASSIGN if said.get("action") == "assign" else Permission.ANSWER
    chosen = _chosen(visit, permission)
    if not chosen:
        messages.warning(
            visit.request, spoken(Text(ru="Отметьте запросы галочками.", en="Tick the requests first."))
        )
        return back
    try:
        act = _assigning(visit) if permission is Permission.ASSIGN else _taking(visit)
    except GatewayError as error:
        messages.error(visit.request, spoken(error.what))
        return back
    _do(visit, chosen, act)
    return back


def _chosen(visit: Visit, permission: Permission) -> list[Exchange]:
    keys = []
    for each in visit.request.POST.getlist("uid")[:MOST]:
        try:
            keys.append(uuid.UUID(each))
        except ValueError:
            continue
    rows = visit.access.exchanges(permission).filter(uid__in=keys, direction=Direction.IN)
    return list(rows.select_related("type", "department").defer("type__package").order_by("pk"))


def _assigning(visit: Visit) -> Callable[[Exchange], None]:
    target = target_of(visit, visit.request.POST.get("to", ""))
    person = target.person

    def act(exchange: Exchange) -> None:
        work.assign(
            visit.gateway,
            exchange,
            visit.actor,
            department=target.department,
            executor="" if person is None else person.name,
            account=None if person is None else person.account,
        )

    return act


def _taking(visit: Visit) -> Callable[[Exchange], None]:
    def act(exchange: Exchange) -> None:
        work.take(visit.gateway, exchange, visit.actor)

    return act


def _do(visit: Visit, chosen: list[Exchange], act: Callable[[Exchange], None]) -> None:
    done, failed = 0, []
    for each in chosen:
        try:
            act(each)
        except GatewayError as error:
            failed.append(f"{each.counterpart_name or each.counterpart}: {spoken(error.what)}")
            continue
        audit.record(visit, "work_changed", exchange=each, subject="bulk")
        done += 1
    if done:
        messages.success(visit.request, spoken(Text(ru=f"Сделано: {done}.", en=f"Done: {done}.")))
    for line in failed[:_SHOWN]:
        messages.error(visit.request, line)
