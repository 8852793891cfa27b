"""Serving calls over HTTP: granian in front, one assembled role per worker process."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mezhved.configuration import BusSettings, GatewaySettings

_KILL_AFTER_SECONDS = 30
_RESPAWN_SECONDS = 1.0
_COLLECT_AFTER = 20_000


class WorkersDieError(MezhvedError):
    """A worker died again within seconds of its start."""


def serve_workers(
    target: str, settings: BusSettings | GatewaySettings, *, worker_mebibytes: int | None = None
) -> None:
    """Serve until SIGINT or SIGTERM; calls in hand are finished, a worker that dies is replaced.

    `target` names the function that builds a worker's application (`module:function`). A worker that takes
    more memory than `worker_mebibytes` is replaced too. Raises `WorkersDieError` where one dies again within
    seconds: it is for the manager of services to start all anew.
    """
    server = Granian(
        target,
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
        workers_max_rss=worker_mebibytes,
        process_name=None,
    )
    try:
        server.serve()
    except SystemExit as error:
        if server.interrupt_signal:
            raise
        raise WorkersDieError(
            Text(
                ru="рабочий процесс завершился снова, едва запустившись",
                en="a worker process ended again as soon as it was started",
            ),
            where=f"{settings.listen_host}:{settings.listen_port}",
            cure=Text(
                ru="причина — в журнале выше; служба, запущенная systemd, поднимется сама",
                en="the log above tells why; a service under systemd comes up again by itself",
            ),
        ) from error


@contextlib.contextmanager
def shared_metrics() -> Iterator[None]:
    """Give the processes that are started inside a folder where they add up their metrics."""
    folder = tempfile.mkdtemp(prefix="mezhved-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle_memory() -> None:
    """Keep the garbage collector off what lives as long as the process; a call leaves few cycles behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
