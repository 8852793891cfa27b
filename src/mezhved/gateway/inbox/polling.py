"""Polling the queues of SMEV: one loop a queue, by one process at a time, at a pace that follows the work."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.inbox.storing import keep_distrusted, keep_request, keep_response
from mezhved.gateway.models import InformationSystem, InformationType
from mezhved.service import Repeating
from mezhved.smev3.client import CancelReceived
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gateway.assembly import Gateway
    from mezhved.smev3.client import Received, Smev3Client
    from mezhved.smev3.messages import Request, Response

DUTY_SECONDS = 60
TROUBLE_SECONDS = 5.0
ROUND = 50
"""Messages taken before the duty is renewed."""
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of SMEV that is polled by itself."""

    system: int
    kind: str
    """request or response."""
    root: tuple[str, str] | None = None
    slot: int = 0

    @property
    def name(self) -> str:
        """The name of the duty of polling it."""
        narrowed = "" if self.root is None else f"{{{self.root[0]}}}{self.root[1]}"
        return f"poll {self.system} {self.kind} {narrowed} {self.slot}"


def queues(pollers: int) -> tuple[Queue, ...]:
    """Return the queues of all systems that are in work."""
    found = []
    for system in InformationSystem.objects.filter(is_active=True, connection__is_active=True):
        kinds = InformationType.objects.filter(code__in=system.polled_types)
        roots: list[tuple[str, str] | None] = [(each.namespace, each.request_root) for each in kinds]
        for slot in range(pollers):
            if system.polls_requests:
                found += [Queue(system.pk, "request", root, slot) for root in roots or [None]]
            if system.polls_responses:
                found.append(Queue(system.pk, "response", None, slot))
    return tuple(found)


def poll_once(gateway: Gateway, queue: Queue) -> bool:
    """Take one message of the queue, store it, acknowledge it; tell whether there was one."""
    system = InformationSystem.objects.select_related("connection").get(pk=queue.system)
    client = gateway.connections.client(system)
    if queue.kind == "request":
        return _take(gateway, system, client, functools.partial(client.get_request, queue.root), keep_request)
    node = system.node_id or None
    return _take(gateway, system, client, functools.partial(client.get_response, node_id=node), keep_response)


def _take(
    gateway: Gateway,
    system: InformationSystem,
    client: Smev3Client,
    get: Callable[[], Received[Request] | Received[Response] | None],
    keep: Callable[..., None],
) -> bool:
    try:
        received = get()
    except CancelReceived as called_off:
        gateway.log.info("request_called_off", system=system.mnemonic, reason=str(called_off))
        return True
    if received is None:
        return False
    accepted = received.smev.acceptable
    # Signed before the message is kept, so that one transaction keeps both: no commit of its own.
    ack = client.prepare_ack(received.message_id, accepted=accepted)
    if accepted:
        keep(gateway, system, client, received, ack)
    else:
        keep_distrusted(gateway, system, received, ack)
    client.ack(received.message_id, accepted=accepted, prepared=ack)
    gateway.log.debug("acknowledged", system=system.mnemonic, message_id=received.message_id)
    return True


class Poller(Repeating):
    """Polls one queue while it holds the duty of it."""

    def __init__(self, gateway: Gateway, queue: Queue) -> None:
        super().__init__(f"poll-{queue.system}-{queue.kind}-{queue.slot}")
        self._gateway = gateway
        self._queue = queue
        self._pause = gateway.settings.shortest_pause_seconds

    def tick(self) -> float:
        """Take what waits; return a pause that grows while nothing comes."""
        settings = self._gateway.settings
        if not take_duty(self._queue.name, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS):
            return settings.longest_pause_seconds
        taken = 0
        while taken < ROUND and not self.stopping and poll_once(self._gateway, self._queue):
            taken += 1
        if taken:
            self._pause = settings.shortest_pause_seconds
            return 0.0 if taken == ROUND else self._pause
        self._pause = min(self._pause * GROWTH, settings.longest_pause_seconds)
        return self._pause

    def wake(self) -> None:
        """Poll now, and often again: an answer is awaited."""
        self._pause = self._gateway.settings.shortest_pause_seconds
        super().wake()

    def run(self) -> None:
        """Poll until stopped, then let another process do it."""
        try:
            super().run()
        finally:
            leave(self._queue.name, self._gateway.owner)

    def troubled(self, error: Exception) -> float:
        """Log why nothing came and wait."""
        reason = str(error) if isinstance(error, MezhvedError) else type(error).__name__
        self._gateway.metrics.count_polling_failure(self._queue.kind, type(error).__name__)
        self._gateway.log.warning("polling_failed", queue=self._queue.name, reason=reason)
        return max(TROUBLE_SECONDS, self._pause)
