"""What went wrong, in plain words: what happened, on whose side, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mezhved.cabinet.showing.advice import (
    ASK_LATER,
    CORRECT_AND_SEND,
    TELL_ADMINISTRATOR,
    WAIT,
    Action,
    Explanation,
    Reason,
    Side,
)
from mezhved.cabinet.showing.answers import rejection, said_inside
from mezhved.gateway.models import Direction, Message, MessageKind, MessageState
from mezhved.infotypes.documents import read_document
from mezhved.smev3.faults import Actor, Fault, FaultKind, FaultRow, explain, find, status_fault
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIDES: Final = {
    Actor.DEVELOPER: Side.OWN,
    Actor.ADMINISTRATOR: Side.OWN,
    Actor.RECIPIENT: Side.PROVIDER,
    Actor.OWNER: Side.PROVIDER,
    Actor.OPERATOR: Side.SMEV,
}
_READ_OCTETS: Final = 4 * 2**20
_LONGEST: Final = 2000

_BY_DATA: Final = frozenset(
    {FaultKind.INVALID_CONTENT, FaultKind.RECIPIENT_IS_NOT_FOUND, FaultKind.TRANSACTION_CODE_INVALID}
)
"""Refusals that an official can remove by what is in the form."""
_BY_TIME: Final = frozenset(
    {
        FaultKind.DESTINATION_OVERFLOW,
        FaultKind.QUOTE_LIMIT_EXCEEDED,
        FaultKind.SMEV_FAILURE,
        FaultKind.END_OF_LIFE_REACHED,
        FaultKind.STALE_MESSAGE_ID,
    }
)
_TITLES: Final = {
    FaultKind.ACCESS_DENIED: Text(ru="СМЭВ: нет доступа", en="SMEV: no access"),
    FaultKind.INVALID_CONTENT: Text(ru="СМЭВ: данные не по схеме", en="SMEV: the data break the schema"),
    FaultKind.RECIPIENT_IS_NOT_FOUND: Text(ru="СМЭВ: получатель не найден", en="SMEV: no recipient"),
    FaultKind.DESTINATION_OVERFLOW: Text(
        ru="СМЭВ: очередь получателя переполнена", en="SMEV: the recipient's queue is full"
    ),
    FaultKind.QUOTE_LIMIT_EXCEEDED: Text(ru="СМЭВ: исчерпана квота", en="SMEV: the quota is used up"),
    FaultKind.END_OF_LIFE_REACHED: Text(ru="СМЭВ: срок запроса истёк", en="SMEV: the request's time is over"),
    FaultKind.SMEV_FAILURE: Text(ru="Сбой СМЭВ", en="A failure of SMEV"),
    FaultKind.SIGNATURE_VERIFICATION: Text(
        ru="СМЭВ не приняла подпись", en="SMEV did not accept the signature"
    ),
}
_OWN_TODO: Final[Mapping[str, tuple[Side, Text, tuple[Action, ...]]]] = {
    "TooLate": (
        Side.OWN,
        Text(
            ru="Отправьте запрос заново; если связи всё нет, скажите администратору.",
            en="Send it anew; if there is still no connection, tell the administrator.",
        ),
        (Action.AGAIN,),
    ),
    "Uncertain": (
        Side.UNKNOWN,
        Text(
            ru="Подождите: если СМЭВ приняла запрос, ответ придёт сюда. Через день спросите заново.",
            en="Wait: if SMEV has the request, the answer comes here. After a day ask again.",
        ),
        (Action.AGAIN,),
    ),
    "WrongContour": (Side.OWN, TELL_ADMINISTRATOR, (Action.AGAIN,)),
    "InvalidMessage": (Side.OWN, CORRECT_AND_SEND, (Action.CORRECT,)),
}
_CATEGORIES: Final = {
    "doesNotExist": Text(ru="СМЭВ такого сообщения не знает", en="SMEV knows no such message"),
    "requestIsQueued": Text(ru="запрос принят СМЭВ в очередь", en="SMEV has queued the request"),
    "requestIsAcceptedBySmev": Text(
        ru="запрос проверен СМЭВ и передаётся поставщику", en="SMEV has checked the request and passes it on"
    ),
    "requestIsRejectedBySmev": Text(ru="СМЭВ отклонила запрос", en="SMEV has refused the request"),
    "requestIsProcessed": Text(ru="запрос доставлен поставщику", en="the provider has the request"),
    "underProcessing": Text(ru="поставщик обрабатывает запрос", en="the provider works on the request"),
    "responseIsQueued": Text(ru="ответ принят СМЭВ в очередь", en="SMEV has queued the answer"),
    "responseIsAcceptedBySmev": Text(ru="ответ проверен СМЭВ", en="SMEV has checked the answer"),
    "responseIsRejectedBySmev": Text(ru="СМЭВ отклонила ответ", en="SMEV has refused the answer"),
    "responseIsProcessed": Text(ru="ответ доставлен", en="the answer is delivered"),
    "responseIsDelivered": Text(ru="ответ доставлен", en="the answer is delivered"),
    "messageIsDelivered": Text(ru="сообщение доставлено", en="the message is delivered"),
    "messageIsArchived": Text(ru="сообщение в архиве СМЭВ", en="the message is in SMEV's archive"),
    "cancelled": Text(ru="запрос отозван", en="the request was called off"),
}


def category_words(category: str) -> Text:
    """Return what a status category of SMEV means in plain words; one unknown as it is."""
    return _CATEGORIES.get(category) or Text(ru=category, en=category)


def explained(subject: Message | Mapping[str, Any] | Fault | tuple[str, str]) -> tuple[Explanation, ...]:
    """Explain a message, a problem as messages keep it, a fault of SMEV, a refusal (code, words).

    Nothing is returned for what is in order. An answer is looked into: it may refuse, or hold a part only.
    """
    if isinstance(subject, Message):
        return _message(subject)
    if isinstance(subject, Fault):
        return (_fault(subject),)
    if isinstance(subject, tuple):
        return (rejection(*subject),)
    return (_problem(subject, is_over=True),)


def _message(message: Message) -> tuple[Explanation, ...]:
    if message.problem:
        sending = message.state == MessageState.SENDING
        return (_problem(message.problem, is_over=not sending),)
    if message.kind == MessageKind.REJECTION and message.direction == Direction.IN:
        return tuple(rejection(str(code), str(text)) for code, text in message.details.get("reasons", ()))
    if message.kind == MessageKind.ANSWER and message.content is not None:
        return _answer(bytes(message.content))
    if message.kind == MessageKind.NOTICE and message.details.get("fault"):
        said = message.details
        fault = status_fault(said.get("code"), said.get("fault"), None)
        return (_fault(fault),)
    return ()


def _answer(content: bytes) -> tuple[Explanation, ...]:
    if len(content) > _READ_OCTETS:
        return ()
    try:
        return said_inside(read_document(content))
    except MezhvedError:
        return ()


def _problem(said: Mapping[str, Any], *, is_over: bool) -> Explanation:
    """Explain why a message was not sent, or what SMEV said of it; `is_over`: no more is tried."""
    name = str(said.get("name") or "")
    text = str(said.get("text") or said.get("ru") or "")
    if name in {kind.value for kind in FaultKind} or said.get("code"):
        return _fault(status_fault(str(said.get("code") or ""), text, name), is_over=is_over)
    known = _CATEGORIES.get(name)
    what = Text(ru=str(said.get("ru") or ""), en=str(said.get("en") or ""))
    if known is not None:
        return Explanation(known, what, Side.SMEV, ASK_LATER, actions=(Action.CORRECT, Action.AGAIN))
    side, todo, actions = _OWN_TODO.get(name, (Side.OWN, TELL_ADMINISTRATOR, (Action.AGAIN,)))
    if not is_over:
        return Explanation(Text(ru="Пока не отправлено", en="Not sent yet"), what, side, WAIT, tone="warn")
    cure = Text(ru=str(said.get("cure_ru") or ""), en=str(said.get("cure_en") or ""))
    reasons = (Reason(what, cure, Actor.ADMINISTRATOR.value),) if cure.ru else ()
    if not what.ru:
        what = Text(
            ru="Подробности удалены: срок хранения истёк.", en="The details are gone: their term is over."
        )
    return Explanation(
        Text(ru="Не отправлено", en="Not sent"), what, side, todo, reasons=reasons, actions=actions
    )


def _fault(fault: Fault, *, is_over: bool = True) -> Explanation:
    """Explain a refusal of SMEV by the line of the table of faults."""
    row = explain(fault)
    if row is None and fault.code:
        row = next(iter(find(fault.code)), None)
    official = (fault.description or fault.text)[:_LONGEST]
    title = _TITLES.get(fault.kind) if fault.kind is not None else None
    title = title or Text(ru="СМЭВ отказала", en="SMEV refused")
    code = " ".join(each for each in (str(fault.kind or ""), fault.code) if each)[:200]
    if row is None:
        return Explanation(
            title,
            Text(
                ru="Такого отказа в перечне типовых ошибок СМЭВ нет.",
                en="The list of typical errors of SMEV has no such refusal.",
            ),
            Side.UNKNOWN,
            TELL_ADMINISTRATOR,
            code=code,
            official=official,
            actions=(Action.CORRECT, Action.AGAIN),
        )
    side = _SIDES[row.reasons[0].actor]
    todo, actions = _todo(row, side)
    if not is_over:
        todo, actions = WAIT, ()
    reasons = tuple(Reason(each.cause, each.cure, each.actor.value) for each in row.reasons)
    return Explanation(
        title, row.meaning, side, todo, "bad" if is_over else "warn", code, official, reasons, actions
    )


def _todo(row: FaultRow, side: Side) -> tuple[Text, tuple[Action, ...]]:
    if row.kind in _BY_DATA:
        return CORRECT_AND_SEND, (Action.CORRECT,)
    if row.kind in _BY_TIME:
        return (
            Text(
                ru="Отправьте запрос заново позже; если повторится, скажите администратору.",
                en="Send the request anew later; if it comes again, tell the administrator.",
            ),
            (Action.AGAIN,),
        )
    if side is Side.OWN:
        return TELL_ADMINISTRATOR, (Action.AGAIN,)
    who = row.reasons[0].actor.value
    return (
        Text(
            ru=f"Устранить причину может {who.ru}: покажите эту страницу администратору.",
            en=f"Only {who.en} can remove the cause: show this page to the administrator.",
        ),
        (Action.AGAIN,),
    )
