"""Prometheus metrics of the bus; every name is described in docs/operations.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from prometheus_client.core import GaugeMetricFamily

    from mezhved.bus.storage import QueueLength

_CALL_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_SIGNATURE_BUCKETS = (0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25)


class Metrics:
    """Counters of one worker process; with a shared folder, `exposition` adds up all workers.

    The library decides how it counts when it is first imported, by PROMETHEUS_MULTIPROC_DIR; so it is
    imported here, in the worker, and not with this module.
    """

    def __init__(self, shared_folder: str | None = None) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram  # noqa: PLC0415 - see the class

        self._shared_folder = shared_folder
        self._registry = CollectorRegistry()
        self._children: dict[tuple[int, tuple[str, ...]], Any] = {}
        self.calls = Counter(
            "mezhved_bus_calls",
            "Calls by operation, SMEV version and outcome (ok or the fault's element)",
            ["operation", "version", "outcome"],
            registry=self._registry,
        )
        self.call_seconds = Histogram(
            "mezhved_bus_call_seconds",
            "Time of a call inside the worker, seconds",
            ["operation"],
            buckets=_CALL_BUCKETS,
            registry=self._registry,
        )
        self.messages = Counter(
            "mezhved_bus_messages",
            "Messages accepted, by kind and information type",
            ["kind", "type"],
            registry=self._registry,
        )
        self.pushes = Counter(
            "mezhved_bus_push_notices",
            "Push notices by outcome (ok or why they did not get through)",
            ["outcome"],
            registry=self._registry,
        )
        self.fetches = Counter(
            "mezhved_bus_revocation_fetches",
            "Fetches of revocation data by kind of source and outcome (ok, same or why it failed)",
            ["kind", "outcome"],
            registry=self._registry,
        )
        self.files = Counter(
            "mezhved_bus_files",
            "Files of the file store by step (upload, download, take) and outcome",
            ["step", "outcome"],
            registry=self._registry,
        )
        self.file_octets = Counter(
            "mezhved_bus_file_octets",
            "Octets of files by step",
            ["step"],
            registry=self._registry,
        )
        self.signature_seconds = Histogram(
            "mezhved_bus_signature_seconds",
            "Time of one signature, transform included, seconds",
            ["step"],
            buckets=_SIGNATURE_BUCKETS,
            registry=self._registry,
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

    def _child(self, metric: Any, *labels: str) -> Any:
        """Return the metric's child for these labels; the library takes longer to find it than to count."""
        key = (id(metric), labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return child

    def exposition(
        self,
        queues: Callable[[], Iterable[QueueLength]],
        names: Mapping[int, str],
        ages: Iterable[DataAge] = (),
    ) -> bytes:
        """Return the text format; `queues` is asked at scrape time, `names` maps systems to mnemonics.

        `ages` are those of the authorities' revocation data.
        """
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - see the class
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

        registry = CollectorRegistry()
        if self._shared_folder:
            MultiProcessCollector(registry, path=self._shared_folder)  # type: ignore[no-untyped-call]
            own = b""
        else:
            own = generate_latest(self._registry)
        registry.register(_Queues(queues, names))
        registry.register(_Ages(tuple(ages)))
        return own + generate_latest(registry)


# Collectors are kept by identity.
@dataclass(frozen=True, slots=True, eq=False)
class _Queues:
    queues: Callable[[], Iterable[QueueLength]]
    names: Mapping[int, str]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Ask the storage now."""
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - see Metrics

        labels = ["system", "box"]
        waiting = GaugeMetricFamily("mezhved_bus_queue_messages", "Messages waiting or leased", labels=labels)
        oldest = GaugeMetricFamily(
            "mezhved_bus_queue_oldest_seconds",
            "Age of the oldest message in the queue, seconds",
            labels=labels,
        )
        for queue in self.queues():
            key = [self.names.get(queue.owner, str(queue.owner)), queue.box.name.lower()]
            waiting.add_metric(key, queue.pending)
            oldest.add_metric(key, queue.oldest_seconds)
        return [waiting, oldest]


@dataclass(frozen=True, slots=True)
class DataAge:
    """How old an authority's revocation data is, and how long it is still relied on; seconds.

    `age` is None while there is no data.
    """

    authority: str
    age: float | None
    left: float


@dataclass(frozen=True, slots=True, eq=False)
class _Ages:
    ages: tuple[DataAge, ...]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Tell what was found out before the scrape."""
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - see Metrics

        age = GaugeMetricFamily(
            "mezhved_bus_revocation_age_seconds",
            "Age of the revocation data of an authority, seconds",
            labels=["authority"],
        )
        left = GaugeMetricFamily(
            "mezhved_bus_revocation_left_seconds",
            "Seconds until certificates of the authority are refused for stale revocation data",
            labels=["authority"],
        )
        for each in self.ages:
            if each.age is not None:
                age.add_metric([each.authority], each.age)
            left.add_metric([each.authority], each.left)
        return [age, left]
