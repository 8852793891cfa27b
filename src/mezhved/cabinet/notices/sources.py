"""What of the gateway's events is told, to whom, in which words; without personal data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from mezhved.cabinet.access import Permission, access_of
from mezhved.cabinet.models import Account, NoticeKind
from mezhved.gateway.models import Direction, ExchangeState, Handling, HandlingKind, Person
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mezhved.gateway.models import Event, Exchange


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that one account is told."""

    account: Account
    kind: NoticeKind
    text: Text
    link: str


def told_of(event: Event) -> Iterator[Told]:
    """Return what an event is to be told of; only to accounts that may see the exchange."""
    source = _SOURCES.get(event.kind)
    if source is None:
        return
    exchange = event.exchange
    found = source(event)
    if found is None:
        return
    accounts, kind, text = found
    link = reverse(
        "cabinet:request" if exchange.direction == Direction.OUT else "cabinet:incoming_work",
        args=[exchange.uid],
    )
    for account in {each.pk: each for each in accounts}.values():
        if _is_open(account) and access_of(account).may_about(Permission.SEE, exchange):
            yield Told(account, kind, text, link)


_Found = tuple["Iterable[Account]", NoticeKind, Text] | None


def _answer(event: Event) -> _Found:
    if event.exchange.direction != Direction.OUT:
        return None
    what = _what(event.exchange)
    return (
        _own(event.exchange),
        NoticeKind.ANSWER,
        Text(ru=f"Пришёл ответ: {what}", en=f"An answer came: {what}"),
    )


def _rejection(event: Event) -> _Found:
    if event.exchange.direction != Direction.OUT:
        return None
    what = _what(event.exchange)
    return (
        _own(event.exchange),
        NoticeKind.REFUSAL,
        Text(ru=f"Поставщик отказал: {what}", en=f"Refused: {what}"),
    )


def _notice(event: Event) -> _Found:
    refused = event.state == ExchangeState.FAULTED
    return _fault(event) if refused else None


def _unsent(event: Event) -> _Found:
    if event.state == ExchangeState.FAULTED:
        return _fault(event)
    what = _what(event.exchange)
    text = Text(ru=f"Не удалось отправить: {what}", en=f"It could not be sent: {what}")
    return _own(event.exchange), NoticeKind.UNSENT, text


def _fault(event: Event) -> _Found:
    what = _what(event.exchange)
    return (
        _own(event.exchange),
        NoticeKind.FAULT,
        Text(ru=f"СМЭВ не приняла: {what}", en=f"SMEV refused: {what}"),
    )


def _assigned(event: Event) -> _Found:
    done = _done(event, HandlingKind.ASSIGNED)
    who = [each for each in _own(event.exchange) if done is None or each.name != done.actor]
    what = _what(event.exchange)
    return who, NoticeKind.ASSIGNED, Text(ru=f"Вам поручен запрос: {what}", en=f"A request is yours: {what}")


def _noted(event: Event) -> _Found:
    done = _done(event, HandlingKind.NOTED)
    if done is None or not done.executor:
        return None
    people = Person.objects.filter(name=done.executor, account__isnull=False)
    near = people.filter(department=done.department)
    users = (near if near.exists() else people).values("account")
    what = _what(event.exchange)
    text = Text(
        ru=f"{done.actor} спрашивает о запросе: {what}", en=f"{done.actor} asks about a request: {what}"
    )
    return Account.objects.select_related("user").filter(user__in=users), NoticeKind.QUESTION, text


def _near(event: Event) -> _Found:
    what = _what(event.exchange)
    text = Text(ru=f"Скоро истечёт срок ответа: {what}", en=f"An answer is due soon: {what}")
    return _own(event.exchange) or _heads(event.exchange), NoticeKind.TERM, text


def _over(event: Event) -> _Found:
    what = _what(event.exchange)
    text = Text(ru=f"Срок ответа истёк: {what}", en=f"An answer is overdue: {what}")
    return [*_own(event.exchange), *_heads(event.exchange)], NoticeKind.TERM, text


def _awaited(event: Event) -> _Found:
    what = _what(event.exchange)
    text = Text(ru=f"Ответа в срок не пришло: {what}", en=f"No answer came in time: {what}")
    return _own(event.exchange), NoticeKind.TERM, text


_SOURCES: Final[dict[str, Callable[[Event], _Found]]] = {
    "answer_received": _answer,
    "rejection_received": _rejection,
    "notice_received": _notice,
    "request_unsent": _unsent,
    "answer_unsent": _unsent,
    "rejection_unsent": _unsent,
    "status_unsent": _unsent,
    "work_assigned": _assigned,
    "work_noted": _noted,
    "term_near": _near,
    "term_over": _over,
    "answer_overdue": _awaited,
}
EVENTS: Final = tuple(_SOURCES)
"""Kinds of events that are told of."""
OWN: Final = frozenset(
    kind for kind, source in _SOURCES.items() if source in {_answer, _rejection, _notice, _unsent, _awaited}
)
"""Those that only the account hears of whose request it is: most requests are a system's, of no account."""


def _is_open(account: Account) -> bool:
    return account.user.is_active and account.locked_at is None


def _own(exchange: Exchange) -> list[Account]:
    """Return the account of who asked, or of who works on it."""
    if exchange.account_id is None:
        return []
    return list(Account.objects.select_related("user").filter(user=exchange.account_id))


def _heads(exchange: Exchange) -> list[Account]:
    people = Person.objects.filter(department=exchange.department_id, is_head=True, account__isnull=False)
    return list(Account.objects.select_related("user").filter(user__in=people.values("account")))


def _done(event: Event, kind: HandlingKind) -> Handling | None:
    """Return what somebody did, of which the event tells: it is of the same moment."""
    return Handling.objects.filter(exchange=event.exchange, kind=kind, at=event.at).order_by("-pk").first()


def _what(exchange: Exchange) -> str:
    kind = exchange.type
    return "?" if kind is None else f"{kind.title} ({kind.code})" if kind.title else kind.code
