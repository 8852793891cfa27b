"""The endpoint as a whole, over a bus with an empty database: whatever comes, it answers and knows why."""

from __future__ import annotations

import tempfile
import weakref
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from django.db import connections

from mezhved.configuration import BusSettings
from mezhved.site.setup import configure, migrate
from mezhved.smev3.versions import Version
from tests.support.exchange import BusUnderTest, Participant

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

_STATUSES = {
    HTTPStatus.OK,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.INTERNAL_SERVER_ERROR,
}


class Defect(AssertionError):  # noqa: N818 - what the log calls it
    """The bus met an error that it has no name for."""


def _told(_logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if method == "critical":
        raise Defect(f"{event}")
    return event


@cache
def bus() -> BusUnderTest:
    """A bus over a database of this process's own, whose log stands no defect."""
    folder = tempfile.TemporaryDirectory(prefix="mezhved-fuzz-")
    url = f"{folder.name}/bus.sqlite3"
    configure(BusSettings(database=url))
    migrate()
    connections.close_all()
    made = BusUnderTest(url)
    log = structlog.wrap_logger(structlog.ReturnLogger(), processors=[_told])
    object.__setattr__(made.bus, "log", log)
    weakref.finalize(made, folder.cleanup)
    return made


def endpoint(data: bytes) -> None:
    """Take the first line for the path, the second for the Content-Type, the rest for the body."""
    path, _, rest = data.partition(b"\n")
    kind, _, body = rest.partition(b"\n")
    reply = bus().http(body, path.decode("latin-1"), kind.decode("latin-1"))
    assert reply.status in _STATUSES
    assert reply.status != HTTPStatus.INTERNAL_SERVER_ERROR or reply.fault.kind is not None


def calls() -> Iterator[tuple[str, bytes]]:
    """Yield a signed call of every kind, in all versions."""
    made = bus()
    for version in Version:
        who = Participant(made, made.pki.consumer, version)
        head = f"/smev/v{version.value}/ws\ntext/xml\n".encode()
        selector = who.written(who.selector())
        yield f"send-{version.value}", head + who.request_envelope(who.request_data(node_id="n"))
        yield f"poll-{version.value}", head + who.signed_call("GetRequestRequest", selector)
        yield f"responses-{version.value}", head + who.signed_call("GetResponseRequest", selector)


def run_twice(data: bytes) -> None:
    """Call twice: the second time the first has left its traces."""
    endpoint(data)
    endpoint(data)
