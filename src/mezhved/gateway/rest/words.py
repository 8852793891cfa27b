"""The states in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.gateway.models import ExchangeState
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

STATE_WORDS: Final[Mapping[str, Text]] = {
    ExchangeState.DRAFT: Text(ru="Черновик", en="Draft"),
    ExchangeState.SENDING: Text(ru="Отправляется", en="Being sent"),
    ExchangeState.WAITING: Text(ru="Ожидает ответа", en="Waiting for the answer"),
    ExchangeState.ANSWERED: Text(ru="Ответ получен", en="Answered"),
    ExchangeState.REJECTED: Text(ru="Отказано", en="Refused by the provider"),
    ExchangeState.FAULTED: Text(ru="Отклонено СМЭВ", en="Refused by SMEV"),
    ExchangeState.UNSENT: Text(ru="Не отправлено", en="Not sent"),
    ExchangeState.CANCELLED: Text(ru="Отменено", en="Cancelled"),
    ExchangeState.NEW: Text(ru="Новый", en="New"),
    ExchangeState.IN_WORK: Text(ru="В работе", en="In work"),
    ExchangeState.ANSWERING: Text(ru="Ответ отправляется", en="The answer is being sent"),
    ExchangeState.NO_ANSWER: Text(ru="Ответа не требует", en="Wants no answer"),
}


def state_words(state: str) -> Text:
    """Return a state in words."""
    return STATE_WORDS.get(state) or Text(ru=state, en=state)
