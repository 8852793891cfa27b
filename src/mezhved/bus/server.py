"""Running the bus: granian in front, one assembled bus per worker process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from mezhved.bus.archiving import Archivist
from mezhved.bus.assembly import build_bus
from mezhved.bus.endpoint.application import Application
from mezhved.bus.files.cleaning import start_janitor
from mezhved.bus.files.keeping import Keeper
from mezhved.bus.follower import Follower
from mezhved.bus.processing import Processor
from mezhved.bus.push.pusher import start_pusher
from mezhved.bus.sweeper import Sweeper
from mezhved.configuration import load_bus_settings
from mezhved.service.logs import configure_logs
from mezhved.service.serving import serve_workers, settle_memory, shared_metrics

if TYPE_CHECKING:
    from mezhved.bus.endpoint.http import WsgiApplication
    from mezhved.configuration import BusSettings

TARGET = "mezhved.bus.server:application"
# A large file is hashed for many seconds; other received messages must not wait for it.
_PROCESSORS = 2
# libxml2 keeps every name it ever met; hostile names must not grow a worker for ever.
_WORKER_MEBIBYTES = 512


def application() -> WsgiApplication:
    """Build one worker's application from the process's environment (granian calls it after the fork)."""
    from mezhved.site.setup import configure  # noqa: PLC0415 - Django starts in the worker
    from mezhved.site.wsgi import application as site  # noqa: PLC0415

    settings = load_bus_settings(os.environ)
    configure_logs(settings.log_level, settings.log_format)
    configure(settings)
    from mezhved.bus.revocation.keeper import start_keeper  # noqa: PLC0415 - needs a started Django

    bus = build_bus(settings)
    Sweeper(bus).start()
    Follower(bus).start()
    start_keeper(bus)
    for _ in range(_PROCESSORS):
        Processor(bus).start()
    Archivist(bus).start()
    start_pusher(bus)
    if not settings.ftp_enabled:  # else the file store's own process cleans
        start_janitor(settings, bus.store, bus.blobs, bus.clock, bus.log)
    settle_memory()
    pages: Any = site(settings) if settings.admin_enabled else None
    return Application(bus, pages)


def serve(settings: BusSettings) -> None:
    """Serve until SIGINT or SIGTERM; calls in hand are finished, a worker that dies is replaced."""
    keeper = Keeper()
    with shared_metrics():
        try:
            if settings.ftp_enabled:
                keeper.start()
            serve_workers(TARGET, settings, worker_mebibytes=_WORKER_MEBIBYTES)
        finally:
            keeper.stop()
