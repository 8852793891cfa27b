"""A process that works on the store until it is killed, and tells over its standard output what it did.

Each line is `<thread> <word> <id> <numbers>`, written by one system call: a word is said before a call
("send", "ask", "acking") and after its answer ("sent", "leased", "acked", "notfound").
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
import uuid
from typing import TYPE_CHECKING

from mezhved.bus.storage import Queue, StorageUnavailable, Store
from tests.support.queueing import RECIPIENT, REQUESTS, RESPONSES, SENDER, new_message, system_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.bus.storage import Delivery

LEASE = 0.4
SECOND = 1_000_000


def now() -> int:
    """Microseconds of the wall clock, which all processes share."""
    return time.time_ns() // 1000


def say(*words: object) -> None:
    """Tell the harness; what was written survives the death of this process."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


class Worker:
    """Threads that send, take, acknowledge, refuse and expire."""

    def __init__(self, store: Store, seed: int, *, drain: bool) -> None:
        self.store = store
        self.random = random.Random(seed)
        self.drain = drain

    def send(self) -> None:
        """Accept a new message, and the same again now and then, as clients do without an answer."""
        message = new_message(0, message_id=uuid.uuid1(), accepted_at=now())
        for attempt in range(1 + (self.random.random() < 0.2)):
            say("send", message.message_id)
            fresh = self.store.accept(message, REQUESTS)
            say("sent", message.message_id)
            if fresh is not (attempt == 0):
                say("wrong", message.message_id, "accepted", attempt, fresh)

    def refuse(self) -> None:
        """Refuse a message with an answer."""
        message = new_message(0, message_id=uuid.uuid1(), accepted_at=now())
        answer = system_response(0, message)
        answer = new_message(0, **{**_fields(answer), "message_id": uuid.uuid1()})
        say("send", message.message_id)
        say("send", answer.message_id)
        self.store.refuse(message, "причина", answer, RESPONSES)
        say("sent", message.message_id)
        say("sent", answer.message_id)

    def expire(self) -> None:
        """Accept a message that has ended already, then sweep."""
        message = new_message(0, message_id=uuid.uuid1(), accepted_at=now(), eol=now())
        say("send", message.message_id)
        self.store.accept(message, Queue(RECIPIENT, REQUESTS.box, "никто"))
        say("sent", message.message_id)
        self.sweep()

    def sweep(self) -> None:
        """End what is past its end of life."""
        for each in self.store.overdue(now(), 20):
            answer = system_response(0, each.message)
            answer = new_message(0, **{**_fields(answer), "message_id": uuid.uuid1()})
            self.store.expire(each.pk, each.queue, answer, RESPONSES, now(), leases=each.leases)

    def take(self, owner: int, queue: Queue) -> bool:
        """Take one message and mostly acknowledge it."""
        asked = now()
        until = asked + int(LEASE * SECOND)
        delivery: Delivery | None = self.store.lease(queue, None, asked, until)
        if delivery is None:
            return False
        message_id = delivery.message.message_id
        say("leased", message_id, asked, now(), until)
        if not self.drain and self.random.random() < 0.2:
            return True
        say("acking", message_id, now())
        found = self.store.ack(owner, message_id, True, now())
        say("acked" if found else "notfound", message_id, now())
        return True

    def run(self, act: Callable[[], object], end: threading.Event) -> None:
        """Act until the end; an unreachable database is waited for."""
        while not end.is_set():
            try:
                act()
            except StorageUnavailable as error:
                say("unavailable", type(error).__name__)


def _fields(message: object) -> dict[str, object]:
    return {name: getattr(message, name) for name in message.__dataclass_fields__}  # type: ignore[attr-defined]


def live(worker: Worker) -> None:
    """Work until killed."""
    end = threading.Event()
    acts: list[Callable[[], object]] = [
        worker.send,
        worker.send,
        lambda: (worker.send(), worker.refuse(), worker.expire()),
        lambda: worker.take(RECIPIENT, REQUESTS),
        lambda: worker.take(RECIPIENT, REQUESTS),
        lambda: worker.take(SENDER, RESPONSES),
    ]
    for act in acts:
        threading.Thread(target=worker.run, args=(act, end), daemon=True).start()
    say("ready")
    end.wait(120)


def finish(worker: Worker) -> None:
    """Empty all queues; give up after a minute."""
    end, quiet = time.monotonic() + 60, 0
    while quiet < 3 and time.monotonic() < end:
        worker.sweep()
        took = worker.take(RECIPIENT, REQUESTS) or worker.take(SENDER, RESPONSES)
        quiet = 0 if took else quiet + 1
        if not took:
            time.sleep(LEASE / 2)


def main() -> None:
    """Work as the arguments say: the database, a seed, and `live` or `finish`."""
    url, seed, task = sys.argv[1:]
    with Store.open(url) as store:
        worker = Worker(store, int(seed), drain=task == "finish")
        (finish if task == "finish" else live)(worker)


if __name__ == "__main__":
    main()
