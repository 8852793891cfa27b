"""Processes of a gateway exchange through a living bus and are killed at random moments."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from mezhved.bus.storage import DatabaseAddress
from mezhved.bus.storage.keys import message_id_of
from tests.soak.ledger import Verdict
from tests.soak.pace import until_more

if TYPE_CHECKING:
    from mezhved.bench.gateways import GatewayInstallation

SETTINGS = {
    "takeover_seconds": "2",
    "shortest_pause_seconds": "0.05",
    "longest_pause_seconds": "0.5",
    "log_level": "error",
}


@dataclass(slots=True)
class Told:
    """What the processes said before and after they took something."""

    asking: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def read(self, line: str) -> None:
        """Note one line."""
        word, _, rest = line.strip().partition(" ")
        if word == "asking":
            self.asking.add(rest)
        elif word == "taken":
            self.taken.add(rest)
        elif word == "wrong":
            self.wrong.append(rest)


class Node:
    """One process and the thread that listens to it."""

    def __init__(self, gateway: GatewayInstallation, task: str, told: Told) -> None:
        with (gateway.folder / "nodes.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.soak.gateway_worker", task],
                env=gateway.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.ready = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(told,))
        self._listener.start()

    def _listen(self, told: Told) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line == "ready\n":
                self.ready.set()
            told.read(line)
        self.ready.set()

    def kill(self) -> None:
        """End it at once, wherever it is; what has ended already stays so."""
        self._process.send_signal(signal.SIGKILL)
        self.wait()

    def wait(self) -> int:
        """Wait for the end and for all that was told."""
        code = self._process.wait()
        self._listener.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code


def soak_gateways(
    gateway: GatewayInstallation, *, nodes: int, kills: int, seed: int, most: int = 60
) -> Verdict:
    """Kill processes of the gateway `kills` times under load, let one finish, and judge.

    Between two kills they take `most` requests at most.
    """
    chance, told = random.Random(seed), Told()
    running = [Node(gateway, "live", told) for _ in range(nodes)]
    try:
        for _ in range(kills):
            place = chance.randrange(nodes)
            running[place].ready.wait(60)
            until_more(lambda: len(told.taken), chance.randrange(1, most))
            running[place].kill()
            running[place] = Node(gateway, "live", told)
        for each in running:
            each.ready.wait(60)
            until_more(lambda: len(told.taken), chance.randrange(1, most))
            each.kill()
    finally:
        for each in running:
            each.kill()
    if Node(gateway, "finish", told).wait() != 0:
        told.wrong.append("the last process failed")
    return _judged(gateway, told, kills + nodes)


def _judged(gateway: GatewayInstallation, told: Told, kills: int) -> Verdict:
    """Compare what was told, what the gateway keeps and what the bus accepted."""
    kept = _rows(
        gateway.database,
        "SELECT m.direction, m.kind, m.state, m.client_id, m.message_id, e.state, e.id, m.id"
        " FROM gateway_message m JOIN gateway_exchange e ON e.id = m.exchange_id",
    )
    keys = _rows(gateway.bus.database, "SELECT message_key FROM bus_message WHERE sender IS NOT NULL")
    accepted = Counter(str(message_id_of(bytes(key))) for (key,) in keys)
    sent = Counter(row[4] for row in kept if row[0] == "out")
    came = Counter(row[4] for row in kept if row[0] == "in")
    clients = Counter(row[3] for row in kept if row[0] == "out" and row[1] == "request")
    problems = list(told.wrong)
    problems += [f"{each} was taken and is lost" for each in told.taken if not clients[each]]
    problems += [f"{each} was never asked" for each in clients if each not in told.asking]
    problems += [f"{each} is kept {n} times" for each, n in (clients + came + sent).items() if n > 2]
    problems += [f"{each} is kept twice" for each, n in [*clients.items(), *came.items()] if n > 1]
    problems += [f"{row[1]} {row[4]} is {row[2]}" for row in kept if row[0] == "out" and row[2] != "SENT"]
    problems += [f"{each} was sent, but not as the gateway knows" for each in accepted if each not in sent]
    problems += [f"{each} is no message of the bus" for each in sent if each not in accepted]
    problems += [f"{each} was accepted and did not come" for each in accepted if each not in came]
    problems += [f"exchange {row[6]} is {row[5]}" for row in kept if row[5] != "answered"]
    problems += _wrong_steps(gateway, kept)
    counts = {
        "kills": kills,
        "asked": len(told.asking),
        "taken": len(told.taken),
        "sent": len(sent),
        "accepted_by_the_bus": len(accepted),
        "received": len(came),
        "sent_again": _again(gateway),
    }
    return Verdict(counts, tuple(problems[:50]))


def _wrong_steps(gateway: GatewayInstallation, kept: list[Any]) -> list[str]:
    """One signed call for each message sent, and a chain without gaps."""
    steps = _rows(gateway.database, "SELECT message_id, kind, position FROM gateway_step")
    calls = Counter(message for message, kind, _ in steps if kind == "call")
    sent = [row for row in kept if row[0] == "out"]
    wrong = [f"message {row[4]} has {calls[row[7]]} calls" for row in sent if calls[row[7]] != 1]
    places = sorted(place for _, _, place in steps if place is not None)
    if places != list(range(1, len(steps) + 1)):
        wrong.append("the chain of steps has gaps")
    return wrong


def _again(gateway: GatewayInstallation) -> int:
    """How many messages needed more than one attempt: the kills hit where it matters."""
    return int(_rows(gateway.database, "SELECT count(*) FROM gateway_message WHERE attempts > 1")[0][0])


def _rows(database: str, question: str) -> list[Any]:
    address = DatabaseAddress.of_url(database)
    if address.dialect == "sqlite":
        with closing(sqlite3.connect(address.location)) as connection:
            return connection.execute(question).fetchall()
    with psycopg.connect(address.location) as server:
        return server.execute(question).fetchall()
