"""Work on incoming requests: whose it is, taking it, giving it to others, waiting; terms and departments."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ninja import Router
from ninja.params import Query  # noqa: TC002
from pydantic import BaseModel, ConfigDict, Field

from mezhved.gateway.models import (
    AnswerWay,
    AutoAnswer,
    AutoState,
    Department,
    Direction,
    HandlingKind,
    Person,
)
from mezhved.gateway.provider import work
from mezhved.gateway.provider.work import Actor
from mezhved.gateway.rest.access import demand, exchange_of
from mezhved.gateway.rest.bodies import read_json
from mezhved.gateway.rest.calls import Call  # noqa: TC001
from mezhved.gateway.rest.kinds import Code, Moment
from mezhved.gateway.rest.openapi import json_body
from mezhved.gateway.rest.problems import bad, not_found
from mezhved.gateway.rest.schemas import ExchangeLine, Given
from mezhved.gateway.rest.showing import exchange_line
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gateway.models import Exchange

router = Router(tags=["work"])

_PERSON = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_FULL_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\s\x00-\x1f\x7f-\xa0][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


class ActorIn(Given):
    """Who does it: a person of the calling system; without one, the token itself."""

    actor: str | None = Field(None, min_length=1, max_length=150, pattern=_PERSON)


class AssignIn(ActorIn):
    """To whom a request is given: a department, a person or system of it, or both."""

    department: Code | None = None
    executor: str | None = Field(None, min_length=1, max_length=150, pattern=_PERSON)
    note: str = Field("", max_length=10000, pattern=_TEXT)


class ReasonedIn(ActorIn):
    """Something that needs a reason."""

    note: str = Field(min_length=1, max_length=10000, pattern=_FULL_TEXT)


class ResumeIn(ActorIn):
    """That the term runs again."""

    note: str = Field("", max_length=10000, pattern=_TEXT)


class NoteIn(ReasonedIn):
    """A note, or a question to a colleague."""

    colleague: str | None = Field(None, min_length=1, max_length=150, pattern=_PERSON)


class TermIn(ReasonedIn):
    """Another end of the term."""

    due_at: Moment


class HandlingOut(BaseModel):
    """One thing that was done; `executor` is to whom, without an actor the gateway did it."""

    at: datetime
    kind: HandlingKind
    actor: str
    department: str | None
    executor: str
    note: str


class AutoAnswerOut(BaseModel):
    """Where an answer without people stands."""

    way: AnswerWay
    state: AutoState
    attempts: int
    problem: str


class WorkOut(BaseModel):
    """Whose work a request is, by which rule and why, until when, and what was done."""

    exchange: uuid.UUID
    department: str | None
    executor: str
    rule: str
    because: list[str]
    term: str
    due_at: datetime | None
    paused_at: datetime | None
    answer: AutoAnswerOut | None
    history: list[HandlingOut]


class PersonOut(BaseModel):
    """Who works in a department."""

    name: str
    is_head: bool


class DepartmentOut(BaseModel):
    """A department."""

    code: str
    name: str
    parent: str | None
    is_default: bool
    people: list[PersonOut]


class OverdueQuery(BaseModel):
    """Which overdue requests."""

    model_config = ConfigDict(extra="forbid")

    department: Code | None = None
    limit: int = Field(100, ge=1, le=500)


BODIES: tuple[type[BaseModel], ...] = (ActorIn, AssignIn, ReasonedIn, ResumeIn, NoteIn, TermIn)


@router.get(
    "/exchanges/{uid}/work", response=WorkOut, operation_id="get_work", summary="Whose work a request is"
)
def get_work(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Return whose an incoming request is, why, its term and what was done about it."""
    return _work(request, _incoming(exchange_of(request, uid)))


@router.post(
    "/exchanges/{uid}/assign",
    response=WorkOut,
    operation_id="assign_exchange",
    summary="Give a request to a department or a person",
    openapi_extra=json_body(AssignIn),
)
def assign_exchange(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Give a request to others; its term goes on."""
    exchange, said = _in_hand(request, uid), read_json(request, AssignIn)
    if said.department is None and said.executor is None:
        raise bad("/executor", "кому передать?", "to whom?")
    department = None if said.department is None else _department(said.department)
    work.assign(
        request.gateway,
        exchange,
        _actor(request, said),
        department=department,
        executor=said.executor or "",
        note=said.note,
    )
    return _again(request, uid)


@router.post(
    "/exchanges/{uid}/take",
    response=WorkOut,
    operation_id="take_exchange",
    summary="Take a request into work",
    openapi_extra=json_body(ActorIn),
)
def take_exchange(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Take a request; 409 while another works on it."""
    exchange, said = _in_hand(request, uid), read_json(request, ActorIn)
    work.take(request.gateway, exchange, _actor(request, said))
    return _again(request, uid)


@router.post(
    "/exchanges/{uid}/return",
    response=WorkOut,
    operation_id="return_exchange",
    summary="Give a request back to its department",
    openapi_extra=json_body(ReasonedIn),
)
def return_exchange(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Give a request back, with the reason."""
    return _reasoned(request, uid, work.return_)


@router.post(
    "/exchanges/{uid}/pause",
    response=WorkOut,
    operation_id="pause_exchange",
    summary="Let the term stand still while the asker is waited for",
    openapi_extra=json_body(ReasonedIn),
)
def pause_exchange(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Stop the term, with the reason."""
    return _reasoned(request, uid, work.pause)


@router.post(
    "/exchanges/{uid}/resume",
    response=WorkOut,
    operation_id="resume_exchange",
    summary="Let the term run again",
    openapi_extra=json_body(ResumeIn),
)
def resume_exchange(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Let the term run again, longer by the time it stood still."""
    exchange, said = _in_hand(request, uid), read_json(request, ResumeIn)
    work.resume(request.gateway, exchange, _actor(request, said), said.note)
    return _again(request, uid)


@router.post(
    "/exchanges/{uid}/note",
    response=WorkOut,
    operation_id="note_exchange",
    summary="Write something down, or ask a colleague",
    openapi_extra=json_body(NoteIn),
)
def note_exchange(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Keep a note; possible after the end of the exchange too."""
    exchange, said = _in_hand(request, uid), read_json(request, NoteIn)
    work.note(request.gateway, exchange, _actor(request, said), said.note, colleague=said.colleague or "")
    return _again(request, uid)


@router.post(
    "/exchanges/{uid}/term",
    response=WorkOut,
    operation_id="change_term",
    summary="Set the end of the term",
    openapi_extra=json_body(TermIn),
)
def change_term(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    """Set the end of the term by hand, with the reason."""
    exchange, said = _in_hand(request, uid), read_json(request, TermIn)
    work.change_term(request.gateway, exchange, _actor(request, said), said.due_at, said.note)
    return _again(request, uid)


@router.get(
    "/overdue",
    response=list[ExchangeLine],
    operation_id="list_overdue",
    summary="Incoming requests whose term is over",
)
def list_overdue(request: Call, query: Query[OverdueQuery]) -> list[dict[str, Any]]:
    """Return the requests that nobody has answered in time, the longest overdue first."""
    department = None if query.department is None else _department(query.department, "query.department")
    rows = work.overdue(request.gateway.clock(), department=department).filter(request.auth.visible())
    return [exchange_line(request, each) for each in rows[: query.limit]]


@router.get(
    "/departments", response=list[DepartmentOut], operation_id="list_departments", summary="Departments"
)
def list_departments(request: Call) -> list[dict[str, Any]]:  # noqa: ARG001 - every operation has it
    """Return the departments that are in work, with their people."""
    people: dict[int, list[Person]] = {}
    for each in Person.objects.select_related("department").order_by("name"):
        people.setdefault(each.department.pk, []).append(each)
    rows = Department.objects.filter(is_active=True).select_related("parent").order_by("code")
    return [
        {
            "code": row.code,
            "name": row.name,
            "parent": None if row.parent is None else row.parent.code,
            "is_default": row.is_default,
            "people": [{"name": each.name, "is_head": each.is_head} for each in people.get(row.pk, ())],
        }
        for row in rows
    ]


def _incoming(exchange: Exchange) -> Exchange:
    if exchange.direction != Direction.IN:
        raise not_found(Text(ru="это не входящий запрос", en="this is no incoming request"))
    return exchange


def _in_hand(request: Call, uid: uuid.UUID) -> Exchange:
    exchange = _incoming(exchange_of(request, uid))
    demand(request, "answer", exchange)
    return exchange


def _reasoned(
    request: Call, uid: uuid.UUID, do: Callable[[Any, Exchange, Actor, str], Exchange]
) -> dict[str, Any]:
    exchange, said = _in_hand(request, uid), read_json(request, ReasonedIn)
    do(request.gateway, exchange, _actor(request, said), said.note)
    return _again(request, uid)


def _actor(request: Call, said: ActorIn) -> Actor:
    return Actor(said.actor or request.auth.name)


def _department(code: str, where: str = "/department") -> Department:
    found = Department.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise bad(where, f"подразделения {code} нет", f"there is no department {code}")
    return found


def _again(request: Call, uid: uuid.UUID) -> dict[str, Any]:
    return _work(request, exchange_of(request, uid))


def _work(request: Call, exchange: Exchange) -> dict[str, Any]:
    routing = exchange.routing or {}
    return {
        "exchange": exchange.uid,
        "department": None if exchange.department is None else exchange.department.code,
        "executor": exchange.executor,
        "rule": routing.get("rule", ""),
        "because": [each[request.language] for each in routing.get("because", ())],
        "term": exchange.term,
        "due_at": exchange.due_at,
        "paused_at": exchange.paused_at,
        "answer": _answer(request, AutoAnswer.objects.filter(exchange=exchange).first()),
        "history": [
            {
                "at": each.at,
                "kind": each.kind,
                "actor": each.actor,
                "department": None if each.department is None else each.department.code,
                "executor": each.executor,
                "note": each.note,
            }
            for each in work.history(exchange)
        ],
    }


def _answer(request: Call, row: AutoAnswer | None) -> dict[str, Any] | None:
    if row is None:
        return None
    problem = (row.problem or {}).get(request.language, "")
    return {"way": row.way, "state": row.state, "attempts": row.attempts, "problem": problem}
