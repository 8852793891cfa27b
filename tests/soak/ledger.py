"""What the clients of a killed bus know for certain, and whether the bus's books agree.

A call that was answered is certain; a call whose answer never came may have been carried out or not.
Times are seconds of one clock for the whole machine.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from mezhved.bus.storage import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.bus.storage import RecipientDelivery, Store, StoredMessage


def share_of(message_id: UUID, owner: int) -> UUID:
    """Return how the ledger names one recipient's share of a message to many."""
    return uuid5(message_id, str(owner))


@dataclass(frozen=True, slots=True)
class Lease:
    """One hand-out that arrived: asked for and got at these times, nobody else's until then."""

    asked: float
    got: float
    until: float


@dataclass(slots=True)
class Ledger:
    """Certain and possible facts by message id; safe for threads.

    Hand-outs and acknowledgements of a message to many are kept by share (`share_of`).
    """

    accepted: dict[UUID, float] = field(default_factory=dict)
    maybe_accepted: set[UUID] = field(default_factory=set)
    leases: dict[UUID, list[Lease]] = field(default_factory=lambda: defaultdict(list))
    acked: dict[UUID, float] = field(default_factory=dict)
    maybe_acked: dict[UUID, float] = field(default_factory=dict)
    ack_refused: dict[UUID, float] = field(default_factory=dict)
    shares: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note_accepted(self, message_id: UUID, at: float) -> None:
        """The bus said that it has the message."""
        with self.lock:
            self.accepted.setdefault(message_id, at)
            self.maybe_accepted.discard(message_id)

    def note_sent(self, message_id: UUID) -> None:
        """A message is under way; its sender has no answer yet."""
        with self.lock:
            if message_id not in self.accepted:
                self.maybe_accepted.add(message_id)

    def note_many(self, message_id: UUID, owners: Iterable[int]) -> None:
        """A message is sent to these."""
        with self.lock:
            for owner in owners:
                self.shares[share_of(message_id, owner)] = (message_id, owner)

    def note_lease(self, message_id: UUID, lease: Lease) -> None:
        """A message was handed out."""
        with self.lock:
            self.leases[message_id].append(lease)

    def note_acking(self, message_id: UUID, at: float) -> None:
        """An acknowledgement is under way."""
        with self.lock:
            self.maybe_acked.setdefault(message_id, at)

    def note_acked(self, message_id: UUID, at: float, *, found: bool) -> None:
        """The bus answered an acknowledgement."""
        with self.lock:
            (self.acked if found else self.ack_refused).setdefault(message_id, at)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much was done, and everything that the bus did wrong."""

    counts: dict[str, int]
    problems: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def judge(ledger: Ledger, store: Store, *, lease_slack: float = 0.0) -> Verdict:
    """Compare the ledger with the store once everything is delivered.

    `lease_slack` is by how many seconds the bus may measure a lease differently from its client.
    """
    named = {*ledger.accepted, *ledger.maybe_accepted, *ledger.leases} - {*ledger.shares}
    found: dict[UUID, StoredMessage | RecipientDelivery | None] = {each: store.find(each) for each in named}
    shares = _shares(ledger, store)
    found |= shares
    report = store.check()
    problems = [f"check: {each.name} {each.count} {each.samples}" for each in report.differences]
    problems += [
        f"check: the books of {each.kind.name} do not balance" for each in report.totals if not each.balanced
    ]
    unfinished = sum(each.waiting + each.leased + each.received for each in report.totals)
    if unfinished:
        problems.append(f"{unfinished} messages are in no terminal state")
    problems += [
        f"{each} was acknowledged to its sender and is lost" for each in ledger.accepted if not found[each]
    ]
    problems += [
        f"{message_id} was acknowledged to its sender and is lost for {owner}"
        for each, (message_id, owner) in ledger.shares.items()
        if message_id in ledger.accepted
        and not found[each]
        and not _ended_before_its_queues(store, message_id)
    ]
    for each in ledger.acked:
        stored = found.get(each)
        if stored is None or stored.state is not State.DELIVERED:
            problems.append(f"{each} was acknowledged by its recipient but is {stored and stored.state.name}")
    for each, leases in ledger.leases.items():
        problems += _wrong_leases(each, leases, ledger.acked.get(each), lease_slack)
    for each in ledger.ack_refused:
        stored = found.get(each)
        if not (each in ledger.maybe_acked or (stored and stored.state is State.EXPIRED)):
            problems.append(f"the acknowledgement of {each} was refused for no reason")
    states = Counter(stored.state.name.lower() for stored in found.values() if stored)
    counts = {
        "accepted": len(ledger.accepted),
        "unanswered_sends": len(ledger.maybe_accepted),
        "handed_out": sum(len(leases) for leases in ledger.leases.values()),
        "handed_out_again": sum(len(leases) - 1 for leases in ledger.leases.values() if leases),
        "acknowledged": len(ledger.acked),
        "shares_acknowledged": len(ledger.acked.keys() & ledger.shares.keys()),
        **{f"state_{name}": count for name, count in sorted(states.items())},
        "stored": sum(each.accepted for each in report.totals),
    }
    return Verdict(counts, tuple(problems))


def _ended_before_its_queues(store: Store, message_id: UUID) -> bool:
    """Tell whether a message's end of life came before it entered any queue, and its sender was told so.

    That may happen to a message to many: a killed process keeps the work of it until its lease is over.
    """
    stored = store.find(message_id)
    if stored is None or stored.state is not State.EXPIRED or stored.recipients:
        return False
    return any(each.message_id == stored.answer_id for each in store.answers(message_id))


def _shares(ledger: Ledger, store: Store) -> dict[UUID, RecipientDelivery | None]:
    found: dict[UUID, RecipientDelivery | None] = dict.fromkeys(ledger.shares)
    for message_id in {message_id for message_id, _ in ledger.shares.values()}:
        found |= {share_of(message_id, each.owner): each for each in store.recipients(message_id)}
    return found


def _wrong_leases(message_id: UUID, leases: list[Lease], acked: float | None, slack: float) -> list[str]:
    problems = []
    ordered = sorted(leases, key=lambda lease: lease.until)
    for earlier, later in itertools.pairwise(ordered):
        if later.got < earlier.until - slack:
            problems.append(f"{message_id} was handed out again before its lease ended")
    if acked is not None:
        problems += [
            f"{message_id} was handed out after its acknowledgement"
            for lease in leases
            if lease.asked > acked
        ]
    return problems
