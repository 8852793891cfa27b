"""Which queues of SMEV are polled, and how each of them goes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mezhved.gateway.models import InformationSystem, InformationType, QueueState

if TYPE_CHECKING:
    from datetime import datetime

NOTE_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of SMEV that is polled by itself."""

    system: int
    kind: str
    """request, response or status."""
    root: tuple[str, str] | None = None
    slot: int = 0
    node: str = ""
    """NodeID, where the queue is that of requests sent with it."""

    @property
    def name(self) -> str:
        """The name of the duty of polling it."""
        narrowed = "" if self.root is None else f" {{{self.root[0]}}}{self.root[1]}"
        told = f"poll {self.system} {self.kind} {self.slot} {self.node}{narrowed}"
        return told if len(told) <= 200 else f"{told[:160]} {_short(told)}"  # noqa: PLR2004 - the column


def _short(text: str) -> str:
    """Return a short name of a long one."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def queues(pollers: int) -> tuple[Queue, ...]:
    """Return the queues of all systems that are in work."""
    found: list[Queue] = []
    for system in InformationSystem.objects.filter(is_active=True, connection__is_active=True):
        found += _of_requests(system, pollers)
        found += _of_responses(system, pollers)
    return tuple(found)


def ensure_node(system: InformationSystem, node: str) -> None:
    """See to it that the answers to requests sent with a NodeID are polled for, from now on."""
    queue = Queue(system.pk, "response", node=node)
    QueueState.objects.get_or_create(
        name=queue.name, defaults={"system": system, "kind": "response", "node": node}
    )


def _of_requests(system: InformationSystem, pollers: int) -> list[Queue]:
    if not system.polls_requests:
        return []
    kinds = InformationType.objects.filter(
        code__in=system.polled_types, environment__in=("", system.connection.environment)
    ).values_list("namespace", "request_root")
    roots: list[tuple[str, str] | None] = [(namespace, name) for namespace, name in kinds]
    if not roots and not system.polled_types:
        roots = [None]
    return [Queue(system.pk, "request", root, slot) for root in roots for slot in range(pollers)]


def _of_responses(system: InformationSystem, pollers: int) -> list[Queue]:
    """Return the queues of answers: that of the system's node, those of other nodes, the common one.

    What SMEV says of answers waits in the common queue whatever the node (system responses).
    """
    if not system.polls_responses:
        return [Queue(system.pk, "response")] if system.polls_requests else []
    known = QueueState.objects.filter(system=system, kind="response")
    nodes = {system.node_id, *known.values_list("node", flat=True)}
    if system.polls_requests:
        nodes.add("")
    found = [
        Queue(system.pk, "response", None, slot, node) for node in sorted(nodes) for slot in range(pollers)
    ]
    return [*found, Queue(system.pk, "status")]


class QueueNotes:
    """What people see of one polled queue: written when it changes, else twice a minute."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._noted: datetime | None = None
        self._problem: str | None = ""

    def went_well(self, now: datetime, *, taken: bool) -> None:
        """SMEV answered."""
        fresh = self._noted is not None and now - self._noted < NOTE_EVERY
        if fresh and self._problem is None:
            return
        values: dict[str, Any] = {"polled_at": now, "failures": 0, "problem": None}
        if taken:
            values["taken_at"] = now
        self._write(now, None, values)

    def failed(self, now: datetime, failures: int, problem: dict[str, Any]) -> bool:
        """Nothing could be had; tell whether that is news."""
        name = str(problem.get("name"))
        news = name != self._problem
        if news or self._noted is None or now - self._noted >= NOTE_EVERY:
            self._write(now, name, {"failures": failures, "problem": problem})
        return news

    def _write(self, now: datetime, problem: str | None, values: dict[str, Any]) -> None:
        queue = self._queue
        QueueState.objects.update_or_create(
            name=queue.name,
            defaults=values,
            create_defaults={"system_id": queue.system, "kind": queue.kind, "node": queue.node, **values},
        )
        self._noted, self._problem = now, problem
