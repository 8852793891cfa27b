"""What is decided about an incoming request when it is kept: whose it is, its term, what answers it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from django.db import transaction

from mezhved.gateway.models import (
    AnswerWay,
    AutoAnswer,
    Department,
    ExchangeState,
    Handling,
    HandlingKind,
    Rule,
)
from mezhved.gateway.provider.deciding import Incoming, decide
from mezhved.gateway.provider.terms import choose_term, counter_of, set_term, work_calendar

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Exchange, InformationSystem
    from mezhved.gateway.provider.deciding import Decision


def arrive(gateway: Gateway, exchange: Exchange, octets: bytes) -> None:
    """Give a request that is being kept its department, term and answer, in the same transaction."""
    incoming = Incoming(
        exchange.system, exchange.type, exchange.counterpart, octets, exchange.is_test, exchange.created_at
    )
    decision = decision_on(incoming)
    exchange.department, exchange.executor = decision.department, decision.executor
    exchange.routing = explanation(decision)
    exchange.save(update_fields=["department", "executor", "routing"])
    Handling.objects.create(
        exchange=exchange,
        at=exchange.created_at,
        kind=HandlingKind.ROUTED,
        department=decision.department,
        executor=decision.executor,
        note="" if decision.rule is None else decision.rule.code,
    )
    if exchange.state != ExchangeState.NEW:
        return
    counter = counter_of(decision.department)
    choice = choose_term(
        exchange.type, decision.department, "" if decision.rule is None else decision.rule.term
    )
    set_term(exchange, choice, counter, counter.due(exchange.created_at, choice.span))
    if decision.way is not AnswerWay.PERSON and decision.rule is not None:
        AutoAnswer.objects.create(
            exchange=exchange,
            rule=decision.rule,
            way=decision.way,
            service=decision.rule.service,
            run_after=exchange.created_at,
        )
        transaction.on_commit(functools.partial(gateway.to_answer.set))


def decision_on(incoming: Incoming) -> Decision:
    """Return what the rules in force say of a request, a kept one or one that is only tried."""
    rest = default_department(incoming.system)
    return decide(incoming, rules_in_force(), rest, work_calendar())


def rules_in_force() -> list[Rule]:
    """Return the rules in their order."""
    rows = Rule.objects.filter(is_active=True).select_related("system", "type", "department", "service")
    return list(rows.defer("type__package"))


def default_department(system: InformationSystem) -> Department | None:
    """Return who gets what no rule gives to another: the one that works for the system, or for all."""
    own = Department.objects.filter(is_active=True, systems=system).order_by("pk").first()
    return own or Department.objects.filter(is_active=True, is_default=True).first()


def explanation(decision: Decision) -> dict[str, object]:
    """Return why a decision was taken, as it is kept with the exchange."""
    return {
        "rule": "" if decision.rule is None else decision.rule.code,
        "because": [{"ru": each.ru, "en": each.en} for each in decision.because],
        "passed_over": [each.rule.code for each in decision.verdicts if not each.fits],
    }
