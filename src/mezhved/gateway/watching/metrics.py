"""Prometheus metrics of the gateway; every name is described in docs/operations.md."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus_client.core import Metric

_CALL_BUCKETS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


@dataclass(frozen=True, slots=True)
class Figure:
    """What the database tells at the moment of asking: one metric with a value for every set of labels."""

    name: str
    text: str
    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    is_counter: bool = False


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
        self._calls = Counter(
            "mezhved_gateway_rest_calls",
            "REST calls by operation and HTTP status",
            ["operation", "status"],
            registry=self._registry,
        )
        self._call_seconds = Histogram(
            "mezhved_gateway_rest_seconds",
            "Time of a REST call inside the worker, seconds",
            ["operation"],
            buckets=_CALL_BUCKETS,
            registry=self._registry,
        )
        self._polling_failures = Counter(
            "mezhved_gateway_polling_failures",
            "Polls of SMEV's queues that failed, by kind of queue and error",
            ["queue", "error"],
            registry=self._registry,
        )
        self._webhook_attempts = Counter(
            "mezhved_gateway_webhook_attempts",
            "Attempts to tell an address of an event, by outcome (ok or why they failed)",
            ["outcome"],
            registry=self._registry,
        )

    @classmethod
    def of_process(cls) -> Metrics:
        """Return metrics that are added up with those of the other workers, where there are others."""
        return cls(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))

    def count_call(self, operation: str, status: int, seconds: float) -> None:
        """Count one REST call and its time."""
        self._child(self._calls, operation, str(status)).inc()
        self._child(self._call_seconds, operation).observe(seconds)

    def count_polling_failure(self, queue: str, error: str) -> None:
        """Count one poll that failed."""
        self._child(self._polling_failures, queue, error).inc()

    def count_webhook(self, outcome: str) -> None:
        """Count one attempt to tell an address."""
        self._child(self._webhook_attempts, outcome).inc()

    def exposition(self, figures: Iterable[Figure]) -> bytes:
        """Return the text format; `figures` were just asked of the database."""
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - see the class
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

        registry = CollectorRegistry()
        own = b""
        if self._shared_folder:
            MultiProcessCollector(registry, path=self._shared_folder)  # type: ignore[no-untyped-call]
        else:
            own = generate_latest(self._registry)
        registry.register(_Figures(tuple(figures)))
        return own + generate_latest(registry)

    def _child(self, metric: Any, *labels: str) -> Any:
        """Return the metric's child for these labels; the library takes longer to find it than to count."""
        key = (id(metric), labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return child


# Collectors are kept by identity.
@dataclass(frozen=True, slots=True, eq=False)
class _Figures:
    figures: tuple[Figure, ...]

    def collect(self) -> Iterable[Metric]:
        """Tell what was found out before the scrape."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily  # noqa: PLC0415 - see Metrics

        for each in self.figures:
            family = CounterMetricFamily if each.is_counter else GaugeMetricFamily
            metric = family(each.name, each.text, labels=each.labels)
            for labels, value in each.values.items():
                metric.add_metric(labels, value)
            yield metric
