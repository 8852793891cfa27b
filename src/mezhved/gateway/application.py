"""The gateway's WSGI application: what is asked a thousand times a second first, then Django's pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mezhved.gateway.adapter.endpoint import Endpoint
from mezhved.gateway.rest import RestApplication
from mezhved.gateway.watching.figures import figures
from mezhved.gateway.watching.health import Health

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mezhved.gateway.assembly import Gateway
    from mezhved.service import Repeating

StartResponse = Any
GATEWAY_KEY = "mezhved.gateway"
"""Under which the gateway travels with a call to its pages."""


class Application:
    """Answers `/healthz`, `/metrics` and the adapter's `/ws`, gives `/api/` to REST and the rest to Django.

    `threads` gives the threads that have to be alive.
    """

    def __init__(
        self,
        gateway: Gateway,
        pages: Callable[..., Iterable[bytes]],
        threads: Callable[[], Iterable[Repeating]] = tuple,
    ) -> None:
        self._gateway = gateway
        self._pages = pages
        self._health = Health(gateway, threads)
        self._rest = RestApplication(gateway)
        self._adapter = Endpoint(gateway)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Serve one call."""
        path = environ.get("PATH_INFO", "")
        if path.startswith("/api/"):
            return self._rest(environ, start_response)
        if self._adapter.serves(path):
            return self._adapter(environ, start_response)
        if path == "/healthz":
            return self._tell_health(start_response)
        if path == "/metrics":
            return self._tell_metrics(start_response)
        environ[GATEWAY_KEY] = self._gateway
        return self._pages(environ, start_response)

    def _tell_health(self, start_response: StartResponse) -> Iterable[bytes]:
        problems = self._health.problems()
        if problems:
            status, body = "503 Service Unavailable", {"status": "problems", "problems": problems}
        else:
            status, body = "200 OK", {"status": "ok"}
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    def _tell_metrics(self, start_response: StartResponse) -> Iterable[bytes]:
        try:
            told = self._gateway.metrics.exposition(figures(self._gateway.clock()))
        except Exception as error:  # noqa: BLE001 - a scrape must not end in silence
            return self._no_metrics(error, start_response)
        start_response("200 OK", [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")])
        return [told]

    def _no_metrics(self, error: Exception, start_response: StartResponse) -> Iterable[bytes]:
        self._gateway.log.error("metrics_failed", error_type=type(error).__name__)
        start_response("503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8")])
        return [type(error).__name__.encode()]
