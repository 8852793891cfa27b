"""An explanation: the shape that all explanations have, and the words of sides and of what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from mezhved.texts import Text


class Side(Enum):
    """On whose side the matter is."""

    OWN = Text(ru="на нашей стороне", en="on our side")
    PROVIDER = Text(ru="на стороне поставщика сведений", en="on the provider's side")
    SMEV = Text(ru="на стороне СМЭВ", en="on SMEV's side")
    NOBODY = Text(ru="это не ошибка", en="this is no error")
    UNKNOWN = Text(ru="неизвестно", en="unknown")


class Action(Enum):
    """What a button beside the explanation does."""

    CORRECT = "correct"
    """Open the request as a draft to be corrected and sent anew."""
    AGAIN = "again"
    """Ask the same once more."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it may have come to this, what helps, and who can do it."""

    cause: Text
    cure: Text
    who: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that an official is told. `official` are the words of SMEV or of the provider themselves.

    `tone` is one of bad, warn, good, as the chips of the pages have it.
    """

    title: Text
    what: Text
    side: Side
    todo: Text
    tone: str = "bad"
    code: str = ""
    official: str = ""
    reasons: tuple[Reason, ...] = ()
    actions: tuple[Action, ...] = ()


CORRECT_AND_SEND: Final = Text(
    ru="Исправьте запрос и отправьте его заново.", en="Correct the request and send it anew."
)
ASK_LATER: Final = Text(
    ru="Спросите ещё раз позже; если повторится, обратитесь к поставщику сведений.",
    en="Ask again later; if it comes again, turn to the provider.",
)
TELL_ADMINISTRATOR: Final = Text(
    ru="Покажите эту страницу администратору вашей системы: запрос здесь ни при чём.",
    en="Show this page to the administrator of your system: the request is not to blame.",
)
WAIT: Final = Text(
    ru="Ничего делать не нужно: отправка повторяется сама.",
    en="Nothing need be done: it is sent again by itself.",
)
