"""Polling the queues of SMEV: one loop a queue, by one process at a time, at a pace that follows the work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.errors import NotSmev
from mezhved.gateway.files.fetching import FilesAwaited, ReceivedFile, drop, fetch_files, files_inside
from mezhved.gateway.inbox.pace import Pace
from mezhved.gateway.inbox.storing import (
    is_kept,
    keep_cancel,
    keep_distrusted,
    keep_request,
    keep_response,
    keep_status,
)
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import InformationSystem
from mezhved.gateway.outbox.settling import problem_of
from mezhved.gateway.queries import Prepared
from mezhved.gateway.queues import Queue, QueueNotes
from mezhved.smev3.client import CancelReceived, ClientError, Standing, TransportError
from mezhved.smev3.faults import FaultKind, Retry, SmevFaultError
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

    from mezhved.gateway.assembly import Gateway
    from mezhved.smev3.client import Judgement, Outgoing, Received, Smev3Client
    from mezhved.smev3.messages import Request, Response

_SYSTEM: Final = Prepared[InformationSystem]()
ROUND = 50
"""Messages taken before the duty and the system's row are looked at again."""
LOOK_SECONDS = 1.0
"""How soon the poller of another process learns that an answer is awaited."""
SELDOM = 10
"""How many times more seldom the status queue is polled: it holds auxiliary notices alone."""


def poll_once(gateway: Gateway, queue: Queue, system: InformationSystem | None = None) -> bool:
    """Take one message of the queue, store it, acknowledge it; tell whether there was one.

    Raises `SmevFaultError`, `TransportError`, `ClientError`, `CannotSign`; `NotSmev` for an answer that
    somebody else has signed, which stays in SMEV's queue.
    """
    if system is None:
        system = system_of(queue)
    client = gateway.connections.client(system)
    if queue.kind == "status":
        return _take_status(gateway, system, client)
    if queue.kind == "request":
        try:
            request = client.get_request(queue.root)
        except CancelReceived as cancelled:
            _take_cancel(gateway, system, client, cancelled)
            return True
        return request is not None and _take(gateway, system, client, request, keep_request)
    response = client.get_response(node_id=queue.node or None)
    return response is not None and _take(gateway, system, client, response, keep_response)


def system_of(queue: Queue) -> InformationSystem:
    """Return the queue's system with its connection."""
    found = _SYSTEM.first(_system, queue.system)
    if found is None:
        raise InformationSystem.DoesNotExist
    return found


def _system(key: int) -> QuerySet[InformationSystem]:
    return InformationSystem.objects.select_related("connection").filter(pk=key)


def _take(
    gateway: Gateway,
    system: InformationSystem,
    client: Smev3Client,
    received: Received[Request] | Received[Response],
    keep: Callable[..., bool],
) -> bool:
    accepted = _accepted(system, received.smev)
    # Signed before the message is kept, so that one transaction keeps both: no commit of its own.
    ack = client.prepare_ack(received.message_id, accepted=accepted)
    if accepted:
        try:
            _keep_with_files(gateway, system, client, received, ack=ack, keep=keep)
        except FilesAwaited:
            return True
    else:
        keep_distrusted(gateway, system, received, ack, received.message_id)
    _acknowledge(gateway, system, client, received.message_id, ack, accepted=accepted)
    return True


def _keep_with_files(
    gateway: Gateway,
    system: InformationSystem,
    client: Smev3Client,
    received: Received[Request] | Received[Response],
    *,
    ack: Outgoing,
    keep: Callable[..., bool],
) -> None:
    files: list[ReceivedFile] = []
    if received.attachments or received.message.fs_attachments:
        if is_kept(system, received.message_id):
            return
        files += files_inside(gateway, client, received.attachments)
        try:
            files += fetch_files(gateway, system, received)
        except BaseException:
            drop(gateway, files)
            raise
    if not keep(gateway, system, received, ack, files):
        drop(gateway, files)


def _take_cancel(
    gateway: Gateway, system: InformationSystem, client: Smev3Client, cancelled: CancelReceived
) -> None:
    accepted = _accepted(system, cancelled.smev)
    ack = client.prepare_ack(cancelled.message_id, accepted=accepted)
    if accepted:
        keep_cancel(gateway, system, cancelled, ack)
    else:
        keep_distrusted(gateway, system, cancelled, ack, cancelled.message_id)
    _acknowledge(gateway, system, client, cancelled.message_id, ack, accepted=accepted)


def _take_status(gateway: Gateway, system: InformationSystem, client: Smev3Client) -> bool:
    """Take a notice of the status queue; it carries no identifier but OriginalMessageId to acknowledge."""
    notice = client.get_status()
    if notice is None:
        return False
    named = notice.status.original_message_id
    accepted = _accepted(system, notice.smev)
    ack = client.prepare_ack(named, accepted=accepted)
    if accepted:
        keep_status(gateway, system, notice, ack)
    else:
        keep_distrusted(gateway, system, notice, ack, named)
    _acknowledge(gateway, system, client, named, ack, accepted=accepted)
    return True


def _accepted(system: InformationSystem, smev: Judgement) -> bool:
    """Tell whether to keep a message; a false signature refuses it, a foreign one is a trouble of ours.

    Were messages of a SMEV that changed its certificate acknowledged, they would be lost: so they stay in
    its queue until people have said whom to believe.
    """
    if smev.standing is Standing.FOREIGN:
        reason = smev.reason or Text(ru="подписано не СМЭВ", en="not SMEV signed this")
        raise NotSmev(
            reason,
            where=system.mnemonic,
            cure=Text(
                ru="если СМЭВ сменила сертификат, укажите новый у адреса СМЭВ",
                en="where SMEV has a new certificate, name it at the connection",
            ),
        )
    return smev.acceptable


def _acknowledge(
    gateway: Gateway,
    system: InformationSystem,
    client: Smev3Client,
    message_id: str,
    ack: Outgoing,
    *,
    accepted: bool,
) -> None:
    """Let SMEV forget a kept message; that it has forgotten it already is as well."""
    try:
        client.ack(message_id, accepted=accepted, prepared=ack)
    except SmevFaultError as error:
        if error.fault.kind is not FaultKind.TARGET_MESSAGE_IS_NOT_FOUND:
            raise
        gateway.log.info("acknowledged_before", system=system.mnemonic, message_id=message_id)
    else:
        gateway.log.debug("acknowledged", system=system.mnemonic, message_id=message_id)


class Poller(Loop):
    """Polls one queue while it holds the duty of it."""

    def __init__(self, gateway: Gateway, queue: Queue) -> None:
        super().__init__(gateway, f"poll-{queue.system}-{queue.kind}-{queue.slot}")
        settings = gateway.settings
        seldom = SELDOM if queue.kind == "status" else 1
        self.queue = queue
        self._pace = Pace(settings.shortest_pause_seconds * seldom, settings.longest_pause_seconds * seldom)
        self._notes = QueueNotes(queue)
        self._next: datetime | None = None
        self._soon = timedelta(seconds=self._pace.shortest)
        self._asked: datetime | None = None
        self._woken = False
        self._connection = 0

    def tick(self) -> float:
        """Poll when it is time, or an answer is awaited; return the seconds until the next look."""
        gateway = self._gateway
        now = gateway.clock()
        if not take_duty(self.queue.name, gateway.owner, now, gateway.settings.takeover_seconds):
            return min(gateway.settings.longest_pause_seconds, gateway.settings.takeover_seconds / 2)
        system = system_of(self.queue)
        self._connection = system.connection.pk
        if system.asked_at != self._asked or self._woken:
            self._asked, self._woken = system.asked_at, False
            self._pace.awaited()
            if self._next is not None:
                self._next = min(self._next, now + self._soon)
        if self._next is not None and now < self._next:
            return self._until_look(now)
        taken = self._round(system)
        self.went_well()
        gateway.connections.resting.answered(system.connection.pk)
        self._notes.went_well(gateway.clock(), taken=taken > 0)
        if taken == ROUND:
            self._next = None
            return 0.0
        return self._pause(self._pace.after(taken))

    def _round(self, system: InformationSystem) -> int:
        taken = 0
        while taken < ROUND and not self.stopping and poll_once(self._gateway, self.queue, system):
            taken += 1
        return taken

    def _pause(self, seconds: float) -> float:
        now = self._gateway.clock()
        self._next = now + timedelta(seconds=seconds)
        return self._until_look(now)

    def _until_look(self, now: datetime) -> float:
        left = 0.0 if self._next is None else max(0.0, (self._next - now).total_seconds())
        return min(left, LOOK_SECONDS) if self.queue.kind == "response" else left

    def wake(self) -> None:
        """Poll soon, and often again: an answer is awaited, though it cannot be there at once."""
        self._woken = True
        if self._next is None or self._next > self._gateway.clock() + self._soon:
            super().wake()

    def ended(self) -> None:
        """Let another process poll."""
        leave(self.queue.name, self._gateway.owner)
        super().ended()

    def troubled(self, error: Exception) -> float:
        """Show people why nothing comes, and wait: long where only people can help."""
        if not isinstance(error, MezhvedError):
            return super().troubled(error)
        passing = isinstance(error, TransportError | ClientError) or (
            isinstance(error, SmevFaultError) and error.fault.retry in {None, Retry.REPEAT}
        )
        if isinstance(error, TransportError):
            self._gateway.connections.resting.failed(self._connection)
        pause = self._pace.after_failure(passing=passing)
        problem = problem_of(error)
        news = self._notes.failed(self._gateway.clock(), self._pace.failures, problem)
        log = self._gateway.log.warning if news else self._gateway.log.debug
        log("polling_failed", queue=self.queue.name, reason=problem["name"], seconds=round(pause, 1))
        self._pause(pause)
        return pause
