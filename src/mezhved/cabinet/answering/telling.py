"""Who hears that a question was answered; of questions and of work given to people, events tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from mezhved.cabinet import notices
from mezhved.cabinet.lists.words import type_words
from mezhved.cabinet.models import Account
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.cabinet.access import Visit
    from mezhved.gateway.models import Exchange


def replied(visit: Visit, exchange: Exchange, name: str) -> None:
    """Tell who asked a question, by the name in the history, that there is an answer."""
    asker = Account.objects.filter(name=name, user__is_active=True).exclude(pk=visit.account.pk).first()
    if asker is None:
        return
    what = type_words(exchange)
    notices.notify(
        asker,
        Text(ru=f"Вам ответили на вопрос: {what.ru}", en=f"Your question was answered: {what.en}"),
        reverse("cabinet:incoming_work", args=[exchange.uid]),
        kind="question",
        at=visit.now,
    )
