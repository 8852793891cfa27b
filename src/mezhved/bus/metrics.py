"""Prometheus metrics of the bus; every name is described in docs/operations.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mezhved.service.metrics import Figure, WorkerMetrics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mezhved.bus.storage import QueueLength

_CALL_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_SIGNATURE_BUCKETS = (0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25)


class Metrics(WorkerMetrics):
    """What a worker of the bus counts."""

    def __init__(self, shared_folder: str | None = None) -> None:
        super().__init__(shared_folder)
        self.calls = self._counter(
            "mezhved_bus_calls",
            "Calls by operation, SMEV version and outcome (ok or the fault's element)",
            ["operation", "version", "outcome"],
        )
        self.call_seconds = self._histogram(
            "mezhved_bus_call_seconds",
            "Time of a call inside the worker, seconds",
            ["operation"],
            _CALL_BUCKETS,
        )
        self.messages = self._counter(
            "mezhved_bus_messages", "Messages accepted, by kind and information type", ["kind", "type"]
        )
        self.pushes = self._counter(
            "mezhved_bus_push_notices",
            "Push notices by outcome (ok or why they did not get through)",
            ["outcome"],
        )
        self.fetches = self._counter(
            "mezhved_bus_revocation_fetches",
            "Fetches of revocation data by kind of source and outcome (ok, same or why it failed)",
            ["kind", "outcome"],
        )
        self.files = self._counter(
            "mezhved_bus_files",
            "Files of the file store by step (upload, download, take) and outcome",
            ["step", "outcome"],
        )
        self.file_octets = self._counter("mezhved_bus_file_octets", "Octets of files by step", ["step"])
        self.signature_seconds = self._histogram(
            "mezhved_bus_signature_seconds",
            "Time of one signature, transform included, seconds",
            ["step"],
            _SIGNATURE_BUCKETS,
        )

    def count_call(self, operation: str, version: str, outcome: str, seconds: float) -> None:
        """Count one call and its time."""
        self._child(self.calls, operation, version, outcome).inc()
        self._child(self.call_seconds, operation).observe(seconds)

    def count_message(self, kind: str, type_code: str) -> None:
        """Count one accepted message."""
        self._child(self.messages, kind, type_code).inc()

    def count_push(self, outcome: str) -> None:
        """Count one attempt to tell a system of its messages."""
        self._child(self.pushes, outcome).inc()

    def count_fetch(self, kind: str, outcome: str) -> None:
        """Count one fetch of revocation data."""
        self._child(self.fetches, kind, outcome).inc()

    def count_files(self, step: str, outcome: str, octets: int, files: int = 1) -> None:
        """Count files that went through a step, or broke off in it."""
        self._child(self.files, step, outcome).inc(files)
        self._child(self.file_octets, step).inc(octets)

    def time_signature(self, step: str, seconds: float) -> None:
        """Note the time of making ("sign") or checking ("verify") one signature."""
        self._child(self.signature_seconds, step).observe(seconds)


def queue_figures(queues: Iterable[QueueLength], names: Mapping[int, str]) -> Iterator[Figure]:
    """Tell of the queues; `names` maps systems to mnemonics."""
    waiting: dict[tuple[str, ...], float] = {}
    oldest: dict[tuple[str, ...], float] = {}
    for queue in queues:
        key = names.get(queue.owner, str(queue.owner)), queue.box.name.lower()
        waiting[key], oldest[key] = queue.pending, queue.oldest_seconds
    labels = "system", "box"
    yield Figure("mezhved_bus_queue_messages", "Messages waiting or leased", labels, waiting)
    yield Figure(
        "mezhved_bus_queue_oldest_seconds", "Age of the oldest message in the queue, seconds", labels, oldest
    )


@dataclass(frozen=True, slots=True)
class DataAge:
    """How old an authority's revocation data is, and how long it is still relied on; seconds.

    `age` is None while there is no data.
    """

    authority: str
    age: float | None
    left: float


def age_figures(ages: Iterable[DataAge]) -> Iterator[Figure]:
    """Tell of the authorities' revocation data."""
    told = tuple(ages)
    yield Figure(
        "mezhved_bus_revocation_age_seconds",
        "Age of the revocation data of an authority, seconds",
        ("authority",),
        {(each.authority,): each.age for each in told if each.age is not None},
    )
    yield Figure(
        "mezhved_bus_revocation_left_seconds",
        "Seconds until certificates of the authority are refused for stale revocation data",
        ("authority",),
        {(each.authority,): each.left for each in told},
    )
