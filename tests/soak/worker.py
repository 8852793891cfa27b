"""A process that works on the store until it is killed, and tells over its standard output what it did.

Each line is `<word> <id> <numbers>`, written by one system call: a word is said before a call ("many",
"send", "acking") and after its answer ("sent", "leased", "acked", "notfound").
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
import uuid
from typing import TYPE_CHECKING

from mezhved.bus.storage import Box, Kind, Plan, Queue, StorageUnavailable, Store
from tests.soak.ledger import share_of
from tests.support.queueing import RECIPIENT, REQUESTS, RESPONSES, SENDER, new_message, system_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.bus.storage import Delivery

LEASE = 0.4
SECOND = 1_000_000
SUBSCRIBERS = tuple(Queue(owner, Box.REQUESTS) for owner in range(41, 47))


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

    def broadcast(self) -> None:
        """Send to many: at once, or to be put into their queues by whoever finds the work."""
        message = new_message(
            0, message_id=uuid.uuid1(), accepted_at=now(), kind=Kind.BROADCAST, recipient=None
        )
        say("many", message.message_id, *(each.owner for each in SUBSCRIBERS))
        say("send", message.message_id)
        if self.random.random() < 0.4:
            self.store.accept_for_many(message, SUBSCRIBERS)
        else:
            self.store.receive(message, Plan(SUBSCRIBERS, many=True))
        say("sent", message.message_id)
        self.work()

    def announce(self) -> None:
        """Send to many no faster than they take, and keep the archive."""
        self.broadcast()
        self.archive()
        time.sleep(0.1)

    def work(self) -> bool:
        """Put a received message into the queues, in batches."""
        at = now()
        works = self.store.claim(at, at + int(LEASE * SECOND), 1)
        for work in works:
            first = self.random.randrange(1, len(SUBSCRIBERS))
            if self.store.spread(work, SUBSCRIBERS[:first], now() + int(LEASE * SECOND)):
                self.store.settle(work, SUBSCRIBERS[first:])
        return bool(works)

    def archive(self) -> None:
        """Count what is a second old and archive what ended as long ago."""
        before = now() - SECOND
        self.store.archive.count_accepted(before, 50)
        self.store.archive.count_ended(50)
        self.store.archive.move(before, now())
        self.store.finish_distributed()

    def subscribe(self) -> bool:
        """Take a message to many for one of its recipients."""
        queue = self.random.choice(SUBSCRIBERS)
        return self.take(queue.owner, queue)

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
        named = share_of(message_id, owner) if delivery.many else message_id
        say("leased", named, asked, now(), until)
        if not self.drain and self.random.random() < 0.2:
            return True
        say("acking", named, now())
        found = self.store.ack(owner, message_id, True, now())
        say("acked" if found else "notfound", named, now())
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
        worker.announce,
        worker.subscribe,
        worker.subscribe,
    ]
    for act in acts:
        threading.Thread(target=worker.run, args=(act, end), daemon=True).start()
    say("ready")
    end.wait(600)


def finish(worker: Worker) -> None:
    """Empty all queues; give up after ten minutes. A database that is coming back is waited for."""
    end, quiet = time.monotonic() + 600, 0
    while quiet < 3 and time.monotonic() < end:
        try:
            quiet = 0 if drain(worker) else quiet + 1
        except StorageUnavailable as error:
            say("unavailable", type(error).__name__)
            quiet = 0
        if quiet:
            time.sleep(LEASE / 2)
    worker.store.finish_distributed()


def drain(worker: Worker) -> bool:
    """Take one message from each queue; False when nothing was left to do."""
    worker.sweep()
    took = worker.work() or worker.take(RECIPIENT, REQUESTS) or worker.take(SENDER, RESPONSES)
    return any([worker.take(each.owner, each) for each in SUBSCRIBERS]) or took  # noqa: C419 - of each


def main() -> None:
    """Work as the arguments say: the database, a seed, and `live` or `finish`."""
    url, seed, task = sys.argv[1:]
    with Store.open(url) as store:
        worker = Worker(store, int(seed), drain=task == "finish")
        (finish if task == "finish" else live)(worker)


if __name__ == "__main__":
    main()
