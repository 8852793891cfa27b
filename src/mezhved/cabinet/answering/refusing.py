"""Refusing with codes, and telling the asker how far it came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.shortcuts import redirect

from mezhved.cabinet import audit
from mezhved.cabinet.access import Permission, Visit, page
from mezhved.cabinet.answering.conflicts import demand_free, demand_in_hand, make_own
from mezhved.cabinet.answering.viewing import asked_context, incoming, is_held, request_of
from mezhved.cabinet.wording import spoken
from mezhved.gateway.errors import Conflict, GatewayError, InvalidMessage
from mezhved.gateway.outbox import RejectionDraft, StatusDraft, take_rejection, take_status
from mezhved.gateway.provider import work
from mezhved.smev3.messages import RejectionReason
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    import uuid

    from django.http import HttpResponse

    from mezhved.gateway.models import Exchange

TEXT_LIMIT: Final = 4000
ROWS: Final = 5
"""Reasons, and parameters of a status, that the page has room for."""
_NAME_LIMIT: Final = 100
_CODE_DIGITS: Final = 9
_VERSION_WITHOUT_FAILURE: Final = "1.2"


@dataclass(frozen=True, slots=True)
class ReasonKind:
    """A code of a refusal: its name and when it is right."""

    code: str
    title: Text
    when: Text


REASONS: Final = (
    ReasonKind(
        RejectionReason.NO_DATA,
        Text(ru="Сведений нет", en="No data"),
        Text(
            ru="Запрос верен, вы искали, но таких сведений у вас нет.",
            en="The request is right, you searched, and have no such data.",
        ),
    ),
    ReasonKind(
        RejectionReason.ACCESS_DENIED,
        Text(ru="Нет права на сведения", en="Access denied"),
        Text(
            ru="Сведения есть, но этому отправителю или на таком основании их выдать нельзя.",
            en="There are data, but they must not be given to this sender or on this ground.",
        ),
    ),
    ReasonKind(
        RejectionReason.UNKNOWN_REQUEST_DESCRIPTION,
        Text(ru="Запрос непонятен", en="Request not understood"),
        Text(
            ru="В запросе не то или не хватает данных: напишите, что исправить.",
            en="The request is wrong or lacks data: write what to correct.",
        ),
    ),
    ReasonKind(
        RejectionReason.FAILURE,
        Text(ru="Техническая ошибка", en="Technical failure"),
        Text(
            ru="Ответить не удалось по вашей технической причине: отправитель сможет спросить снова.",
            en="You cannot answer for a technical reason of yours: the sender may ask again.",
        ),
    ),
)


@page(Permission.ANSWER)
def refuse(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show the form of a refusal; on POST look it over, then give it to be sent."""
    exchange = incoming(visit, uid, Permission.ANSWER)
    kinds = reasons_for(exchange)
    if visit.request.method != "POST":
        return _refusal(visit, exchange, kinds, [("", "")])
    said = visit.request.POST
    typed = list(zip(said.getlist("code"), said.getlist("text"), strict=False))[:ROWS]
    if said.get("action") == "more":
        return _refusal(visit, exchange, kinds, [*typed, ("", "")][:ROWS])
    try:
        reasons = _reasons(kinds, typed)
        if said.get("action") != "send":
            return _refusal(visit, exchange, kinds, typed, checked=reasons)
        make_own(visit, exchange)
        take_rejection(visit.gateway, RejectionDraft(exchange, reasons, author=visit.actor.name))
    except GatewayError as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _refusal(visit, incoming(visit, uid), kinds, typed, error=error, status=status)
    audit.record(visit, "rejected", exchange=exchange)
    messages.success(
        visit.request, spoken(Text(ru="Отказ принят к отправке.", en="The refusal is on its way."))
    )
    return redirect("cabinet:incoming_work", uid)


@page(Permission.ANSWER)
def status(visit: Visit, uid: uuid.UUID) -> HttpResponse:
    """Show the form of an interim status; on POST give it to be sent."""
    exchange = incoming(visit, uid, Permission.ANSWER)
    if visit.request.method != "POST":
        return _status(visit, exchange, {})
    said = visit.request.POST
    typed = {
        "code": said.get("code", ""),
        "description": said.get("description", ""),
        "parameters": list(zip(said.getlist("name"), said.getlist("value"), strict=False))[:ROWS],
    }
    try:
        draft = _status_draft(visit, exchange, typed)
        demand_in_hand(exchange)
        demand_free(visit, exchange)
        take_status(visit.gateway, draft)
    except GatewayError as error:
        code = 409 if isinstance(error, Conflict) else 422
        return _status(visit, incoming(visit, uid), typed, error=error, status=code)
    audit.record(visit, "status_sent", exchange=exchange)
    messages.success(
        visit.request, spoken(Text(ru="Статус принят к отправке.", en="The status is on its way."))
    )
    return redirect("cabinet:incoming_work", uid)


def reasons_for(exchange: Exchange) -> tuple[ReasonKind, ...]:
    """Return the codes that the schema of the connection has: 1.2 knows no FAILURE."""
    if exchange.system.connection.version == _VERSION_WITHOUT_FAILURE:
        return tuple(each for each in REASONS if each.code != RejectionReason.FAILURE)
    return REASONS


def _reasons(kinds: tuple[ReasonKind, ...], typed: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    known = {each.code for each in kinds}
    found = []
    for number, (code, text) in enumerate(typed):
        if not code and not text.strip():
            continue
        if code not in known:
            raise InvalidMessage(Text(ru="выберите причину", en="choose the reason"), where=f"code-{number}")
        if not text.strip() or len(text) > TEXT_LIMIT:
            raise InvalidMessage(
                Text(
                    ru=f"объясните отказ, до {TEXT_LIMIT} знаков",
                    en=f"explain the refusal in up to {TEXT_LIMIT} characters",
                ),
                where=f"text-{number}",
            )
        found.append((code, text.strip()))
    if not found:
        raise InvalidMessage(Text(ru="выберите причину", en="choose the reason"), where="code-0")
    return tuple(found)


def _status_draft(visit: Visit, exchange: Exchange, typed: dict[str, Any]) -> StatusDraft:
    code = typed["code"].strip()
    if not code.isascii() or not code.isdigit() or len(code) > _CODE_DIGITS:
        raise InvalidMessage(
            Text(ru="код статуса — число", en="the code of a status is a number"), where="code"
        )
    description = typed["description"].strip()
    if not description or len(description) > TEXT_LIMIT:
        raise InvalidMessage(
            Text(ru="напишите, что происходит", en="write what is going on"), where="description"
        )
    parameters = tuple((name.strip(), value) for name, value in typed["parameters"] if name.strip())
    for name, value in parameters:
        if len(name) > _NAME_LIMIT or len(value) > TEXT_LIMIT:
            raise InvalidMessage(
                Text(ru="параметр слишком длинный", en="the parameter is too long"), where="parameters"
            )
    return StatusDraft(exchange, int(code), description, parameters, author=visit.actor.name)


def _refusal(
    visit: Visit,
    exchange: Exchange,
    kinds: tuple[ReasonKind, ...],
    typed: list[tuple[str, str]],
    *,
    checked: tuple[tuple[str, str], ...] = (),
    error: MezhvedError | None = None,
    status: int = 200,
) -> HttpResponse:
    titles = {each.code: each.title for each in kinds}
    context = {
        "kinds": kinds,
        "typed": list(enumerate(typed)),
        "checked": [(titles[code], text) for code, text in checked],
        "has_room": len(typed) < ROWS,
        "limit": TEXT_LIMIT,
    }
    return _page(visit, exchange, "cabinet/answering/refuse.html", context, error=error, status=status)


def _status(
    visit: Visit,
    exchange: Exchange,
    typed: dict[str, Any],
    *,
    error: MezhvedError | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = [*typed.get("parameters", ()), *[("", "")] * ROWS][:ROWS]
    context = {"typed": typed, "parameters": list(enumerate(rows)), "limit": TEXT_LIMIT}
    return _page(visit, exchange, "cabinet/answering/status.html", context, error=error, status=status)


def _page(
    visit: Visit,
    exchange: Exchange,
    template: str,
    context: dict[str, Any],
    *,
    error: MezhvedError | None,
    status: int,
) -> HttpResponse:
    audit.record(visit, "viewed", exchange=exchange)
    context |= {
        **asked_context(visit, exchange, request_of(exchange)),
        "error": error,
        "in_hand": exchange.state in work.IN_HAND,
        "is_held": is_held(visit, exchange),
    }
    return visit.render(template, context, status=status)
