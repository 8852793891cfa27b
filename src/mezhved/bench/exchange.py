"""Full exchanges a second, durable, with all signatures made and verified (`mezhved bench exchange`)."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mezhved.bench.filling import fill, note_counted, settle
from mezhved.bench.installation import CONSUMER, PROVIDER, CannotMeasure, installed
from mezhved.bench.limit import Recorder, measure_limit
from mezhved.bench.load import Outcome, Plan, make_pair, start_load
from mezhved.bench.processes import cpu_seconds, family, machine_cpu_seconds, peak_megabytes
from mezhved.bench.server_log import LogMeter
from mezhved.bus.storage import Box, DatabaseAddress, Queue
from mezhved.gost import load_provider
from mezhved.smev3.versions import Version
from mezhved.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.bench.installation import Installation

_CALLS = 6
# Types of the filling messages: far from the measured one, so that polls by type pass them over.
_FOREIGN_TYPE = 1_000_000
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """One measurement: engine ("sqlite" or "postgresql"), workers of the bus, messages already waiting."""

    engine: str
    workers: int
    waiting: int
    plan: Plan


def measure(setting: Setting, folder: Path, postgres: str | None) -> dict[str, Any]:
    """Run one measurement and return its figures, ready for JSON."""
    address = postgres if setting.engine == "postgresql" else None
    with installed(folder, postgres=address, workers=setting.workers) as installation:
        if setting.waiting:
            _fill(installation, setting.waiting)
        database = DatabaseAddress.of_url(installation.database)
        # An empty store too: a server looks through the tables of a new database within a minute.
        settled = settle(database)
        with installation.serving() as process:
            time.sleep(0.5)
            recorder = Recorder()
            pair = make_pair(installation.address, Version.V1_1, installation.pki, recorder)
            pair.exchange({})
            provider = load_provider()
            signer = installation.pki.signers[CONSUMER]
            limit = measure_limit(recorder.calls, signer, provider, os.cpu_count() or 1)
            found = _measure_load(setting.plan, installation, process.pid, LogMeter(database))
        found["check"] = "no differences" if _checked(installation) else "DIFFERENCES"
    possible = limit.exchanges_per_second
    return {
        "engine": setting.engine,
        "workers": setting.workers,
        "waiting": setting.waiting,
        "settled_by": settled,
        "load_processes": setting.plan.processes,
        "load_threads": setting.plan.threads,
        "seconds": setting.plan.seconds,
        **found,
        "limit": {
            "cores": limit.cores,
            "cryptography_and_xml_ms_client": limit.client_ms,
            "cryptography_and_xml_ms_server": limit.server_ms,
            "exchanges_per_second": round(possible, 1),
            "share_reached": round(found["exchanges_per_second"] / possible, 3),
        },
    }


def _measure_load(plan: Plan, installation: Installation, pid: int, meter: LogMeter) -> dict[str, Any]:
    workers, barrier, results = start_load(
        plan, lambda: make_pair(installation.address, Version.V1_1, installation.pki)
    )
    barrier.wait()
    bus, log = family(pid), meter.read()
    began, machine, spent = time.perf_counter(), machine_cpu_seconds(), cpu_seconds(bus)
    barrier.wait()
    elapsed = time.perf_counter() - began
    spent, machine = cpu_seconds(bus) - spent, machine_cpu_seconds() - machine
    peak, written = peak_megabytes(bus), meter.since(log)
    outcomes: list[Outcome] = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    errors = [each.error for each in outcomes if each.error]
    if errors:
        raise CannotMeasure(Text(ru="нагрузка прервалась", en="the load broke off"), where=errors[0])
    figures = _figures(outcomes, elapsed, spent, machine)
    each = {name: round(value / max(1, figures["exchanges"]), 2) for name, value in written.items()}
    return figures | {"worker_peak_mb": peak, "server_log_per_exchange": each}


def _figures(outcomes: list[Outcome], elapsed: float, bus: float, machine: float) -> dict[str, Any]:
    exchanges = sum(each.exchanges for each in outcomes)
    load = sum(each.cpu_seconds for each in outcomes)
    per_exchange = 1000 / max(1, exchanges)
    names = sorted({name for each in outcomes for name in each.times})
    merged = {name: sorted(t for each in outcomes for t in each.times.get(name, [])) for name in names}
    return {
        "exchanges": exchanges,
        "exchanges_per_second": round(exchanges / elapsed, 1),
        "calls_per_second": round(exchanges * _CALLS / elapsed, 1),
        "latency_ms": {
            name: {"p50": _percentile(times, 0.5), "p99": _percentile(times, 0.99)}
            for name, times in merged.items()
        },
        "cpu_ms_per_exchange": {
            "bus": round(bus * per_exchange, 3),
            "load": round(load * per_exchange, 3),
            "rest_of_machine": round(max(0.0, machine - bus - load) * per_exchange, 3),
        },
    }


def _percentile(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2) if ordered else 0.0


def _fill(installation: Installation, waiting: int) -> None:
    """Put half of the messages into each of the two queues that the exchanges go through.

    They came a day ago and are in the statistics, as those of a bus that has been running.
    """
    from mezhved.configuration import BusSettings  # noqa: PLC0415 - Django starts here only
    from mezhved.registry.loading import load_snapshot  # noqa: PLC0415
    from mezhved.site.setup import configure  # noqa: PLC0415

    configure(BusSettings(database=installation.database))
    owners = {system.mnemonic: system.id for system in load_snapshot().systems}
    address = DatabaseAddress.of_url(installation.database)
    first = time.time_ns() // 1000 - _DAY
    for number, (mnemonic, box) in enumerate(((PROVIDER, Box.REQUESTS), (CONSUMER, Box.RESPONSES))):
        queue = Queue(owners[mnemonic], box)
        fill(address, queue, waiting // 2, type_id=_FOREIGN_TYPE, first=first + number * waiting)
    note_counted(address)
    _disconnect()


def _disconnect() -> None:
    from django.db import connections  # noqa: PLC0415 - the processes of the load are forked

    connections.close_all()


def _checked(installation: Installation) -> bool:
    with suppress(CannotMeasure):
        installation.command("bus", "check")
        return True
    return False
