"""A dry run of the rules: what they would decide about a request, and what each of them saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mezhved.gateway.access import systems_named
from mezhved.gateway.errors import InvalidMessage, NotFound
from mezhved.gateway.models import InformationType
from mezhved.gateway.provider.arriving import decision_on, explanation
from mezhved.gateway.provider.deciding import Incoming
from mezhved.gateway.provider.rulebook import read_rules
from mezhved.gateway.provider.terms import choose_term, counter_of
from mezhved.infotypes.documents import QName
from mezhved.smev3.xml import MalformedXml, parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mezhved.gateway.provider.deciding import Decision


@dataclass(frozen=True, slots=True)
class Trial:
    """What would be decided, and when the answer would be due."""

    decision: Decision
    kind: InformationType | None
    term: str
    due_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        decision = self.decision
        return {
            **explanation(decision),
            "type": None if self.kind is None else self.kind.code,
            "department": None if decision.department is None else decision.department.code,
            "executor": decision.executor,
            "answer": decision.way.value,
            "term": self.term,
            "due_at": self.due_at.isoformat(),
        }

    def lines(self) -> Iterator[str]:
        """Give it for people: every rule that was looked at, then the decision."""
        for verdict in self.decision.verdicts:
            mark = "+" if verdict.fits else "-"
            yield f"{mark} {verdict.rule.code}: {'; '.join(str(each) for each in verdict.because)}"
        told = self.as_json()
        for name, text in (
            ("type", Text(ru="вид сведений", en="type")),
            ("rule", Text(ru="правило", en="rule")),
            ("department", Text(ru="подразделение", en="department")),
            ("executor", Text(ru="исполнитель", en="executor")),
            ("answer", Text(ru="кто отвечает", en="who answers")),
            ("term", Text(ru="срок", en="term")),
            ("due_at", Text(ru="ответить до", en="due")),
        ):
            yield f"{text}: {told[name] or '-'}"


def try_rules(octets: bytes, name: str, sender: str, came: datetime, *, is_test: bool) -> Trial:
    """Decide about business data as if they had come to a system at a moment, and keep nothing.

    `name` is `MNEMONIC` or `MNEMONIC@connection`.

    Raises `NotFound` for an unknown system, `InvalidMessage` for what is no XML.
    """
    system = systems_named(name).first()
    if system is None:
        raise NotFound(Text(ru=f"нет системы {name}", en=f"there is no system {name}"))
    try:
        root = QName.parse(str(parse(octets).tag))
    except MalformedXml as error:
        raise InvalidMessage(error.what, where=error.where, cure=error.cure) from error
    kinds = InformationType.objects.filter(
        namespace=root.namespace,
        request_root=root.local,
        environment__in=("", system.connection.environment),
    )
    kind = kinds.defer("package").order_by("-environment").first()
    rules = read_rules()
    decision = decision_on(Incoming(system, kind, sender, octets, is_test, came), rules)
    rule_term = "" if decision.rule is None else decision.rule.term
    choice = choose_term(kind, decision.department, rule_term, rules.terms)
    due = counter_of(decision.department, rules.calendar).due(came, choice.span)
    return Trial(decision, kind, str(choice.span), due)
