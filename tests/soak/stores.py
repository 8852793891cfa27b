"""Processes that work on one store and are killed at random moments."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from mezhved.bus.storage import Store
from tests.soak.ledger import Lease, Ledger, Verdict, judge
from tests.soak.pace import until_more
from tests.support.waiting import eventually

SECOND = 1_000_000
# Between two kills; workers say that much in some tenths of a second.
MOST_WORDS = 600


@dataclass(slots=True)
class Bookkeeper:
    """Reads what the workers tell and keeps the ledger."""

    ledger: Ledger = field(default_factory=Ledger)
    wrong: list[str] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)

    def heard(self) -> int:
        """How many lines came."""
        with self.ledger.lock:
            return self.words.total()

    def read(self, line: str) -> None:
        """Enter one line; a line cut by the kill has no end and is left out."""
        if not line.endswith("\n"):
            return
        word, *rest = line.split()
        with self.ledger.lock:
            self.words[word] += 1
        if word in {"ready", "unavailable"}:
            return
        if word == "wrong":
            self.wrong.append(line.strip())
            return
        message_id = UUID(rest[0])
        if word == "many":
            self.ledger.note_many(message_id, map(int, rest[1:]))
            return
        numbers = [int(each) / SECOND for each in rest[1:]]
        match word:
            case "send":
                self.ledger.note_sent(message_id)
            case "sent":
                self.ledger.note_accepted(message_id, 0.0)
            case "leased":
                asked, got, until = numbers
                self.ledger.note_lease(message_id, Lease(asked, got, until))
            case "acking":
                self.ledger.note_acking(message_id, numbers[0])
            case "acked" | "notfound":
                self.ledger.note_acked(message_id, numbers[0], found=word == "acked")


class Process:
    """One worker process and the thread that listens to it."""

    def __init__(self, url: str, seed: int, task: str, book: Bookkeeper) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.worker", url, str(seed), task],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ready = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(book,))
        self._listener.start()

    def _listen(self, book: Bookkeeper) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line == "ready\n":
                self.ready.set()
            book.read(line)
        self.ready.set()

    def kill(self) -> None:
        """End the process at once, wherever it is."""
        self._process.send_signal(signal.SIGKILL)
        self.wait()

    def wait(self) -> int:
        """Wait for the end and for all that was told."""
        code = self._process.wait()
        self._listener.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code


def _judged(url: str, book: Bookkeeper, counts: dict[str, int]) -> Verdict:
    """Let a last worker empty the queues, and judge."""
    if Process(url, 0, "finish", book).wait() != 0:
        book.wrong.append("the last worker failed")
    with Store.open(url) as store:
        verdict = judge(book.ledger, store)
    counts |= {"unavailable": book.words["unavailable"], **verdict.counts}
    return Verdict(counts, (*verdict.problems, *book.wrong))


def soak_store(url: str, *, kills: int, seed: int, processes: int = 2) -> Verdict:
    """Kill workers of one store `kills` times, then judge."""
    chance, book = random.Random(seed), Bookkeeper()
    workers = [Process(url, chance.getrandbits(32), "live", book) for _ in range(processes)]
    for _ in range(kills):
        place = chance.randrange(processes)
        workers[place].ready.wait()
        until_more(book.heard, chance.randrange(1, MOST_WORDS))
        workers[place].kill()
        workers[place] = Process(url, chance.getrandbits(32), "live", book)
    for worker in workers:
        worker.ready.wait()
        worker.kill()
    return _judged(url, book, {"kills": kills + processes})


def soak_server(url: str, *, crashes: int, seed: int, processes: int = 2) -> Verdict:
    """Crash the PostgreSQL under working processes `crashes` times, then judge."""
    chance, book = random.Random(seed), Bookkeeper()
    workers = [Process(url, chance.getrandbits(32), "live", book) for _ in range(processes)]
    try:
        for worker in workers:
            worker.ready.wait()
        for _ in range(crashes):
            until_more(book.heard, chance.randrange(MOST_WORDS, 3 * MOST_WORDS))
            _crash(url)
        eventually(lambda: book.words["unavailable"] > 0)
    finally:
        for worker in workers:
            worker.kill()
    return _judged(url, book, {"crashes": crashes})


def _crash(url: str) -> None:
    """Kill a server process in the middle of its work: PostgreSQL then ends all and recovers from its log."""
    found = "SELECT pid FROM pg_stat_activity WHERE application_name = 'mezhved' ORDER BY state, pid LIMIT 1"
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with suppress(psycopg.OperationalError), psycopg.connect(url, autocommit=True) as server:
            row = server.execute(found).fetchone()
            if row is not None:
                os.kill(row[0], signal.SIGKILL)
                return
        time.sleep(0.05)
    raise TimeoutError("the server did not come back")
