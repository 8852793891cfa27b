"""Running the gateway: granian in front, one assembled gateway per worker process."""

from __future__ import annotations

import os
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

from mezhved.configuration import load_gateway_settings
from mezhved.service.logs import configure_logs
from mezhved.service.serving import serve_workers, settle_memory, shared_metrics

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings

TARGET = "mezhved.gateway.server:application"
_END_PRIORITY = 100


def application() -> Any:
    """Build one worker's application from the process's environment (granian calls it after the fork)."""
    from mezhved.site.setup import configure  # noqa: PLC0415 - Django starts in the worker
    from mezhved.site.wsgi import application as site  # noqa: PLC0415

    settings = load_gateway_settings(os.environ)
    configure_logs(settings.log_level, settings.log_format)
    configure(settings)
    from mezhved.gateway.application import Application  # noqa: PLC0415 - needs a started Django
    from mezhved.gateway.assembly import build_gateway  # noqa: PLC0415
    from mezhved.gateway.loops import Loops  # noqa: PLC0415

    gateway = build_gateway(settings)
    loops = Loops(gateway)
    loops.start()
    # A worker is a child of `multiprocessing`, which runs its own finalizers at the end and not `atexit`.
    Finalize(None, loops.end, exitpriority=_END_PRIORITY)
    settle_memory()
    return Application(gateway, site(settings), loops.threads)


def serve(settings: GatewaySettings) -> None:
    """Serve until SIGINT or SIGTERM; calls in hand are finished, a worker that dies is replaced."""
    with shared_metrics():
        serve_workers(TARGET, settings)
