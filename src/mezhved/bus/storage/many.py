"""One message, one body, many recipients: what each step writes in the open transaction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from mezhved.bus.storage.keys import message_key
from mezhved.bus.storage.plans import Plan, Work, alike
from mezhved.bus.storage.records import Queue, State
from mezhved.bus.storage.rows import message_parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mezhved.bus.storage.records import NewMessage
    from mezhved.bus.storage.session import Parameters, Session

SHARED_OWNER: Final = 0
"""Owner of the rows that many recipients share; no system has this id."""
OVERFLOW: Final = "DestinationOverflow"
"""Reason of a share that was refused because its recipient's queue was full (SMEV-600)."""


def kept(message: NewMessage, plan: Plan, state: State) -> Parameters:
    """Return the parameters of a message that is in no queue yet."""
    queue = plan.queues[0]
    owner = SHARED_OWNER if plan.many else queue.owner
    return {
        **message_parameters(message, Queue(owner, queue.box, queue.node)),
        "state": state.value,
        "recipients": len(plan.queues) if plan.many else 0,
        "finished_at": 0,
        "reason": "",
        "answer_key": None,
    }


def spread(
    session: Session, message_pk: int, row: Parameters, queues: Sequence[Queue], full: Sequence[Queue]
) -> None:
    """Put a message into queues; who has it, or had it, or was refused it, is left alone.

    `full` are the recipients whose queues have no room: theirs alone is refused.
    """
    alike((*queues, *full))
    wanted = [each.owner for each in queues]
    fresh = _recipients(session, message_pk, wanted, State.QUEUED, 0)
    new = [owner for owner in wanted if owner in fresh]
    if new:
        session.write("insert_entries", {**row, "id": message_pk, "owners": json.dumps(new)})
    _recipients(session, message_pk, [each.owner for each in full], State.REFUSED, row["accepted_at"])


def _recipients(session: Session, message_pk: int, owners: list[int], state: State, at: int) -> set[int]:
    if not owners:
        return set()
    parameters = {
        "id": message_pk,
        "owners": json.dumps(owners),
        "state": state.value,
        "finished_at": at,
        "reason": OVERFLOW if state is State.REFUSED else "",
    }
    return {owner for (owner,) in session.write("insert_recipients", parameters)}


def distribute(session: Session, message_pk: int) -> None:
    """Note that the message lies in the queues of many."""
    session.write("insert_distribution", {"id": message_pk, "owner": SHARED_OWNER})


def finish(session: Session, message_pk: int) -> bool:
    """Finish a message to many if it is in nobody's queue; False: it is, or was finished before."""
    where = {"id": message_pk, "owner": SHARED_OWNER}
    if not session.write("close", where):
        return False
    session.write("end_distribution", where)
    session.write("add_uncounted", where)
    return True


def answered_now(session: Session, message_pk: int, answer: NewMessage | None) -> bool:
    """Note that the sender of a message to many is told of its end; False when it was told before."""
    if answer is None:
        return False
    key = message_key(answer.message_id)
    where = {"id": message_pk, "owner": SHARED_OWNER}
    return bool(session.write("answer_once", {**where, "answer_key": key}))


def hold(session: Session, work: Work, until: int) -> bool:
    """Keep a work until then; False when another process has taken it over."""
    return bool(session.write("hold_work", {**_claim(work), "until": until}))


def end(session: Session, work: Work) -> bool:
    """Take a work off the list; False when another process has taken it over."""
    return bool(session.write("end_work", _claim(work)))


def _claim(work: Work) -> Parameters:
    return {"id": work.pk, "owner": work.owner, "attempts": work.attempts}


def settle(session: Session, work: Work, queues: Sequence[Queue], full: Sequence[Queue]) -> bool:
    """Put a received message into its last queues and call it queued."""
    if not end(session, work):
        return False
    row = kept(work.message, work.plan, State.QUEUED)
    if work.plan.many:
        spread(session, work.pk, row, queues, full)
        distribute(session, work.pk)
    else:
        (queue,) = queues
        if queue != work.plan.queues[0]:
            raise ValueError("a message to one recipient goes where its plan says")
        session.write("insert_entry", {**row, "id": work.pk})
    return bool(session.write("queue_received", {"id": work.pk, "owner": work.owner}))
