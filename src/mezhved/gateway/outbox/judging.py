"""What an attempt that failed means: whether SMEV may have the message, and what is done with it.

Nothing here talks to anybody. The rule above all: a message gets a second MessageID only when it is proven
that nobody took it under the first (decision 22).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

from mezhved.gateway.errors import TooLate, Uncertain
from mezhved.smev3.client import NotConnected, RefusedByServer
from mezhved.smev3.faults import FaultKind, Retry, SmevFaultError
from mezhved.smev3.ids import message_time
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gateway.models import Message
    from mezhved.smev3.faults import Fault
    from mezhved.texts import MezhvedError

CLOCKS_APART = timedelta(hours=1)
"""A MessageID younger than this that SMEV calls stale was made by a wrong clock."""
_MAY_HAVE_TAKEN = frozenset({FaultKind.SMEV_FAILURE, FaultKind.MESSAGE_IS_ALREADY_SENT})


class Verdict(Enum):
    """What follows a refusal."""

    AGAIN = "again"
    """The same octets, later."""
    ANEW = "anew"
    """Nobody took it: it is signed again under a new MessageID."""
    UNCERTAIN = "uncertain"
    """SMEV may have taken it at an attempt whose answer was lost, and will not tell any more."""
    NEVER = "never"


def went_nowhere(error: MezhvedError) -> bool:
    """Tell whether it is certain that this attempt left no message with SMEV.

    No connection; an HTTP server that refuses the call as such; a refusal by SMEV that is not its own
    failure. After any other error the message may have been taken.
    """
    if isinstance(error, SmevFaultError):
        return error.fault.kind is not None and error.fault.kind not in _MAY_HAVE_TAKEN
    return isinstance(error, NotConnected | RefusedByServer)


def never_arrived(message: Message, *, tries_now: bool = False) -> bool:
    """Tell whether every attempt certainly went nowhere.

    `attempts` is written before an attempt and `missed` after it, so a process that dies in between leaves
    an attempt that may have arrived. `tries_now`: the attempt counted last is not made yet.
    """
    return message.missed >= message.attempts - int(tries_now)


def after_fault(message: Message, fault: Fault, now: datetime) -> Verdict:
    """Judge a synchronous refusal."""
    if fault.kind is None or fault.retry is Retry.REPEAT:
        return Verdict.AGAIN
    if fault.kind is not FaultKind.STALE_MESSAGE_ID:
        return Verdict.NEVER
    if now - _made_at(message) < CLOCKS_APART:
        return Verdict.NEVER
    return Verdict.ANEW if never_arrived(message, tries_now=True) else Verdict.UNCERTAIN


def is_stale(message: Message, now: datetime, hours: float) -> bool:
    """Tell whether the message is signed with a MessageID too old for SMEV to take it."""
    return message.call is not None and now - _made_at(message) > timedelta(hours=hours)


def ending(message: Message, now: datetime, hours: float) -> TooLate | None:
    """Return why it is too late to send the message; None while it is not.

    One that SMEV may have is tried to the end of its MessageID's time: the answer tells.
    """
    if message.call is not None and not never_arrived(message, tries_now=True):
        return None
    said = message.options.get("eol")
    if said and datetime.fromisoformat(said) <= now:
        return TooLate(
            Text(
                ru="срок жизни запроса (EOL) истёк, прежде чем он был отправлен",
                en="the request's end of life (EOL) came before it was sent",
            ),
            cure=Text(ru="отправьте новый запрос", en="send a new request"),
        )
    if now - message.created_at > timedelta(hours=hours):
        return TooLate(
            Text(
                ru=f"сообщение не удалось отправить за {hours:g} ч",
                en=f"the message could not be sent within {hours:g} hours",
            ),
            cure=Text(ru="проверьте связь со СМЭВ: mezhved gateway check", en="run mezhved gateway check"),
        )
    return None


def _made_at(message: Message) -> datetime:
    """Return the time inside the MessageID, by which SMEV judges its age."""
    return message_time(UUID(message.message_id)) if message.message_id else message.created_at


def uncertain() -> Uncertain:
    """Return the end of a message that SMEV may have."""
    return Uncertain(
        Text(
            ru="неизвестно, принял ли СМЭВ сообщение: ответ на отправку потерян, а за сутки связи не было",
            en="whether SMEV has the message is unknown: the answer was lost, then there was no connection "
            "for a day",
        ),
        cure=Text(
            ru="если СМЭВ приняла его, ответ придёт и будет сохранён; иначе отправьте новое сообщение",
            en="if SMEV has it the answer will come and be kept; else send a new message",
        ),
    )
