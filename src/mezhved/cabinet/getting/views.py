"""The page of one own request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages as notes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.audit_words import words_of
from mezhved.cabinet.getting.copying import copied
from mezhved.cabinet.getting.standing import context, mark, messages_of
from mezhved.cabinet.lists.words import type_words
from mezhved.cabinet.models import AuditEntry
from mezhved.cabinet.showing import protocol_of
from mezhved.cabinet.wording import spoken
from mezhved.gateway.cases import give_case
from mezhved.gateway.errors import Conflict
from mezhved.gateway.marking import mark_read
from mezhved.gateway.models import Direction, MessageKind
from mezhved.gateway.outbox import cancel
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    import uuid

    from mezhved.gateway.models import Exchange

_SEEN_BY: Final = 300


@page(Permission.SEE, methods=("GET",))
def request(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show a request with what became of it, and its answers beside it."""
    exchange = visit.exchange(uid)
    if exchange.direction != Direction.OUT:
        return redirect("cabinet:incoming_work", uid)
    shown = context(visit, exchange, messages_of(exchange))
    _saw(visit, exchange)
    return visit.render("cabinet/getting/request.html", shown | {"title": type_words(exchange)})


@page(Permission.SEE, methods=("GET",))
def request_status(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Give the living part of the page anew when something changed since `seen`, else nothing."""
    exchange = visit.exchange(uid)
    if visit.request.GET.get("seen") == mark(exchange, messages_of(exchange, contents=False)):
        return HttpResponse(status=204)
    _saw(visit, exchange)
    shown = context(visit, exchange, messages_of(exchange))
    return visit.render("cabinet/getting/live.html", shown | {"polled": True})


def _saw(visit: Visit, exchange: Exchange) -> None:
    audit.record(visit, "viewed", exchange=exchange)
    if visit.access.may_about(Permission.ASK, exchange):
        mark_read(exchange)


@page(Permission.SEE, methods=("GET",))
def request_signatures(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Check and show all signatures of an exchange."""
    exchange = visit.exchange(uid)
    return visit.render(
        "cabinet/getting/signatures.html",
        {
            "exchange": exchange,
            "title": type_words(exchange),
            "protocol": protocol_of(visit.gateway, exchange),
            "checked_at": visit.now,
        },
    )


@page(Permission.ASSIGN, methods=("GET",))
def request_seen_by(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show to heads who saw an exchange and who saved what of it."""
    exchange = visit.exchange(uid, Permission.ASSIGN)
    rows = AuditEntry.objects.filter(exchange=exchange.uid).order_by("-at", "-pk")[:_SEEN_BY]
    return visit.render(
        "cabinet/getting/seen_by.html",
        {
            "exchange": exchange,
            "title": type_words(exchange),
            "rows": [(row, words_of(row.action)) for row in rows],
        },
    )


@page(Permission.ASK, methods=("POST",))
def request_copy(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Begin a new request with the content of this one."""
    exchange = visit.exchange(uid, Permission.ASK)
    sent = next((each for each in messages_of(exchange) if each.kind == MessageKind.REQUEST), None)
    if exchange.type is None or exchange.direction != Direction.OUT or sent is None or not sent.content:
        raise Http404
    audit.record(visit, "viewed", exchange=exchange, subject="copy")
    try:
        draft = copied(visit, exchange, sent)
    except MezhvedError as error:
        notes.error(visit.request, spoken(error.what))
        return redirect("cabinet:request", uid)
    return redirect("cabinet:asking_draft", draft.uid)


@page(Permission.ASK, methods=("POST",))
def request_cancel(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Call a request off while SMEV does not have it."""
    exchange = visit.exchange(uid, Permission.ASK)
    try:
        cancel(visit.gateway, exchange)
    except Conflict as error:
        cure = f": {spoken(error.cure)}" if error.cure is not None else ""
        notes.error(visit.request, f"{spoken(error.what)}{cure}")
    else:
        audit.record(visit, "request_cancelled", exchange=exchange)
        notes.success(visit.request, spoken(Text(ru="Запрос отозван", en="The request was called off")))
    return redirect("cabinet:request", uid)


@page(Permission.ASK, methods=("POST",))
def request_case(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Keep the office's own number of the case."""
    exchange = visit.exchange(uid, Permission.ASK)
    if exchange.direction != Direction.OUT:
        raise Http404
    try:
        changed = give_case(exchange, visit.request.POST.get("case_number", ""))
    except Conflict as error:
        notes.error(visit.request, spoken(error.what))
        return redirect("cabinet:request", uid)
    if changed:
        audit.record(visit, "case_numbered", exchange=exchange)
        notes.success(visit.request, spoken(Text(ru="Номер дела сохранён", en="The number is saved")))
    return redirect("cabinet:request", uid)
