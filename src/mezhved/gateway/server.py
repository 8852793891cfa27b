"""Running the gateway: granian in front, one assembled gateway per worker process."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from mezhved.configuration import load_gateway_settings
from mezhved.service.logs import configure_logs

if TYPE_CHECKING:
    from mezhved.configuration import GatewaySettings

TARGET = "mezhved.gateway.server:application"
_KILL_AFTER_SECONDS = 30
_RESPAWN_SECONDS = 1.0
_END_PRIORITY = 100
_COLLECT_AFTER = 20_000


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
    _settle_memory()
    return Application(gateway, site(settings), loops.threads)


def _settle_memory() -> None:
    """Keep the garbage collector off what lives as long as the process; a call leaves few cycles behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])


def serve(settings: GatewaySettings) -> None:
    """Serve until SIGINT or SIGTERM; calls in hand are finished, a worker that dies is replaced."""
    metrics_folder = tempfile.mkdtemp(prefix="mezhved-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics_folder
    try:
        Granian(
            TARGET,
            address=settings.listen_host,
            port=settings.listen_port,
            interface=Interfaces.WSGI,
            workers=settings.workers,
            blocking_threads=settings.threads,
            http=HTTPModes.http1,
            websockets=False,
            factory=True,
            log_enabled=False,
            respawn_failed_workers=True,
            respawn_interval=_RESPAWN_SECONDS,
            workers_kill_timeout=_KILL_AFTER_SECONDS,
            process_name=None,
        ).serve()
    finally:
        shutil.rmtree(metrics_folder, ignore_errors=True)
