"""Prometheus metrics of a role whose workers are several processes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prometheus_client.core import Metric


@dataclass(frozen=True, slots=True)
class Figure:
    """What was found out for the scrape: one metric with a value for every set of labels."""

    name: str
    text: str
    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    is_counter: bool = False


class WorkerMetrics:
    """Counters of one worker process; with a shared folder, `exposition` adds up all workers.

    The library decides how it counts when it is first imported, by PROMETHEUS_MULTIPROC_DIR; so it is
    imported here, in the worker, and not with this module.
    """

    def __init__(self, shared_folder: str | None = None) -> None:
        from prometheus_client import CollectorRegistry  # noqa: PLC0415 - see the class

        self._shared_folder = shared_folder
        self._registry = CollectorRegistry()
        self._children: dict[tuple[int, tuple[str, ...]], Any] = {}

    @classmethod
    def of_process(cls) -> Self:
        """Return metrics that are added up with those of the other workers, where there are others."""
        return cls(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))

    def exposition(self, figures: Iterable[Figure] = ()) -> bytes:
        """Return the text format: what the workers counted, and `figures`, just found out."""
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

    def _counter(self, name: str, text: str, labels: Sequence[str]) -> Any:
        from prometheus_client import Counter  # noqa: PLC0415 - see the class

        return Counter(name, text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str, labels: Sequence[str], buckets: Sequence[float]) -> Any:
        from prometheus_client import Histogram  # noqa: PLC0415 - see the class

        return Histogram(name, text, labels, buckets=buckets, registry=self._registry)

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
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily  # noqa: PLC0415 - see above

        for each in self.figures:
            family = CounterMetricFamily if each.is_counter else GaugeMetricFamily
            metric = family(each.name, each.text, labels=each.labels)
            for labels, value in each.values.items():
                metric.add_metric(labels, value)
            yield metric
