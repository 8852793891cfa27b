"""The page of an incoming request: what was asked beside the work on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpResponse
from django.urls import reverse

from mezhved.cabinet import audit, showing
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.answering.history import history, open_questions
from mezhved.cabinet.answering.people import colleagues, targets
from mezhved.cabinet.forms import drafts
from mezhved.cabinet.lists.terms import Terms
from mezhved.cabinet.lists.words import auto_words, type_words, words_of
from mezhved.gateway.marking import mark_read
from mezhved.gateway.models import (
    AutoAnswer,
    AutoState,
    Direction,
    ExchangeState,
    Message,
    MessageKind,
    MessageState,
)
from mezhved.gateway.provider import work
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from django.utils.safestring import SafeString

    from mezhved.gateway.models import Exchange

TABS: Final = {
    "page": Text(ru="Запрос", en="Request"),
    "xml": Text(ru="XML", en="XML"),
    "signatures": Text(ru="Подписи", en="Signatures"),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What could not be done, beside the form that it was asked by; what was typed is kept."""

    what: str
    error: MezhvedError
    typed: Mapping[str, str]


def answer_shown(visit: Visit, exchange: Exchange, content: bytes, at: datetime) -> SafeString:
    """Return the page of an answer that is not sent yet; errors as `showing.page_of`."""
    message = Message(
        exchange=exchange,
        system=exchange.system,
        direction=Direction.OUT,
        kind=MessageKind.ANSWER,
        state=MessageState.DRAFT,
        content=content,
        created_at=at,
    )
    return showing.page_of(visit, message, files=False)


@page(Permission.SEE, methods=("GET",))
def show(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show an incoming request and the work on it."""
    return work_page(visit, incoming(visit, uid))


def incoming(visit: Visit, uid: uuid.UUID, permission: Permission = Permission.SEE) -> Exchange:
    """Return an incoming exchange for which the permission is held; raise `Http404` for any other."""
    exchange = visit.exchange(uid, permission)
    if exchange.direction != Direction.IN:
        raise Http404
    return exchange


def work_page(visit: Visit, exchange: Exchange, trouble: Trouble | None = None) -> HttpResponse:
    """Return the page of a request; with a trouble, beside its form."""
    request = request_of(exchange)
    audit.record(visit, "viewed", exchange=exchange)
    may_answer = visit.access.may_about(Permission.ANSWER, exchange)
    if may_answer and exchange.state != ExchangeState.NO_ANSWER:
        mark_read(exchange)
    may_assign = visit.access.may_about(Permission.ASSIGN, exchange)
    in_hand = exchange.state in work.IN_HAND
    context = {
        **asked_context(visit, exchange, request),
        "trouble": trouble,
        "here": reverse("cabinet:incoming_work", args=[exchange.uid]),
        "may_answer": may_answer,
        "may_assign": may_assign,
        "in_hand": in_hand,
        "is_mine": is_mine(visit, exchange),
        "is_held": is_held(visit, exchange),
        "may_return": may_return(visit, exchange),
        "may_pause": may_pause(visit, exchange),
        "paused": exchange.paused_at is not None,
        "history": history(exchange, visit.account.name),
        "questions": open_questions(list(work.history(exchange)), visit.account.name),
        "auto": auto_of(exchange),
        "left": drafts.left_of(exchange) if may_answer else None,
        "sent": _sent(exchange),
        "colleagues": colleagues(visit, exchange) if may_answer or _is_asked(visit, exchange) else (),
        "targets": targets(visit) if may_assign and in_hand else None,
        "wants_no_answer": exchange.state == ExchangeState.NO_ANSWER,
        "is_unread": _is_unread(exchange),
    }
    status = 200 if trouble is None else 409
    return visit.render("cabinet/answering/work.html", context, status=status)


def asked_context(visit: Visit, exchange: Exchange, request: Message | None) -> dict[str, Any]:
    """Return what every page of a request shows of it: its facts and what was asked."""
    tab = visit.request.GET.get("show", "page")
    tab = tab if tab in TABS else "page"
    return {
        "exchange": exchange,
        "request_message": request,
        "title": type_words(exchange),
        "state": words_of(exchange),
        "term": Terms(visit.now).of(exchange),
        "because": because(exchange),
        "rule": (exchange.routing or {}).get("rule", ""),
        "tab": tab,
        "tabs": TABS,
        "shown": _shown(visit, request, tab),
    }


def request_of(exchange: Exchange) -> Message | None:
    """Return the message that asks."""
    rows = Message.objects.filter(exchange=exchange, kind=MessageKind.REQUEST).order_by("pk")
    found = rows.select_related("system__connection").first()
    if found is not None:
        found.exchange = exchange
    return found


def because(exchange: Exchange) -> list[Text]:
    """Return why the request came to where it is."""
    said = (exchange.routing or {}).get("because") or ()
    return [Text(ru=each.get("ru", ""), en=each.get("en", "")) for each in said]


def is_mine(visit: Visit, exchange: Exchange) -> bool:
    """Tell whether the account works on the request."""
    return exchange.state == ExchangeState.IN_WORK and exchange.executor == visit.account.name


def is_held(visit: Visit, exchange: Exchange) -> bool:
    """Tell whether somebody else works on the request."""
    return exchange.state == ExchangeState.IN_WORK and exchange.executor not in {"", visit.account.name}


def may_return(visit: Visit, exchange: Exchange) -> bool:
    """Tell whether the account may give the request back: who works on it, and who gives work out."""
    mine = exchange.executor == visit.account.name
    return mine or (bool(exchange.executor) and visit.access.may_about(Permission.ASSIGN, exchange))


def may_pause(visit: Visit, exchange: Exchange) -> bool:
    """Tell whether the account decides about the term: who works on the request, and who gives work out."""
    return is_mine(visit, exchange) or visit.access.may_about(Permission.ASSIGN, exchange)


def auto_of(exchange: Exchange) -> dict[str, Any] | None:
    """Return where the automatic answer stands, in words."""
    row = AutoAnswer.objects.select_related("service").filter(exchange=exchange).first()
    if row is None:
        return None
    said = row.problem or {}
    return {
        "words": auto_words(row),
        "problem": Text(ru=said.get("ru", ""), en=said.get("en", "")) if said else None,
        "service": "" if row.service is None else row.service.code,
        "attempts": row.attempts,
        "run_after": row.run_after,
        "can_be_stopped": row.state in {AutoState.WAITING, AutoState.LATER}
        and exchange.state in work.IN_HAND,
        "failed": row.state == AutoState.FAILED,
    }


def _shown(visit: Visit, request: Message | None, tab: str) -> object:
    if request is None:
        return None
    if tab == "xml":
        return showing.xml_of(visit, request)
    if tab == "signatures":
        return showing.signatures_html(visit, request)
    return showing.page_of(visit, request)


def _sent(exchange: Exchange) -> list[Message]:
    """Return what was said about the request so far, the latest last."""
    rows = Message.objects.filter(exchange=exchange).exclude(kind=MessageKind.REQUEST)
    return list(rows.defer("content", "personal_signature").order_by("pk"))


def _is_unread(exchange: Exchange) -> bool:
    return Message.objects.filter(
        exchange=exchange, direction=Direction.IN, state=MessageState.RECEIVED
    ).exists()


def _is_asked(visit: Visit, exchange: Exchange) -> bool:
    return bool(open_questions(list(work.history(exchange)), visit.account.name))
