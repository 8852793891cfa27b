"""What is done about an incoming request at one press of a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.answering import telling
from mezhved.cabinet.answering.history import open_questions
from mezhved.cabinet.answering.people import colleague_of, target_of
from mezhved.cabinet.answering.viewing import (
    Trouble,
    incoming,
    may_pause,
    may_return,
    work_page,
)
from mezhved.cabinet.wording import spoken
from mezhved.gateway.cases import give_case
from mezhved.gateway.errors import Conflict, GatewayError
from mezhved.gateway.marking import mark_read
from mezhved.gateway.models import ExchangeState
from mezhved.gateway.provider import work
from mezhved.texts import Text

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from mezhved.gateway.models import Exchange


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done: by whom, how, and what is said afterwards."""

    permission: Permission
    act: Callable[[Visit, Exchange], None]
    done: Text


@page(Permission.SEE, methods=("POST",))
def do(visit: Visit, uid: uuid.UUID, what: str) -> HttpResponse:
    """Do it; where it cannot be done, show the page with the reason, and what was typed stays."""
    deed = DEEDS.get(what)
    if deed is None:
        raise Http404
    exchange = incoming(visit, uid, deed.permission)
    try:
        deed.act(visit, exchange)
    except GatewayError as error:
        typed = visit.request.POST.dict()
        return work_page(visit, incoming(visit, uid), Trouble(what, error, typed))
    audit.record(visit, "work_changed", exchange=exchange, subject=what)
    messages.success(visit.request, spoken(deed.done))
    if not visit.access.exchanges(Permission.SEE).filter(uid=uid).exists():
        return redirect("cabinet:answering")
    return redirect("cabinet:incoming_work", uid)


def _note(visit: Visit) -> str:
    return str(visit.request.POST.get("note", ""))


def _take(visit: Visit, exchange: Exchange) -> None:
    work.take(visit.gateway, exchange, visit.actor)


def _take_over(visit: Visit, exchange: Exchange) -> None:
    work.take_over(visit.gateway, exchange, visit.actor)


def _not_yours(exchange: Exchange) -> Conflict:
    return Conflict(
        Text(ru="запрос в работе не у вас", en="it is not you who works on the request"),
        where=str(exchange.uid),
    )


def _return(visit: Visit, exchange: Exchange) -> None:
    if not may_return(visit, exchange):
        raise _not_yours(exchange)
    work.return_(visit.gateway, exchange, visit.actor, _note(visit))


def _assign(visit: Visit, exchange: Exchange) -> None:
    target = target_of(visit, visit.request.POST.get("to", ""))
    person = target.person
    work.assign(
        visit.gateway,
        exchange,
        visit.actor,
        department=target.department,
        executor="" if person is None else person.name,
        account=None if person is None else person.account,
        note=_note(visit),
    )


def _ask(visit: Visit, exchange: Exchange) -> None:
    colleague = colleague_of(visit, exchange, visit.request.POST.get("colleague", ""))
    work.note(visit.gateway, exchange, visit.actor, _note(visit), colleague=colleague.name)


def _write(visit: Visit, exchange: Exchange) -> None:
    """Note something down; a note of one who was asked is the answer to whoever asked."""
    asked = open_questions(list(work.history(exchange)), visit.account.name)
    if not asked and not visit.access.may_about(Permission.ANSWER, exchange):
        raise Conflict(Text(ru="вам открыт только просмотр", en="you may only look"), where=str(exchange.uid))
    work.note(visit.gateway, exchange, visit.actor, _note(visit))
    for each in dict.fromkeys(row.actor for row in asked):
        telling.replied(visit, exchange, each)


def _pause(visit: Visit, exchange: Exchange) -> None:
    if not may_pause(visit, exchange):
        raise _not_yours(exchange)
    work.pause(visit.gateway, exchange, visit.actor, _note(visit))


def _resume(visit: Visit, exchange: Exchange) -> None:
    if not may_pause(visit, exchange):
        raise _not_yours(exchange)
    work.resume(visit.gateway, exchange, visit.actor, _note(visit))


def _read(visit: Visit, exchange: Exchange) -> None:
    """Close a message that wants no answer."""
    if exchange.state != ExchangeState.NO_ANSWER:
        raise Conflict(
            Text(ru="этот запрос ждёт ответа", en="this request waits for an answer"), where=str(exchange.uid)
        )
    if mark_read(exchange):
        said = spoken(Text(ru="Ознакомлен", en="Read"))
        work.note(visit.gateway, exchange, visit.actor, said)


def _number(visit: Visit, exchange: Exchange) -> None:
    give_case(exchange, visit.request.POST.get("case_number", ""))


DEEDS: Final = {
    "take": Deed(Permission.ANSWER, _take, Text(ru="Запрос у вас в работе.", en="The request is yours.")),
    "by-hand": Deed(
        Permission.ANSWER,
        _take_over,
        Text(ru="Автоматический ответ остановлен, запрос у вас.", en="The automatic answer is stopped."),
    ),
    "return": Deed(
        Permission.ANSWER,
        _return,
        Text(ru="Запрос возвращён в подразделение.", en="The request is back in its department."),
    ),
    "assign": Deed(Permission.ASSIGN, _assign, Text(ru="Запрос передан.", en="The request is given on.")),
    "ask": Deed(Permission.ANSWER, _ask, Text(ru="Вопрос задан.", en="The question is asked.")),
    "note": Deed(Permission.SEE, _write, Text(ru="Записано.", en="Noted.")),
    "pause": Deed(Permission.ANSWER, _pause, Text(ru="Срок приостановлен.", en="The term stands still.")),
    "resume": Deed(Permission.ANSWER, _resume, Text(ru="Срок снова идёт.", en="The term runs again.")),
    "read": Deed(Permission.ANSWER, _read, Text(ru="Отмечено прочитанным.", en="Marked as read.")),
    "case": Deed(Permission.ANSWER, _number, Text(ru="Номер дела сохранён.", en="The number is saved.")),
}
