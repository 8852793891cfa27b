"""Which rule decides about an incoming request, and why: rules without a database."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mezhved.gateway.models import AnswerWay, Days, Environment
from mezhved.infotypes.documents import QName
from mezhved.smev3.codes import RoutingExpression, normalised
from mezhved.smev3.xml import MalformedXml, parse
from mezhved.smev3.xpath import BadRouting
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from lxml import etree

    from mezhved.gateway.models import Department, InformationSystem, InformationType, Rule
    from mezhved.gateway.provider.calendar import WorkCalendar

_ANY_TRUE: Final = frozenset({"false"})
_WEEKDAYS: Final = (
    ("понедельник", "Monday"),
    ("вторник", "Tuesday"),
    ("среда", "Wednesday"),
    ("четверг", "Thursday"),
    ("пятница", "Friday"),
    ("суббота", "Saturday"),
    ("воскресенье", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What rules look at. `octets` are the business data, `came` is an aware moment."""

    system: InformationSystem
    kind: InformationType | None
    sender: str
    octets: bytes
    is_test: bool
    came: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule holds, and what was seen: all conditions that hold, or the first that does not."""

    rule: Rule
    fits: bool
    because: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a request: the rule, whose work it is, who answers, and why."""

    rule: Rule | None
    department: Department | None
    executor: str
    way: AnswerWay
    because: tuple[Text, ...]
    verdicts: tuple[Verdict, ...]
    """Of every rule that was looked at, in order."""


def decide(
    incoming: Incoming, rules: Sequence[Rule], rest: Department | None, calendar: WorkCalendar
) -> Decision:
    """Return what the first rule that holds says; `rest` is the department of all else."""
    judge = _Judge(incoming, rest, calendar)
    verdicts = []
    for rule in rules:
        verdicts.append(judge.verdict(rule))
        if verdicts[-1].fits:
            return _by_rule(incoming, verdicts[-1], rest, tuple(verdicts))
    because = Text(ru="ни одно правило не подошло", en="no rule fits")
    return Decision(None, rest, "", AnswerWay.PERSON, (because,), tuple(verdicts))


def _by_rule(
    incoming: Incoming, verdict: Verdict, rest: Department | None, verdicts: tuple[Verdict, ...]
) -> Decision:
    rule, because = verdict.rule, list(verdict.because)
    department = rule.department
    if department is not None and not department.is_active:
        because.append(Text(ru=f"подразделение {department} выключено", en=f"{department} is disabled"))
        department = None
    way = AnswerWay(rule.way)
    is_test = incoming.is_test or incoming.system.connection.environment == Environment.TEST
    if way is AnswerWay.SCENARIO and not (is_test or rule.anywhere):
        way = AnswerWay.PERSON
        because.append(
            Text(
                ru="тестовый сценарий отвечает только в тестовом контуре и на тестовые сообщения",
                en="a test scenario answers in the test contour and to test messages only",
            )
        )
    if way is AnswerWay.CALL and (rule.service is None or not rule.service.is_active):
        way = AnswerWay.PERSON
        because.append(Text(ru="система, которая отвечает, выключена", en="the answering system is disabled"))
    return Decision(rule, department or rest, rule.executor, way, tuple(because), verdicts)


class _Judge:
    """Looks at one request by one rule after the other; the business data are parsed once, when needed."""

    def __init__(self, incoming: Incoming, rest: Department | None, calendar: WorkCalendar) -> None:
        self._incoming = incoming
        self._rest = rest
        self._calendar = calendar
        self._conditions: tuple[Callable[[Rule], tuple[bool, Text] | None], ...] = (
            self._system,
            self._type,
            self._test,
            self._sender,
            self._days,
            self._hours,
            self._value,
        )

    def verdict(self, rule: Rule) -> Verdict:
        """Return whether all conditions hold; a rule without conditions always does."""
        seen = []
        for condition in self._conditions:
            found = condition(rule)
            if found is None:
                continue
            if not found[0]:
                return Verdict(rule, fits=False, because=(found[1],))
            seen.append(found[1])
        return Verdict(rule, fits=True, because=tuple(seen) or (Text(ru="без условий", en="no conditions"),))

    def _system(self, rule: Rule) -> tuple[bool, Text] | None:
        if rule.system is None:
            return None
        mnemonic = self._incoming.system.mnemonic
        return rule.system == self._incoming.system, Text(ru=f"система {mnemonic}", en=f"system {mnemonic}")

    def _type(self, rule: Rule) -> tuple[bool, Text] | None:
        if rule.type is None:
            return None
        kind = self._incoming.kind
        if kind is None:
            return False, Text(ru="вид сведений не заведён", en="the type is not known")
        return rule.type == kind, Text(ru=f"вид сведений {kind.code}", en=f"type {kind.code}")

    def _test(self, rule: Rule) -> tuple[bool, Text] | None:
        if rule.is_test is None:
            return None
        is_test = self._incoming.is_test
        text = Text(ru="тестовое сообщение", en="a test message")
        if not is_test:
            text = Text(ru="не тестовое сообщение", en="no test message")
        return rule.is_test is is_test, text

    def _sender(self, rule: Rule) -> tuple[bool, Text] | None:
        if not rule.senders:
            return None
        sender = self._incoming.sender
        return sender in rule.senders, Text(ru=f"отправитель {sender}", en=f"sender {sender}")

    def _days(self, rule: Rule) -> tuple[bool, Text] | None:
        if rule.days == Days.ANY and not rule.weekdays:
            return None
        day = self._local(rule).date()
        works = self._calendar.is_working(day)
        ru, en = _WEEKDAYS[day.weekday()]
        text = Text(
            ru=f"{ru}, {'рабочий' if works else 'нерабочий'} день",
            en=f"{en}, a {'working day' if works else 'day off'}",
        )
        fits = rule.days == Days.ANY or works is (rule.days == Days.WORKING)
        return fits and (not rule.weekdays or day.isoweekday() in rule.weekdays), text

    def _hours(self, rule: Rule) -> tuple[bool, Text] | None:
        if not rule.from_hour:
            return None
        now = self._local(rule).time()
        since, until = (time.fromisoformat(each) for each in (rule.from_hour, rule.to_hour))
        fits = since <= now < until if since <= until else now >= since or now < until
        text = f"{now:%H:%M}"
        return fits, Text(ru=f"время {text}", en=f"time {text}")

    def _value(self, rule: Rule) -> tuple[bool, Text] | None:
        """Look into the business data; what was found there is never told, it may be somebody's."""
        if not rule.xpath:
            return None
        element = self._element
        if element is None:
            return False, Text(ru="сведения не читаются", en="the business data do not read")
        try:
            codes = _expression(rule, element).codes(element)
        except BadRouting as error:
            return False, error.what
        if not rule.values:
            return bool(codes - _ANY_TRUE), Text(ru=f"{rule.xpath} найдено", en=f"{rule.xpath} is there")
        fitting = [each for each in rule.values if any(_is_like(code, each) for code in codes)]
        if not fitting:
            return False, Text(ru=f"{rule.xpath}: другое значение", en=f"{rule.xpath}: another value")
        return True, Text(ru=f"{rule.xpath} = {fitting[0]}", en=f"{rule.xpath} = {fitting[0]}")

    def _local(self, rule: Rule) -> datetime:
        whose = rule.department or self._rest
        return self._incoming.came.astimezone(_zone("Europe/Moscow" if whose is None else whose.time_zone))

    @functools.cached_property
    def _element(self) -> etree._Element | None:
        try:
            return parse(self._incoming.octets)
        except MalformedXml:
            return None


def _is_like(code: str, value: str) -> bool:
    wanted = normalised(value)
    return code.startswith(wanted[:-1]) if wanted.endswith("*") else code == wanted


@functools.lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@functools.lru_cache(maxsize=256)
def _compiled(text: str, namespaces: tuple[tuple[str, str], ...], own: str) -> RoutingExpression:
    return RoutingExpression.compile(text, dict(namespaces), own)


def _expression(rule: Rule, element: etree._Element) -> RoutingExpression:
    """Compile a rule's XPath; `t` is the namespace of its type or, without one, of the request at hand."""
    own = rule.own_namespace or QName.parse(str(element.tag)).namespace or "urn:none"
    return _compiled(rule.xpath, tuple(sorted(rule.namespaces.items())), own)
