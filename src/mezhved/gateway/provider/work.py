"""What people do about incoming requests: take them, give them to others, ask, wait; all of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from mezhved.gateway.errors import Conflict, InvalidMessage
from mezhved.gateway.events import tell
from mezhved.gateway.models import (
    AutoAnswer,
    AutoState,
    Direction,
    Exchange,
    ExchangeState,
    Handling,
    HandlingKind,
)
from mezhved.gateway.provider.letters import is_plain
from mezhved.gateway.provider.spans import Span, Unit
from mezhved.gateway.provider.terms import choose_term, counter_of, set_term
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Department

IN_HAND = (ExchangeState.NEW, ExchangeState.IN_WORK)
OWED = (ExchangeState.NEW, ExchangeState.IN_WORK, ExchangeState.ANSWERING)
NAME_LIMIT = 150
NOTE_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a name as the history shows it, with the account where there is one."""

    name: str
    account: User | None = None


def assign(
    gateway: Gateway,
    exchange: Exchange,
    actor: Actor,
    *,
    department: Department | None = None,
    executor: str = "",
    account: User | None = None,
    note: str = "",
) -> Exchange:
    """Give a request to a department, to a person or system of it, or both; its term goes on.

    Without `department` it stays in its own. Who worked on it until now works on it no more. Raises
    `Conflict` once the request is answered or closed, `InvalidMessage` for a department that is disabled.
    """
    if department is None and not executor:
        raise InvalidMessage(Text(ru="кому передать?", en="to whom?"), where="/executor")
    if department is not None and not department.is_active:
        raise InvalidMessage(
            Text(ru="подразделение выключено", en="the department is disabled"), where="/department"
        )

    def change(row: Exchange) -> None:
        row.department = department or row.department
        row.executor, row.account, row.state = _name(executor, "/executor"), account, ExchangeState.NEW

    return _do(gateway, exchange, (HandlingKind.ASSIGNED, actor, note), change)


def take(gateway: Gateway, exchange: Exchange, actor: Actor) -> Exchange:
    """Take a request into one's own work; raise `Conflict` while another works on it."""

    def change(row: Exchange) -> None:
        if row.state == ExchangeState.IN_WORK and row.executor not in {"", actor.name}:
            raise Conflict(
                Text(ru=f"запрос в работе: {row.executor}", en=f"{row.executor} works on the request"),
                where=str(row.uid),
                cure=Text(ru="попросите передать его", en="ask for it to be assigned to you"),
            )
        row.executor, row.account = _name(actor.name, "/actor"), actor.account
        row.state = ExchangeState.IN_WORK

    return _do(gateway, exchange, (HandlingKind.TAKEN, actor, ""), change)


def take_over(gateway: Gateway, exchange: Exchange, actor: Actor) -> Exchange:
    """Answer by hand what was to be answered without people; raise `Conflict` where nothing is under way.

    An answer that a process is giving at this very moment may still be faster: then this request is answered.
    """
    now = gateway.clock()

    def change(row: Exchange) -> None:
        stopped = AutoAnswer.objects.filter(
            exchange=row, state__in=(AutoState.WAITING, AutoState.LATER)
        ).update(
            state=AutoState.FAILED,
            run_after=None,
            lease_owner="",
            leased_until=None,
            finished_at=now,
            problem={"ru": f"ответит человек: {actor.name}", "en": f"a person will answer: {actor.name}"},
        )
        if not stopped:
            raise Conflict(
                Text(ru="автоматический ответ не готовится", en="no automatic answer is under way"),
                where=str(row.uid),
            )
        row.executor, row.account = _name(actor.name, "/actor"), actor.account
        row.state = ExchangeState.IN_WORK

    return _do(gateway, exchange, (HandlingKind.TAKEN, actor, ""), change)


def return_(gateway: Gateway, exchange: Exchange, actor: Actor, note: str) -> Exchange:
    """Give a request back to its department, with the reason; raise `Conflict` as `assign`."""

    def change(row: Exchange) -> None:
        row.executor, row.account, row.state = "", None, ExchangeState.NEW

    return _do(gateway, exchange, (HandlingKind.RETURNED, actor, _needed(note)), change)


def note(gateway: Gateway, exchange: Exchange, actor: Actor, text: str, *, colleague: str = "") -> Handling:
    """Write something down about a request, or ask a colleague; possible after its end too."""
    now = gateway.clock()
    with transaction.atomic():
        row = _locked(exchange)
        kept = Handling.objects.create(
            exchange=row,
            at=now,
            kind=HandlingKind.NOTED,
            actor=_name(actor.name, "/actor"),
            department=row.department,
            executor=_name(colleague, "/colleague"),
            note=_needed(text),
        )
        tell(row, None, "work_noted", now)
    return kept


def pause(gateway: Gateway, exchange: Exchange, actor: Actor, note: str) -> Exchange:
    """Let the term stand still while the asker is waited for; raise `Conflict` where it does already."""
    now = gateway.clock()

    def change(row: Exchange) -> None:
        if row.paused_at is not None or row.due_at is None:
            raise Conflict(Text(ru="срок уже не идёт", en="the term does not run"), where=str(row.uid))
        row.paused_at = now

    return _do(gateway, exchange, (HandlingKind.PAUSED, actor, _needed(note)), change)


def resume(gateway: Gateway, exchange: Exchange, actor: Actor, note: str = "") -> Exchange:
    """Let the term run again, longer by the time that it stood still; raise `Conflict` where it runs."""
    now = gateway.clock()

    def change(row: Exchange) -> None:
        if row.paused_at is None or row.due_at is None:
            raise Conflict(Text(ru="срок идёт", en="the term runs"), where=str(row.uid))
        counter, choice = counter_of(row.department), choose_term(row.type, row.department, row.term)
        due = counter.resumed(row.due_at, choice.span, row.paused_at, now)
        row.paused_at = None
        set_term(row, choice, counter, due)

    return _do(gateway, exchange, (HandlingKind.RESUMED, actor, note), change)


def change_term(gateway: Gateway, exchange: Exchange, actor: Actor, due: datetime, note: str) -> Exchange:
    """Set the end of a request's term by hand, an aware moment, with the reason."""

    def change(row: Exchange) -> None:
        said = row.term or str(Span(5, Unit.WORKING_DAYS))
        row.paused_at = None
        set_term(row, choose_term(row.type, row.department, said), counter_of(row.department), due)

    return _do(gateway, exchange, (HandlingKind.TERM, actor, _needed(note)), change)


def overdue(now: datetime, *, department: Department | None = None) -> QuerySet[Exchange]:
    """Return the incoming requests whose term is over and that are not answered, the latest last."""
    rows = Exchange.objects.filter(
        direction=Direction.IN, state__in=OWED, due_at__lt=now, paused_at=None
    ).select_related("system", "type", "department")
    if department is not None:
        rows = rows.filter(department=department)
    return rows.defer("type__package").order_by("due_at")


def history(exchange: Exchange) -> QuerySet[Handling]:
    """Return what was done about a request, in order."""
    return Handling.objects.filter(exchange=exchange).select_related("department").order_by("pk")


def _do(
    gateway: Gateway,
    exchange: Exchange,
    done: tuple[HandlingKind, Actor, str],
    change: Callable[[Exchange], None],
) -> Exchange:
    now, (kind, actor, note) = gateway.clock(), done
    with transaction.atomic():
        row = _locked(exchange)
        if row.direction != Direction.IN or row.state not in IN_HAND:
            raise Conflict(
                Text(
                    ru="запрос не входящий, уже закрыт или на него уже отвечают",
                    en="the request is not incoming, is closed, or is being answered",
                ),
                where=str(row.uid),
            )
        change(row)
        row.save(update_fields=["department", "executor", "account", "state", "paused_at"])
        Handling.objects.create(
            exchange=row,
            at=now,
            kind=kind,
            actor=_name(actor.name, "/actor"),
            department=row.department,
            executor=row.executor,
            note=note[:NOTE_LIMIT],
        )
        tell(row, None, f"work_{kind.value}", now)
    return row


def _locked(exchange: Exchange) -> Exchange:
    return Exchange.objects.select_for_update().get(pk=exchange.pk)


def _name(name: str, where: str) -> str:
    if len(name) > NAME_LIMIT or not all(map(is_plain, name)):
        raise InvalidMessage(
            Text(
                ru=f"имя — одна строка до {NAME_LIMIT} знаков",
                en=f"a name is one line of up to {NAME_LIMIT} characters",
            ),
            where=where,
        )
    return name


def _needed(text: str) -> str:
    if not text.strip() or len(text) > NOTE_LIMIT:
        raise InvalidMessage(
            Text(
                ru=f"нужно пояснение, до {NOTE_LIMIT} знаков",
                en=f"a reason is needed, up to {NOTE_LIMIT} characters",
            ),
            where="/note",
        )
    return text
