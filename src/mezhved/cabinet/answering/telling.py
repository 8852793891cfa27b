"""Who hears of what was done about a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from mezhved.cabinet.lists.words import type_words
from mezhved.cabinet.models import Account
from mezhved.texts import Text

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Exchange, Person


def assigned(visit: Visit, exchange: Exchange) -> None:
    """Tell the person who got a request."""
    what = type_words(exchange)
    text = Text(ru=f"Вам передан запрос: {what.ru}", en=f"A request was given to you: {what.en}")
    _tell(visit, exchange.account, text, exchange, "assigned")


def asked(visit: Visit, exchange: Exchange, colleague: Person) -> None:
    """Tell a colleague that there is a question."""
    what = type_words(exchange)
    text = Text(ru=f"Вопрос к вам по запросу: {what.ru}", en=f"A question to you about: {what.en}")
    _tell(visit, colleague.account, text, exchange, "question")


def replied(visit: Visit, exchange: Exchange, name: str) -> None:
    """Tell who asked that there is an answer."""
    asker = Account.objects.filter(name=name, user__is_active=True).select_related("user")
    what = type_words(exchange)
    text = Text(ru=f"Ответ на ваш вопрос: {what.ru}", en=f"Your question was answered: {what.en}")
    for each in asker[:1]:
        _tell(visit, each.user, text, exchange, "question")


def _tell(visit: Visit, user: User | None, text: Text, exchange: Exchange, kind: str) -> None:
    if user is None or user.pk == visit.account.user_id:
        return
    account = Account.objects.filter(user=user, user__is_active=True).first()
    if account is not None:
        _notify(account, text, reverse("cabinet:incoming_work", args=[exchange.uid]), kind)


def _notify(account: Account, text: Text, link: str, kind: str) -> None:
    """Hand a notice over."""
