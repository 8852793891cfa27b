"""What the database knows of notices: who has news, how far each system was told, who is at work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.bus.storage.rows import message_parameters

if TYPE_CHECKING:
    from collections.abc import Collection

    from mezhved.bus.storage import NewMessage, Queue, Store
    from mezhved.bus.storage.session import Session

MOST = 1000
"""Messages of one queue that are counted; beyond, a queue grows by newer messages only."""


@dataclass(frozen=True, slots=True)
class News:
    """Messages of a system that were never handed out: how many, and the newest one's row id.

    Of each queue no more than `MOST` are counted.
    """

    waiting: int
    newest: int


@dataclass(frozen=True, slots=True)
class PushState:
    """How far a system was told; times are microseconds, 0 is never.

    `notified` and `told` are the `News` of the last notice that got through, `failures` counts the
    attempts since; nobody may try before `next_at`, nor while `leased_until` is ahead.
    """

    system: int
    address: str
    leased_until: int = 0
    next_at: int = 0
    sent_at: int = 0
    notified: int = 0
    told: int = 0
    failures: int = 0
    reported_at: int = 0


class PushLedger:
    """Reads and writes the states; every method raises `StorageUnavailable` without a database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def news(self, systems: Collection[int]) -> dict[int, News]:
        """Return the news of those systems that have any."""
        asked = {"owners": json.dumps(sorted(systems)), "most": MOST}
        rows = self._store.read(lambda session: session.rows("push_news", asked))
        return {owner: News(waiting, newest) for owner, waiting, newest in rows}

    def states(self, systems: Collection[int]) -> dict[int, PushState]:
        """Return the states of those systems that were ever told."""
        owners = {"owners": json.dumps(sorted(systems))}
        rows = self._store.read(lambda session: session.rows("push_states", owners))
        return {row[0]: PushState(*row) for row in rows}

    def claim(self, state: PushState, address: str, now: int, until: int) -> bool:
        """Take the system for this sender until `until`; False: another has it, or has told it since."""
        row = {
            "system": state.system,
            "address": address,
            "sent_at": state.sent_at,
            "now": now,
            "until": until,
        }
        return bool(self._store.write(lambda session: session.write("push_claim", row), _key(state.system)))

    def settle(
        self, state: PushState, claimed_until: int, report: tuple[NewMessage, Queue] | None = None
    ) -> bool:
        """Write what came of the attempt and give the system back, with a report into its status queue.

        False: the claim ended meanwhile and somebody else has the system; nothing was written.
        """
        row = {
            "system": state.system,
            "address": state.address,
            "until": claimed_until,
            "next_at": state.next_at,
            "sent_at": state.sent_at,
            "notified": state.notified,
            "told": state.told,
            "failures": state.failures,
            "reported_at": state.reported_at,
        }

        def work(session: Session) -> bool:
            if not session.write("push_settle", row):
                return False
            if report is not None:
                session.accept(message_parameters(*report), [])
            return True

        return self._store.write(work, _key(state.system))


def _key(system: int) -> bytes:
    return b"push%b" % system.to_bytes(8, "big")
