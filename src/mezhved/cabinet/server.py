"""Running the gateway with its cabinet: granian in front, one assembled gateway per worker process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.gateway.server import serve_gateway, worker

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.application import Application
    from mezhved.gateway.assembly import Gateway
    from mezhved.service import Repeating

TARGET = "mezhved.cabinet.server:application"


def application() -> Application:
    """Build one worker's application from the process's environment (granian calls it after the fork)."""
    return worker(_loops)


def _loops(gateway: Gateway) -> list[Repeating]:
    from mezhved.cabinet.loops import cabinet_loops  # noqa: PLC0415 - needs a started Django

    return cabinet_loops(gateway)


def serve(settings: GatewaySettings) -> None:
    """Serve until SIGINT or SIGTERM; calls in hand are finished, a worker that dies is replaced."""
    serve_gateway(TARGET, settings)
