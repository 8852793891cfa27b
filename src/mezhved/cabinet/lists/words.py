"""States and kinds in plain words, with the look of their chips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.gateway.models import AutoState, Direction, ExchangeState
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.models import AutoAnswer, Exchange


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state for people; `chip` is the class of its look: good, bad, warn, busy or nothing."""

    text: Text
    chip: str


_OUT: Final = {
    ExchangeState.DRAFT: StateWords(Text(ru="Ждёт подписи", en="Waits for a signature"), "warn"),
    ExchangeState.SENDING: StateWords(Text(ru="Отправляется", en="Being sent"), "busy"),
    ExchangeState.WAITING: StateWords(Text(ru="Ждём ответа", en="Waiting for the answer"), "busy"),
    ExchangeState.ANSWERED: StateWords(Text(ru="Ответ получен", en="Answered"), "good"),
    ExchangeState.REJECTED: StateWords(Text(ru="Поставщик отказал", en="Refused by the provider"), "bad"),
    ExchangeState.FAULTED: StateWords(Text(ru="Не принято СМЭВ", en="Refused by SMEV"), "bad"),
    ExchangeState.UNSENT: StateWords(Text(ru="Не удалось отправить", en="Could not be sent"), "bad"),
    ExchangeState.CANCELLED: StateWords(Text(ru="Отозван", en="Called off"), ""),
}
_IN: Final = {
    ExchangeState.NEW: StateWords(Text(ru="Новый", en="New"), "warn"),
    ExchangeState.IN_WORK: StateWords(Text(ru="В работе", en="In work"), "busy"),
    ExchangeState.ANSWERING: StateWords(Text(ru="Ответ отправляется", en="Answer on its way"), "busy"),
    ExchangeState.ANSWERED: StateWords(Text(ru="Отвечен", en="Answered"), "good"),
    ExchangeState.REJECTED: StateWords(Text(ru="Дан отказ", en="Refused"), ""),
    ExchangeState.FAULTED: StateWords(Text(ru="Ответ не принят СМЭВ", en="Answer refused by SMEV"), "bad"),
    ExchangeState.CANCELLED: StateWords(Text(ru="Отозван отправителем", en="Called off by the sender"), ""),
    ExchangeState.NO_ANSWER: StateWords(Text(ru="Ответ не нужен", en="No answer wanted"), ""),
}
_ELSE: Final = StateWords(Text(ru="Неизвестно", en="Unknown"), "")
_AUTO: Final = {
    AutoState.WAITING: StateWords(Text(ru="Автоответ готовится", en="Automatic answer under way"), "busy"),
    AutoState.LATER: StateWords(Text(ru="Ответит система", en="A system will answer"), "busy"),
    AutoState.DONE: StateWords(Text(ru="Автоответ", en="Answered automatically"), "good"),
    AutoState.FAILED: StateWords(Text(ru="Автоответ не удался", en="Automatic answer failed"), "bad"),
}


def state_words(direction: str, state: str) -> StateWords:
    """Return the words for an exchange's state; its direction decides who has done what."""
    table = _OUT if direction == Direction.OUT else _IN
    return table.get(ExchangeState(state), _ELSE) if state in ExchangeState.values else _ELSE


def states_of(direction: str) -> dict[str, StateWords]:
    """Return the states that exchanges of a direction have, in order; of both when it is empty."""
    if direction == Direction.OUT:
        return {each.value: words for each, words in _OUT.items()}
    if direction == Direction.IN:
        return {each.value: words for each, words in _IN.items()}
    both = {each.value: words for each, words in _IN.items()}
    for each, words in _OUT.items():
        known = both.get(each.value)
        text = words.text
        if known is not None:
            own, other = words.text, known.text
            text = Text(ru=f"{own.ru} / {other.ru.lower()}", en=f"{own.en} / {other.en.lower()}")
        both[each.value] = StateWords(text, words.chip)
    return both


def words_of(exchange: Exchange) -> StateWords:
    """Return the words for where an exchange stands."""
    return state_words(exchange.direction, exchange.state)


def auto_words(answer: AutoAnswer) -> StateWords:
    """Return the words for where an automatic answer stands."""
    return _AUTO[AutoState(answer.state)]


def type_words(exchange: Exchange) -> Text:
    """Return the type as people know it."""
    kind = exchange.type
    if kind is None:
        return Text(ru="Неизвестный вид сведений", en="Unknown information type")
    title = kind.title or kind.code
    return Text(ru=title, en=title)
