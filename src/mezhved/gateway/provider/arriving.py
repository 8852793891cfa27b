"""What is decided about an incoming request when it is kept: whose it is, its term, what answers it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from mezhved.gateway.models import AnswerWay, AutoAnswer, ExchangeState, Handling, HandlingKind
from mezhved.gateway.provider.deciding import Incoming, decide
from mezhved.gateway.provider.terms import choose_term, counter_of, make_reminders
from mezhved.gateway.rows import add

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.models import Exchange
    from mezhved.gateway.provider.calendar import TermCounter
    from mezhved.gateway.provider.deciding import Decision
    from mezhved.gateway.provider.rulebook import Rules
    from mezhved.gateway.provider.terms import TermChoice


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is to be kept beside an exchange once it has its row."""

    exchange: Exchange
    decision: Decision
    choice: TermChoice | None
    counter: TermCounter

    def keep(self, gateway: Gateway) -> None:
        """Write the history's first line, the reminders and the automatic answer."""
        exchange, rule = self.exchange, self.decision.rule
        department = self.decision.department
        add(
            Handling,
            exchange_id=exchange.pk,
            at=exchange.created_at,
            kind=HandlingKind.ROUTED,
            department_id=None if department is None else department.pk,
            executor=self.decision.executor,
            note="" if rule is None else rule.code,
        )
        if self.choice is None or exchange.due_at is None:
            return
        make_reminders(exchange, self.choice, self.counter, exchange.due_at)
        if self.decision.way is not AnswerWay.PERSON and rule is not None:
            add(
                AutoAnswer,
                exchange_id=exchange.pk,
                rule_id=rule.pk,
                way=self.decision.way,
                service_id=None if rule.service is None else rule.service.pk,
                run_after=exchange.created_at,
            )
            transaction.on_commit(functools.partial(gateway.to_answer.set))


def decide_about(gateway: Gateway, exchange: Exchange, octets: bytes) -> Arrival:
    """Give an incoming request that is about to be kept its department and its term."""
    rules, came = gateway.rulebook.rules(), exchange.created_at
    incoming = Incoming(exchange.system, exchange.type, exchange.counterpart, octets, exchange.is_test, came)
    decision = decision_on(incoming, rules)
    exchange.department, exchange.executor = decision.department, decision.executor
    exchange.routing = explanation(decision)
    counter = counter_of(decision.department, rules.calendar)
    if exchange.state != ExchangeState.NEW:
        return Arrival(exchange, decision, None, counter)
    said = "" if decision.rule is None else decision.rule.term
    choice = choose_term(exchange.type, decision.department, said, rules.terms)
    exchange.term, exchange.due_at = str(choice.span), counter.due(came, choice.span)
    return Arrival(exchange, decision, choice, counter)


def decision_on(incoming: Incoming, rules: Rules) -> Decision:
    """Return what rules say of a request, a kept one or one that is only tried."""
    return decide(incoming, rules.rules, rules.department_for(incoming.system), rules.calendar)


def explanation(decision: Decision) -> dict[str, object]:
    """Return why a decision was taken, as it is kept with the exchange."""
    return {
        "rule": "" if decision.rule is None else decision.rule.code,
        "because": [{"ru": each.ru, "en": each.en} for each in decision.because],
        "passed_over": [each.rule.code for each in decision.verdicts if not each.fits],
    }
