"""Prometheus metrics of the gateway; every name is described in docs/gateway.md."""

from __future__ import annotations

from typing import Final

from mezhved.service.metrics import WorkerMetrics

_CALL_BUCKETS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


class Metrics(WorkerMetrics):
    """What a worker of the gateway counts."""

    def __init__(self, shared_folder: str | None = None) -> None:
        super().__init__(shared_folder)
        self._calls = self._counter(
            "mezhved_gateway_rest_calls", "REST calls by operation and HTTP status", ["operation", "status"]
        )
        self._call_seconds = self._histogram(
            "mezhved_gateway_rest_seconds",
            "Time of a REST call inside the worker, seconds",
            ["operation"],
            _CALL_BUCKETS,
        )
        self._polling_failures = self._counter(
            "mezhved_gateway_polling_failures",
            "Polls of SMEV's queues that failed, by kind of queue and error",
            ["queue", "error"],
        )
        self._webhook_attempts = self._counter(
            "mezhved_gateway_webhook_attempts",
            "Attempts to tell an address of an event, by outcome (ok or why they failed)",
            ["outcome"],
        )

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
