"""What two gateways cost: requests taken by REST, and full round trips over a bus of the same machine."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mezhved.bench.gateways import TYPE, installed_gateway
from mezhved.bench.installation import CONSUMER, HOST, PROVIDER, REQUEST, RESPONSE, CannotMeasure, installed
from mezhved.bench.load import business_data
from mezhved.bench.processes import cpu_seconds, family, peak_megabytes
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mezhved.bench.gateways import GatewayInstallation

_XML: Final = "application/xml"
_TAKEN: Final = frozenset({200, 201})
_WAIT_SECONDS: Final = 60.0
_EVENTS_WAIT: Final = 2
"""Seconds for which a call for events may wait, as the API offers it: a participant polls no faster."""
SETTINGS: Final = {"log_level": "warning", "shortest_pause_seconds": "0.1", "longest_pause_seconds": "0.5"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One measurement: the engine of all three databases, seconds of each part, round trips under way."""

    engine: str
    seconds: float
    warm_up: float
    under_way: int
    threads: int


class Caller:
    """A participant's system: calls REST over one connection that is kept. For one thread."""

    def __init__(self, gateway: GatewayInstallation, token: str) -> None:
        self._connection = http.client.HTTPConnection(HOST, gateway.port, timeout=_WAIT_SECONDS)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": _XML}

    def post(self, path: str, body: bytes) -> dict[str, Any]:
        """Send a document; raise `CannotMeasure` unless it was taken."""
        return self._call("POST", path, body)

    def get(self, path: str) -> dict[str, Any]:
        """Ask."""
        return self._call("GET", path, None)

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def _call(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        self._connection.request(method, f"/api/v1{path}", body, self._headers)
        answer = self._connection.getresponse()
        octets = answer.read()
        if answer.status not in _TAKEN:
            raise CannotMeasure(
                Text(ru=f"шлюз отказал: {answer.status}", en=f"the gateway refused: {answer.status}"),
                where=octets[:500].decode("utf-8", "replace"),
            )
        found: dict[str, Any] = json.loads(octets)
        return found


@dataclass(slots=True)
class Trips:
    """Round trips under way: asked by one thread, answered by another, counted by a third."""

    asker: Callable[[], Caller]
    answerer: Callable[[], Caller]
    under_way: int
    stop: threading.Event = field(default_factory=threading.Event)
    began: dict[str, float] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    done: int = 0
    wrong: list[str] = field(default_factory=list)

    def ask(self) -> None:
        """Keep so many requests under way."""
        caller = self.asker()
        while not self.stop.is_set():
            if len(self.began) >= self.under_way:
                time.sleep(0.002)
                continue
            exchange = caller.post("/requests", business_data(REQUEST))["id"]
            self.began.setdefault(exchange, time.perf_counter())
        caller.close()

    def answer(self) -> None:
        """Answer what comes."""
        caller = self.answerer()
        for event in self._events(caller, "request_received"):
            caller.post(f"/exchanges/{event['exchange']}/answer", business_data(RESPONSE))
        caller.close()

    def collect(self) -> None:
        """Count what is answered."""
        caller = self.asker()
        for event in self._events(caller, "answer_received"):
            began = self.began.pop(event["exchange"], None)
            self.done += 1
            if began is not None:
                self.seconds.append(time.perf_counter() - began)
        caller.close()

    def start(self) -> list[threading.Thread]:
        """Start the three."""
        threads = [
            threading.Thread(target=self._guarded, args=(act,))
            for act in (self.ask, self.answer, self.collect)
        ]
        for each in threads:
            each.start()
        return threads

    def _events(self, caller: Caller, kind: str) -> Any:
        after = 0
        while not self.stop.is_set():
            page = caller.get(f"/events?after={after}&limit=500&wait={_EVENTS_WAIT}")
            after = page["next"]
            yield from (each for each in page["items"] if each["kind"] == kind)

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - told in the report; a load that fails measures nothing
            self.wrong.append(f"{type(error).__name__}: {error}")


def measure(setting: Setting, folder: Path, postgres: str | None) -> dict[str, Any]:
    """Run one measurement and return its figures, ready for JSON.

    CPU is that of the processes of the bus and of each gateway apart; a round trip is a request taken by
    REST, signed, sent, fetched, answered by REST on the other side, and its answer kept and told.
    """
    address = postgres if setting.engine == "postgresql" else None
    with (
        installed(folder / "bus", postgres=address, workers=1) as bus,
        installed_gateway(
            folder / "consumer", bus, postgres=address, systems=(CONSUMER,), settings=SETTINGS
        ) as consumer,
        installed_gateway(
            folder / "provider", bus, postgres=address, systems=(PROVIDER,), settings=SETTINGS
        ) as provider,
    ):
        tokens = [token_of(consumer, CONSUMER, "ask,read"), token_of(provider, PROVIDER, "answer,read")]
        with bus.serving() as first, consumer.serving() as second, provider.serving() as third:
            pids = {"bus": first.pid, "consumer_gateway": second.pid, "provider_gateway": third.pid}
            trips = Trips(
                lambda: Caller(consumer, tokens[0]), lambda: Caller(provider, tokens[1]), setting.under_way
            )
            exchange = _measure_trips(trips, setting, pids)
            taking = _measure_taking(lambda: Caller(consumer, tokens[0]), setting, second.pid)
    return {
        "engine": setting.engine,
        "seconds": setting.seconds,
        "round_trips": exchange,
        "taken_by_rest": taking,
    }


def _measure_trips(trips: Trips, setting: Setting, pids: dict[str, int]) -> dict[str, Any]:
    threads = trips.start()
    _await(lambda: trips.done > 0 or bool(trips.wrong))
    time.sleep(setting.warm_up)
    trips.seconds.clear()
    families = {name: family(pid) for name, pid in pids.items()}
    before = {name: cpu_seconds(each) for name, each in families.items()}
    began, done, own = time.perf_counter(), trips.done, time.process_time()
    time.sleep(setting.seconds)
    elapsed, done, own = time.perf_counter() - began, trips.done - done, time.process_time() - own
    spent = {name: cpu_seconds(each) - before[name] for name, each in families.items()}
    trips.stop.set()
    for each in threads:
        each.join()
    if trips.wrong:
        raise CannotMeasure(Text(ru="нагрузка прервалась", en="the load broke off"), where=trips.wrong[0])
    ordered = sorted(trips.seconds)
    per_trip = 1000 / max(1, done)
    return {
        "count": done,
        "per_second": round(done / elapsed, 1),
        "under_way": setting.under_way,
        "seconds_p50": _share(ordered, 0.5),
        "seconds_p99": _share(ordered, 0.99),
        "cpu_ms_per_round_trip": {
            **{name: round(each * per_trip, 2) for name, each in spent.items()},
            "load": round(own * per_trip, 2),
        },
        "peak_mb": {name: peak_megabytes(each) for name, each in families.items()},
    }


def _measure_taking(make: Callable[[], Caller], setting: Setting, pid: int) -> dict[str, Any]:
    """Count requests that REST takes; signing and sending go on in the same process all the while."""
    stop, counts, wrong = threading.Event(), [0] * setting.threads, []

    def ask(number: int) -> None:
        caller = make()
        try:
            while not stop.is_set():
                caller.post(f"/requests?client_id={uuid.uuid4()}&type={TYPE}", business_data(REQUEST))
                counts[number] += 1
        except Exception as error:  # noqa: BLE001 - told in the report
            wrong.append(f"{type(error).__name__}: {error}")
        caller.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(setting.threads)]
    for each in threads:
        each.start()
    time.sleep(min(1.0, setting.warm_up))
    pids = family(pid)
    began, before, spent = time.perf_counter(), sum(counts), cpu_seconds(pids)
    time.sleep(setting.seconds)
    elapsed, taken, spent = time.perf_counter() - began, sum(counts) - before, cpu_seconds(pids) - spent
    stop.set()
    for each in threads:
        each.join()
    if wrong:
        raise CannotMeasure(Text(ru="нагрузка прервалась", en="the load broke off"), where=wrong[0])
    return {
        "count": taken,
        "per_second": round(taken / elapsed, 1),
        "threads": setting.threads,
        "gateway_cpu_ms": round(spent * 1000 / max(1, taken), 2),
    }


def token_of(gateway: GatewayInstallation, mnemonic: str, rights: str) -> str:
    """Make a token of one system for all types."""
    return gateway.command("token", "new", "bench", "--right", f"{mnemonic}:*:{rights}").split()[0]


def _await(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise CannotMeasure(Text(ru="ни одного обмена за минуту", en="no exchange within a minute"))
        time.sleep(0.05)


def _share(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3) if ordered else 0.0
