"""One worker of a served gateway: assembled, its threads started, its end in order."""

from __future__ import annotations

import os
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from mezhved.configuration import load_gateway_settings
from mezhved.service.logs import configure_logs
from mezhved.service.serving import serve_workers, settle_memory, shared_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mezhved.configuration import GatewaySettings
    from mezhved.gateway.application import Application
    from mezhved.gateway.assembly import Gateway
    from mezhved.service import Repeating

_END_PRIORITY = 100


def worker(more: Callable[[Gateway], Sequence[Repeating]]) -> Application:
    """Build one worker's application from the process's environment; `more` gives further threads of work."""
    from mezhved.site.setup import configure  # noqa: PLC0415 - Django starts in the worker
    from mezhved.site.wsgi import application as site  # noqa: PLC0415

    settings = load_gateway_settings(os.environ)
    configure_logs(settings.log_level, settings.log_format)
    configure(settings)
    from mezhved.gateway.application import Application  # noqa: PLC0415 - needs a started Django
    from mezhved.gateway.assembly import build_gateway  # noqa: PLC0415
    from mezhved.gateway.loops import Loops  # noqa: PLC0415

    gateway = build_gateway(settings)
    loops = Loops(gateway, more(gateway))
    loops.start()
    # A worker is a child of `multiprocessing`, which runs its own finalizers at the end and not `atexit`.
    Finalize(None, loops.end, exitpriority=_END_PRIORITY)
    settle_memory()
    return Application(gateway, site(settings), loops.threads)


def serve_gateway(target: str, settings: GatewaySettings) -> None:
    """Serve the application that `target` (`module:function`) builds, until SIGINT or SIGTERM."""
    with shared_metrics():
        serve_workers(target, settings)
