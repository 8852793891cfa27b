"""Clients exchange signed messages through a served bus that is killed at random moments."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import psycopg

from mezhved.bench.broadcast import news, register_broadcast
from mezhved.bench.installation import CONSUMER, PROVIDER, REQUEST, RESPONSE, Installation, kill
from mezhved.bench.load import business_data
from mezhved.bench.processes import family
from mezhved.bus.storage import DatabaseAddress, Store
from mezhved.demo.catalogue import SERVICE, SMEV
from mezhved.smev3.client import (
    HttpTransport,
    RetryPolicy,
    Smev3Client,
    Standing,
    TransportError,
    UnusableAnswer,
)
from mezhved.smev3.faults import FaultKind, SmevFaultError
from mezhved.smev3.messages import MessageType
from mezhved.smev3.versions import Version
from tests.soak.ledger import Lease, Ledger, Verdict, judge, share_of
from tests.soak.pace import until_more

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.smev3.client import Outgoing, Received
    from mezhved.smev3.messages import Request, Response

Result = TypeVar("Result")

LEASE_SECONDS = 2
# How long the queues may stay as they are, once nobody sends any more, before the wait is given up.
STILL_SECONDS = 60
BACKLOG = 100
# Acknowledged messages between two kills.
MOST_ACKED = 120
PAUSE = 0.05
ONCE = RetryPolicy(attempts=1)
# More than are served before the receipt, so that the background has its part; all but two never poll.
SUBSCRIBERS = 52
BROADCAST_PAUSE = 1.5
BROADCAST_SECONDS = 6
# A bus that is killed, or whose database was busy, gives one of these; everything else is wrong.
EXPECTED_FAULTS = frozenset({FaultKind.SMEV_FAILURE})


class ShortLeases(Installation):
    """A bus whose un-acknowledged messages return soon."""

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its processes."""
        return super().environment | {"MEZHVED_LEASE_SECONDS": str(LEASE_SECONDS)}

    @classmethod
    def of(cls, made: Installation) -> ShortLeases:
        """Return the same installation with short leases."""
        return cls(made.folder, made.database, made.workers, made.port, made.pki)


@dataclass(slots=True)
class Exchange:
    """The clients of both sides, what they know, and what went wrong."""

    installation: Installation
    ledger: Ledger = field(default_factory=Ledger)
    enough: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    systems: dict[str, int] = field(default_factory=dict)

    def client(self, name: str, version: Version) -> Smev3Client:
        """A client that asks once: the harness must know of every attempt."""
        pki = self.installation.pki
        return Smev3Client(
            f"{self.installation.address}/smev/v{version.value}/ws",
            version,
            pki.signers[name],
            smev_certificates=[pki.signers[SMEV].certificate],
            transport=HttpTransport(connect_timeout=2, read_timeout=20, connections=1),
            retry=ONCE,
        )

    def until_sent(self, client: Smev3Client, outgoing: Outgoing) -> None:
        """Send a message until the bus says that it has it."""
        message_id = UUID(outgoing.message_id)
        self.ledger.note_sent(message_id)
        while not self.stopped.is_set():
            receipt = self._try(lambda: client.send(outgoing))
            if receipt is not None:
                self.seen["already_sent"] += receipt.already_sent
                self.ledger.note_accepted(message_id, time.monotonic())
                return

    def until_acked(self, client: Smev3Client, name: str, received: Received[Any]) -> None:
        """Acknowledge until the bus answers; an attempt that was lost may have worked."""
        message_id = self.named(name, received)
        self.ledger.note_acking(message_id, time.monotonic())
        while not self.stopped.is_set():
            try:
                if self._try(lambda: client.ack(received.message_id)) is not None:
                    self.ledger.note_acked(message_id, time.monotonic(), found=True)
                    return
            except SmevFaultError as error:
                if error.fault.kind is not FaultKind.TARGET_MESSAGE_IS_NOT_FOUND:
                    raise
                self.ledger.note_acked(message_id, time.monotonic(), found=False)
                return

    def take(self, name: str, get: Callable[[], Received[Request] | Received[Response] | None]) -> Any:
        """Take one message as that system and note it; None when there is none."""
        asked = time.monotonic()
        received = self._try(get)
        if received is None:
            return None
        if received.smev.standing is not Standing.GENUINE:
            self.wrong.append(f"{received.message_id}: the bus's signature is {received.smev.standing}")
        lease = Lease(asked, time.monotonic(), asked + LEASE_SECONDS)
        self.ledger.note_lease(self.named(name, received), lease)
        return received

    def named(self, name: str, received: Received[Any]) -> UUID:
        """Return how the ledger names what this system has taken."""
        message_id = UUID(received.message_id)
        broadcast = received.message.metadata.message_type == MessageType.BROADCAST
        return share_of(message_id, self.systems[name]) if broadcast else message_id

    def _try(self, call: Callable[[], Result]) -> Result | None:
        """Make one call; None when a dying bus gave no answer or said that it could not."""
        try:
            return call()
        except (TransportError, UnusableAnswer):
            self.seen["unanswered"] += 1
        except SmevFaultError as error:
            if error.fault.kind not in EXPECTED_FAULTS:
                raise
            self.seen["smev_failure"] += 1
        time.sleep(PAUSE)
        return None

    def consume(self, version: Version) -> None:
        """Send requests one after another."""
        client = self.client(CONSUMER, version)
        while not self.enough.is_set():
            if len(self.ledger.accepted) - len(self.ledger.acked) > BACKLOG:
                time.sleep(PAUSE)
            else:
                self.until_sent(client, client.prepare_request(business_data(REQUEST)))

    def announce(self, version: Version) -> None:
        """Send broadcasts whose end of life comes soon: most subscribers never poll."""
        client = self.client(CONSUMER, version)
        while not self.enough.wait(BROADCAST_PAUSE):
            end = datetime.now(UTC) + timedelta(seconds=BROADCAST_SECONDS)
            outgoing = client.prepare_request(news(), eol=end)
            self.ledger.note_many(UUID(outgoing.message_id), self.systems.values())
            try:
                self.until_sent(client, outgoing)
            except SmevFaultError as error:
                # The bus was away for so long; had it taken the message, it would say that it has it.
                if error.fault.kind is not FaultKind.END_OF_LIFE_REACHED:
                    raise

    def subscribe(self, version: Version) -> None:
        """Take broadcasts and acknowledge them."""
        client = self.client(SERVICE.mnemonic, version)
        while not self.stopped.is_set():
            received = self.take(SERVICE.mnemonic, client.get_request)
            if received is None:
                time.sleep(PAUSE)
            else:
                self.until_acked(client, SERVICE.mnemonic, received)

    def provide(self, version: Version, chance: random.Random) -> None:
        """Answer requests and acknowledge them; forget every tenth, so that it comes again."""
        client = self.client(PROVIDER, version)
        while not self.stopped.is_set():
            received = self.take(PROVIDER, client.get_request)
            if received is None:
                time.sleep(PAUSE)
            elif chance.random() > 0.1 or self.enough.is_set():
                if received.message.reply_to:
                    outgoing = client.prepare_response(received.message.reply_to, business_data(RESPONSE))
                    self.until_sent(client, outgoing)
                self.until_acked(client, PROVIDER, received)

    def collect(self, version: Version) -> None:
        """Take the answers and acknowledge them."""
        client = self.client(CONSUMER, version)
        while not self.stopped.is_set():
            received = self.take(CONSUMER, client.get_response)
            if received is None:
                time.sleep(PAUSE)
            else:
                self.until_acked(client, CONSUMER, received)

    def guarded(self, act: Callable[[], None]) -> None:
        """Run a client; an exception that no dying bus explains is wrong."""
        try:
            act()
        except Exception as error:  # noqa: BLE001 - told in the verdict
            self.wrong.append(f"{type(error).__name__}: {error}")
            self.enough.set()

    def start(self, chance: random.Random) -> list[threading.Thread]:
        """Start the clients of both sides."""
        acts: list[Callable[[], None]] = [
            lambda: self.announce(Version.V1_2),
            lambda: self.subscribe(Version.V1_3),
        ]
        for version in (Version.V1_1, Version.V1_2, Version.V1_3):
            seeded = random.Random(chance.getrandbits(32))
            acts += [
                lambda version=version: self.consume(version),  # type: ignore[misc]
                lambda version=version, seeded=seeded: self.provide(version, seeded),  # type: ignore[misc]
                lambda version=version: self.collect(version),  # type: ignore[misc]
            ]
        threads = [threading.Thread(target=self.guarded, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        return threads


class Kept:
    """The bus under a manager of services, as in operation: it is started again when it ends by itself.

    Its server gives up when a worker dies twice within seconds, and quick machines are struck so often.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._process = installation.start()

    def keep_up(self) -> None:
        """Start it again where it ended."""
        if self._process.poll() is not None:
            kill(self._process)
            self._process = self._installation.start()

    def strike(self, chance: random.Random) -> None:
        """Kill the whole bus and start it again, or kill one of its processes."""
        workers = family(self._process.pid)[1:]
        if workers and chance.random() < 0.4:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)
            return
        kill(self._process)
        self._process = self._installation.start()

    def stop(self) -> None:
        """End it as a manager of services does."""
        self._process.terminate()
        self._process.wait(60)


def _await_empty(exchange: Exchange, url: str, bus: Kept) -> None:
    """Wait until nothing is queued, or until nothing moves any more."""
    moved, before = time.monotonic(), -1
    with Store.open(url) as store:
        while time.monotonic() < moved + STILL_SECONDS and sum(each.pending for each in store.lengths()):
            bus.keep_up()
            acked = len(exchange.ledger.acked)
            if acked != before:
                moved, before = time.monotonic(), acked
            time.sleep(0.2)


def _subscribers(installation: Installation) -> dict[str, int]:
    """Return the ids of the systems that a broadcast goes to, by mnemonic."""
    question = """SELECT s.mnemonic, s.id FROM registry_informationsystem s
        JOIN registry_typeprovider p ON p.system_id = s.id
        JOIN registry_informationtype t ON t.id = p.type_id WHERE t.broadcast"""
    address = DatabaseAddress.of_url(installation.database)
    if address.dialect == "sqlite":
        with closing(sqlite3.connect(address.location)) as connection:
            return dict(connection.execute(question).fetchall())
    with psycopg.connect(address.location) as server:
        return dict(server.execute(question).fetchall())


def soak_exchanges(installation: Installation, *, kills: int, seed: int) -> Verdict:
    """Kill the bus `kills` times under the load of nine clients, let it drain, and judge."""
    installation = ShortLeases.of(installation)
    register_broadcast(installation, SUBSCRIBERS)
    chance, exchange = random.Random(seed), Exchange(installation, systems=_subscribers(installation))
    bus = Kept(installation)
    clients = exchange.start(chance)

    def acknowledged() -> int:
        bus.keep_up()
        return len(exchange.ledger.acked)

    try:
        for _ in range(kills):
            until_more(acknowledged, chance.randrange(1, MOST_ACKED))
            bus.strike(chance)
        exchange.enough.set()
        _await_empty(exchange, installation.database, bus)
    finally:
        exchange.enough.set()
        exchange.stopped.set()
        for each in clients:
            each.join()
        bus.stop()
    with Store.open(installation.database) as store:
        verdict = judge(exchange.ledger, store)
    counts = {"kills": kills, **exchange.seen, **verdict.counts}
    return Verdict(counts, (*verdict.problems, *exchange.wrong))
