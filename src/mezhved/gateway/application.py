"""The gateway's WSGI application: what is asked a thousand times a second first, then Django's pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mezhved.gateway.assembly import Gateway

StartResponse = Any


class Application:
    """Answers `/healthz` itself and gives the rest to Django."""

    def __init__(self, gateway: Gateway, pages: Callable[..., Iterable[bytes]]) -> None:
        self._gateway = gateway
        self._pages = pages

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Serve one call."""
        if environ.get("PATH_INFO") == "/healthz":
            return self._health(start_response)
        return self._pages(environ, start_response)

    def _health(self, start_response: StartResponse) -> Iterable[bytes]:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            status, body = "200 OK", {"status": "ok"}
        except Exception:  # noqa: BLE001 - whatever it is, the gateway cannot work without its database
            status, body = "503 Service Unavailable", {"status": "no database"}
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]
