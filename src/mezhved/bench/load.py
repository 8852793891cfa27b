"""The load: processes of threads that carry full exchanges, every signature made and verified."""

from __future__ import annotations

import multiprocessing
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mezhved.bench.installation import CONSUMER, NAMESPACE, PROVIDER, REQUEST, RESPONSE
from mezhved.demo.catalogue import SMEV
from mezhved.smev3.client import HttpTransport, Smev3Client

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Barrier

    from mezhved.demo.pki import Pki
    from mezhved.smev3.client import Transport
    from mezhved.smev3.versions import Version

_LINES = 16


def business_data(root: tuple[str, str], octets: int = 2048) -> bytes:
    """Return a document of about `octets` octets, Cyrillic as real ones are."""
    room = max(1, octets // _LINES // 2 - 34)
    lines = "".join(
        f'<m:Line number="{number}"><m:Name>Поле {number}</m:Name><m:Value>{"д" * room}</m:Value></m:Line>'
        for number in range(1, _LINES + 1)
    )
    return f'<m:{root[1]} xmlns:m="{NAMESPACE}">{lines}</m:{root[1]}>'.encode()


@dataclass(frozen=True, slots=True)
class Pair:
    """A consumer and a provider."""

    consumer: Smev3Client
    provider: Smev3Client

    def exchange(self, times: dict[str, list[float]]) -> None:
        """Carry one full exchange; the time of every call goes into `times`, seconds."""
        timed = _Timed(times)
        timed("SendRequest", lambda: self.consumer.send_request(business_data(REQUEST)))
        request = timed("GetRequest", lambda: _until_there(lambda: self.provider.get_request(REQUEST)))
        _demand_genuine(request)
        timed("Ack", lambda: self.provider.ack(request.message_id))
        reply_to = request.message.reply_to
        timed("SendResponse", lambda: self.provider.send_response(reply_to, business_data(RESPONSE)))
        response = timed("GetResponse", lambda: _until_there(lambda: self.consumer.get_response(REQUEST)))
        _demand_genuine(response)
        timed("Ack", lambda: self.consumer.ack(response.message_id))


def make_pair(address: str, version: Version, pki: Pki, transport: Transport | None = None) -> Pair:
    """Return clients of both sides that believe the bus's own certificate."""

    def client(name: str) -> Smev3Client:
        return Smev3Client(
            f"{address}/smev/v{version.value}/ws",
            version,
            pki.signers[name],
            smev_certificates=[pki.signers[SMEV].certificate],
            transport=transport or HttpTransport(connections=64),
        )

    return Pair(client(CONSUMER), client(PROVIDER))


@dataclass(slots=True)
class Outcome:
    """What one load process did inside the measured window."""

    exchanges: int = 0
    cpu_seconds: float = 0.0
    times: dict[str, list[float]] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard and how long: `threads` in each of `processes`, warm-up and window in seconds."""

    processes: int
    threads: int
    warm_up: float
    seconds: float


def start_load(
    plan: Plan, make: Callable[[], Pair]
) -> tuple[list[multiprocessing.process.BaseProcess], Barrier, Any]:
    """Start the processes; the barrier opens the measured window, the queue gives their outcomes."""
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(plan.processes + 1), context.SimpleQueue()
    workers = [
        context.Process(target=_work, args=(plan, make, barrier, results), daemon=True)
        for _ in range(plan.processes)
    ]
    for worker in workers:
        worker.start()
    return list(workers), barrier, results


def _work(plan: Plan, make: Callable[[], Pair], barrier: Barrier, results: Any) -> None:
    outcome = Outcome()
    pair = make()
    stop = threading.Event()
    window = threading.Event()
    kept: list[dict[str, list[float]]] = [{} for _ in range(plan.threads)]
    threads = [threading.Thread(target=_run, args=(pair, stop, window, mine, outcome)) for mine in kept]
    for thread in threads:
        thread.start()
    time.sleep(plan.warm_up)
    barrier.wait()
    cpu = time.process_time()
    window.set()
    time.sleep(plan.seconds)
    window.clear()
    outcome.cpu_seconds = time.process_time() - cpu
    barrier.wait()
    stop.set()
    for thread in threads:
        thread.join()
    for mine in kept:
        for name, seconds in mine.items():
            outcome.times.setdefault(name, []).extend(seconds)
    outcome.exchanges = len(outcome.times.get("exchange", []))
    results.put(outcome)


def _run(
    pair: Pair,
    stop: threading.Event,
    window: threading.Event,
    kept: dict[str, list[float]],
    outcome: Outcome,
) -> None:
    try:
        while not stop.is_set():
            times: dict[str, list[float]] = {}
            began = time.perf_counter()
            pair.exchange(times)
            times["exchange"] = [time.perf_counter() - began]
            if window.is_set():
                for name, seconds in times.items():
                    kept.setdefault(name, []).extend(seconds)
    except Exception as error:  # noqa: BLE001 - told in the report; a load that fails measures nothing
        outcome.error = f"{type(error).__name__}: {error}"


class _Timed:
    def __init__(self, times: dict[str, list[float]]) -> None:
        self._times = times

    def __call__(self, name: str, call: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        result = call()
        self._times.setdefault(name, []).append(time.perf_counter() - began)
        return result


def _until_there(take: Callable[[], Any]) -> Any:
    """Take a message; another thread may have taken ours and leaves us its own a moment later."""
    deadline = time.monotonic() + 30
    while (received := take()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError("no message came in 30 seconds")
    return received


def _demand_genuine(received: Any) -> None:
    if (
        not received.smev.acceptable
        or received.sender_signature is None
        or not received.sender_signature.valid
    ):
        raise ValueError("a signature of a delivered message is false")
