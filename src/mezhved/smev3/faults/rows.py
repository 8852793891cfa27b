"""The shape of a line of the table of faults."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.smev3.faults.kinds import FaultKind, Retry, SignatureCode

SENDING = ("SendRequest", "SendResponse")
POLLING = ("GetRequest", "GetResponse", "GetStatus")
EVERY = (*SENDING, *POLLING, "Ack", "GetIncomingQueueStatistics")


class Actor(Enum):
    """Who can put a matter right."""

    DEVELOPER = Text(ru="разработчик вызывающей системы", en="the developer of the calling system")
    ADMINISTRATOR = Text(ru="администратор вызывающей системы", en="the administrator of the calling system")
    RECIPIENT = Text(ru="получатель сообщения", en="the recipient of the message")
    OWNER = Text(ru="владелец вида сведений", en="the owner of the information type")
    OPERATOR = Text(ru="оператор СМЭВ", en="the operator of SMEV")


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of a refusal, its cure, and who applies it."""

    cause: Text
    cure: Text
    actor: Actor = Actor.DEVELOPER


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One case in which SMEV refuses.

    `text` is the official faultstring with `{parameters}`; `description` the text after `SMEV-nnn:`
    where it differs. `module` is MOD:n of the code, n = 0 where the number is not known. `meaning` says in
    a sentence what happened, `reasons` why it may have, the likeliest first. `operations` are those the
    refusal is told by, at once or afterwards. `sampled` is false where no real fault of the case is known
    and the wording is ours.
    """

    name: str
    kind: FaultKind
    number: int | None
    module: str
    text: str
    meaning: Text
    reasons: tuple[Reason, ...]
    operations: tuple[str, ...] = SENDING
    synchronous: bool = True
    asynchronous: bool = False
    signature_code: SignatureCode | None = None
    description: str = ""
    sampled: bool = True

    @property
    def handle(self) -> str:
        """Return the shortest name that `mezhved explain` knows the line by."""
        return self.module if self.sampled else (self.signature_code or self.kind).value

    @property
    def retry(self) -> Retry:
        """Return what a client does after it."""
        return self.kind.retry

    @property
    def advice(self) -> Text:
        """Return the likeliest cure, and where more is told."""
        cure = self.reasons[0].cure
        return Text(
            ru=f"{cure.ru}; подробнее: mezhved explain {self.handle}",
            en=f"{cure.en}; more: mezhved explain {self.handle}",
        )
