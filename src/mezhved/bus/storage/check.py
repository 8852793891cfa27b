"""The proof that no message got lost: totals by kind and the rows that do not belong together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mezhved.bus.storage.keys import message_id_of
from mezhved.bus.storage.records import Kind, State
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mezhved.bus.storage.session import Session

SAMPLES: Final = 10

DIFFERENCES: Final[Mapping[str, Text]] = {
    "queued_without_entry": Text(
        ru="сообщение должно ждать в очереди, но его там нет",
        en="the message should wait in a queue but is in none",
    ),
    "recipient_without_entry": Text(
        ru="сообщение должно ждать одного из получателей, но в его очереди его нет",
        en="the message should wait for one of its recipients but is not in that queue",
    ),
    "recipients_missing": Text(
        ru="получателей у сообщения не столько, сколько должно быть",
        en="the message has not as many recipients as it should",
    ),
    "recipient_without_message": Text(
        ru="получатель без сообщения (номер строки)",
        en="a recipient without a message (the row's number)",
    ),
    "never_finished": Text(
        ru="сообщение многим закончено раньше времени или не закончится никогда",
        en="a message to many is finished too early or never will be",
    ),
    "received_without_work": Text(
        ru="сообщение принято, но работа над ним потеряна",
        en="the message was received but the work on it is lost",
    ),
    "work_without_message": Text(
        ru="работа без сообщения (номер сообщения)",
        en="a work without a message (the message's number)",
    ),
    "entry_without_message": Text(
        ru="запись очереди без сообщения (номер записи)",
        en="a queue entry without a message (the entry's number)",
    ),
    "finished_still_queued": Text(
        ru="сообщение закончено, но осталось в очереди",
        en="the message is finished but still queued",
    ),
    "queued_twice": Text(
        ru="сообщение стоит в очередях дважды",
        en="the message is queued twice",
    ),
    "wrong_lease": Text(
        ru="запись о выдаче противоречит числу выдач",
        en="the lease contradicts the number of hand-outs",
    ),
    "unknown_state": Text(ru="неизвестное состояние", en="unknown state"),
    "delivered_without_times": Text(
        ru="доставлено, но нет времени выдачи или подтверждения",
        en="delivered, but the time of the hand-out or of the acknowledgement is missing",
    ),
    "end_without_time": Text(
        ru="время окончания противоречит состоянию",
        en="the time of the end contradicts the state",
    ),
    "end_without_event": Text(
        ru="отказ или истечение срока не записаны в историю",
        en="the refusal or expiry is not in the history",
    ),
    "end_without_answer": Text(
        ru="отказано или срок истёк, но отправителю не ответили",
        en="refused or expired, but the sender was not answered",
    ),
    "archived_and_kept": Text(
        ru="сообщение и в архиве, и среди текущих",
        en="the message is in the archive and among the current ones",
    ),
    "archived_unfinished": Text(
        ru="в архиве незаконченное сообщение",
        en="an unfinished message is in the archive",
    ),
    "archived_in_part": Text(
        ru="сообщение в архиве не целиком",
        en="the message is in the archive in part only",
    ),
    "uncounted_lost": Text(
        ru="конец сообщения не попадёт в статистику (номер сообщения)",
        en="a message's end will not get into the statistics (the message's number)",
    ),
    "message_without_body": Text(ru="сообщение без содержимого", en="a message without content"),
    "body_without_message": Text(
        ru="содержимое без сообщения (номер строки)",
        en="content without a message (the row's number)",
    ),
    "attachments": Text(
        ru="вложений не столько, сколько пришло",
        en="not as many attachments as came",
    ),
}


@dataclass(frozen=True, slots=True)
class KindTotals:
    """How many messages of one kind there are and where; `leased` were handed out, not acknowledged.

    A message to many counts once for each of its recipients. `received` are not in a queue yet.
    """

    kind: Kind
    accepted: int
    delivered: int
    waiting: int
    leased: int
    refused: int
    expired: int
    received: int

    @property
    def balanced(self) -> bool:
        """Whether every accepted message is in exactly one place."""
        ended = self.delivered + self.refused + self.expired
        return self.accepted == ended + self.waiting + self.leased + self.received


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is wrong: how many rows, and the ids of the first of them."""

    name: str
    text: Text
    count: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What the check found on one snapshot."""

    totals: tuple[KindTotals, ...]
    differences: tuple[Difference, ...]

    @property
    def right(self) -> bool:
        """Whether the books balance for every kind and nothing is wrong."""
        return not self.differences and all(each.balanced for each in self.totals)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON can carry it."""
        return {
            "right": self.right,
            "totals": {
                each.kind.name.lower(): {
                    "accepted": each.accepted,
                    "delivered": each.delivered,
                    "waiting": each.waiting,
                    "leased": each.leased,
                    "refused": each.refused,
                    "expired": each.expired,
                    "received": each.received,
                    "balanced": each.balanced,
                }
                for each in self.totals
            },
            "differences": [
                {
                    "name": each.name,
                    "text": str(each.text),
                    "count": each.count,
                    "samples": list(each.samples),
                }
                for each in self.differences
            ],
        }


def run_check(session: Session) -> CheckReport:
    """Take the totals and look for every difference, all in one snapshot."""
    session.read()
    try:
        found = (_difference(session, name, text) for name, text in DIFFERENCES.items())
        return CheckReport(_totals(session), tuple(each for each in found if each))
    finally:
        session.rollback()


def _totals(session: Session) -> tuple[KindTotals, ...]:
    accepted: Counter[int] = Counter()
    placed: Counter[tuple[int, State]] = Counter()
    for kind, state, many, messages, recipients in session.rows("check_messages", {}):
        accepted[kind] += recipients if many else messages
        if not many:
            placed[kind, state] += messages
        elif state == State.RECEIVED:
            placed[kind, State.RECEIVED] += recipients
    for kind, message_state, state, shares in session.rows("check_recipients", {}):
        placed[kind, state] += shares
        if message_state == State.RECEIVED:
            placed[kind, State.RECEIVED] -= shares
    entries = {(kind, leased): count for kind, leased, count in session.rows("check_entries", {})}
    return tuple(
        KindTotals(
            kind=kind,
            accepted=accepted[kind],
            delivered=placed[kind, State.DELIVERED],
            waiting=entries.get((kind, 0), 0),
            leased=entries.get((kind, 1), 0),
            refused=placed[kind, State.REFUSED],
            expired=placed[kind, State.EXPIRED],
            received=placed[kind, State.RECEIVED],
        )
        for kind in Kind
    )


def _difference(session: Session, name: str, text: Text) -> Difference | None:
    rows = session.rows(f"difference_{name}", {"samples": SAMPLES})
    if not rows:
        return None
    samples = tuple(str(message_id_of(key) if isinstance(key, bytes) else key) for key, _ in rows)
    return Difference(name, text, rows[0][1], samples)
