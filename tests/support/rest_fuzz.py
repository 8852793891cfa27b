"""Schemathesis against the gateway's REST.

A longer run by hand: `python -m tests.support.rest_fuzz 200` (examples of each operation).
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import threading
from collections.abc import Iterator  # noqa: TC003
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import schemathesis
from django.db import connections
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished

if TYPE_CHECKING:
    from schemathesis.schemas import BaseSchema

    from tests.support.rest import RestClient

# What is sent by a schema of its own (the type's, in business data) is refused where it does not fit that.
_ACCEPTANCE = ["2xx", "401", "403", "404", "409", "410", "413", "415", "422"]
# Bodies that are read as others are: the short run leaves them to the long one.
_ALIKE = r"/(answer|signature|assign|take|return|note|pause|resume|term)$"


def failures(client: RestClient, examples: int) -> Iterator[str]:
    """Run Schemathesis over every operation; give what it finds, with the way to repeat it.

    Without examples the edges of every parameter are tried, nothing at random.
    """
    config = SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": f"Bearer {client.token}"},
            "generation": {"max-examples": max(1, examples), "deterministic": True, "no-shrink": True},
            "phases": {
                "stateful": {"enabled": False},
                "fuzzing": {"enabled": examples > 0},
                "coverage": {} if examples else {"unexpected-methods": ["PUT"]},
            },
            "checks": {"positive_data_acceptance": {"expected-statuses": _ACCEPTANCE}},
        }
    )
    with served(client.application) as address:
        schema: BaseSchema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", config=config)
        if not examples:
            schema = schema.exclude(path_regex=_ALIKE)
        for event in from_schema(schema).execute():
            if isinstance(event, NonFatalError):
                yield f"{event.label}: {event.info.format()}"
            if isinstance(event, ScenarioFinished) and event.status in {Status.FAILURE, Status.ERROR}:
                yield from _found(event)


def _found(event: ScenarioFinished) -> Iterator[str]:
    for checks in event.recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                told = f"{failure.title}: {failure.message}"
                yield f"{event.recorder.label} {check.name}: {told}\n{check.failure_info.code_sample}"


@contextlib.contextmanager
def served(application: Any) -> Iterator[str]:
    """Serve a WSGI application over HTTP on this machine, one call after another; give its address."""
    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)

    def run() -> None:
        try:
            server.serve_forever()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _by_hand(examples: int) -> int:
    from tests.support.roles import start_django  # noqa: PLC0415 - Django first

    start_django("/nonexistent")
    from mezhved.configuration import GatewaySettings  # noqa: PLC0415
    from mezhved.site.setup import configure, migrate  # noqa: PLC0415
    from tests.support.gateways import NUMBER, gateway_over, present_pki, write_keys  # noqa: PLC0415
    from tests.support.rest import rest_client  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_keys(folder, present_pki())
        address = str(folder / "gateway.sqlite3")
        configure(GatewaySettings(database=address))
        migrate()
        client = rest_client(gateway_over(address, folder, "http://127.0.0.1:9", threads=1))
        client.post_xml("requests", NUMBER)
        found = 0
        for found, each in enumerate(failures(client, examples), 1):  # noqa: B007
            print(each, end="\n\n")  # noqa: T201
        return found


if __name__ == "__main__":
    sys.exit(min(1, _by_hand(int(sys.argv[1]))))
