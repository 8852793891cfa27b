"""Speed of the durable queues alone: operations a second, on an empty store and behind a long queue.

    python -m tests.bench.storage --database var/bench.sqlite3 --processes 1 2 --waiting 0 1000000

The database must be migrated and is filled; use one of its own. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mezhved.bench.filling import fill
from mezhved.bus.storage import Box, DatabaseAddress, Kind, NewMessage, Queue, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Barrier

OWNER = 7
MINUTE = 60_000_000
DATA = (b"<ns1:Request>" + b"<ns1:Name>\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd</ns1:Name>" * 90)[:2700]
SIGNATURE = (b"<ds:Signature>" + b"TUlJQmtqQ0NBVCtnQXdJQkFnSVFO" * 70)[:1800]


@dataclass
class Samples:
    """Times of the operations of one kind, seconds each."""

    seconds: list[float] = field(default_factory=list)

    def summary(self, elapsed: float) -> dict[str, float]:
        ordered = sorted(self.seconds) or [0.0]
        return {
            "per_second": round(len(self.seconds) / elapsed, 1),
            "p50_ms": round(ordered[len(ordered) // 2] * 1000, 3),
            "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 3),
        }


def message(number: int) -> NewMessage:
    return NewMessage(
        message_id=uuid.uuid1(),
        kind=Kind.REQUEST,
        version="1.2",
        sender=1,
        recipient=OWNER,
        type_id=number % 5,
        root_namespace="urn://x-artefacts-test/bench/1.0.0",
        root_name="Request",
        original_id=None,
        reference_id=None,
        transaction_code="",
        node="",
        eol=0,
        accepted_at=time.time_ns() // 1000,
        reply_to="",
        data=DATA,
        signature=SIGNATURE,
    )


def _phase(
    threads: int, seconds: float, operation: Callable[[int], bool], barrier: Barrier
) -> tuple[list[float], float, float]:
    taken: list[list[float]] = [[] for _ in range(threads)]

    def run(number: int) -> None:
        mine, end = taken[number], time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            if not operation(number):
                break
            mine.append(time.perf_counter() - began)

    barrier.wait()
    workers = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    began, cpu = time.perf_counter(), time.process_time()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [each for part in taken for each in part], time.perf_counter() - began, time.process_time() - cpu


def _worker(url: str, threads: int, seconds: float, barrier: Barrier, results: Any) -> None:
    queue, leased = Queue(OWNER, Box.REQUESTS), [[] for _ in range(threads)]
    with Store.open(DatabaseAddress.of_url(url)) as store:

        def accept(number: int) -> bool:
            return store.accept(message(number), queue)

        def lease(number: int) -> bool:
            now = time.time_ns() // 1000
            delivery = store.lease(queue, None, now, now + 15 * MINUTE)
            if delivery is None:
                return False
            leased[number].append(delivery.message.message_id)
            return True

        def ack(number: int) -> bool:
            if not leased[number]:
                return False
            return store.ack(OWNER, leased[number].pop(), True, time.time_ns() // 1000)

        def cycle(number: int) -> bool:
            return accept(number) and lease(number) and ack(number)

        store.ping()
        phases = {"accept": accept, "lease": lease, "ack": ack, "cycle": cycle}
        for name, operation in phases.items():
            results.put((name, *_phase(threads, seconds, operation, barrier)))


def measure(url: str, processes: int, threads: int, seconds: float) -> dict[str, Any]:
    """Run every phase in `processes` processes of `threads` threads each."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(processes), context.Queue()
    arguments = (url, threads, seconds, barrier, results)
    workers = [context.Process(target=_worker, args=arguments) for _ in range(processes)]
    for worker in workers:
        worker.start()
    found: dict[str, list[tuple[list[float], float, float]]] = {}
    for _ in range(4 * processes):
        name, *result = results.get()
        found.setdefault(name, []).append(tuple(result))
    for worker in workers:
        worker.join()
    summary = {}
    for name, parts in found.items():
        samples = Samples([each for taken, _, _ in parts for each in taken])
        summary[name] = samples.summary(max(elapsed for _, elapsed, _ in parts))
        summary[name]["cpu_us"] = round(
            sum(cpu for _, _, cpu in parts) / max(1, len(samples.seconds)) * 1e6, 1
        )
    return summary


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True, help="SQLite path or postgresql://, migrated")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--threads", type=int, nargs="+", default=[8])
    parser.add_argument("--waiting", type=int, nargs="+", default=[0])
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    lines = []
    for waiting in options.waiting:
        if waiting:
            fill(DatabaseAddress.of_url(options.database), Queue(OWNER, Box.REQUESTS), waiting)
        for processes in options.processes:
            for threads in options.threads:
                found = measure(options.database, processes, threads, options.seconds)
                lines.append({"waiting": waiting, "processes": processes, "threads": threads, **found})
    sys.stdout.write(json.dumps({"results": lines}, indent=1) + "\n")


if __name__ == "__main__":
    main()
