"""A database that is away is no defect of the bus."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import structlog
from django.db import OperationalError

from mezhved.bus.endpoint.application import Application
from mezhved.registry import SnapshotSource

if TYPE_CHECKING:
    from tests.support.exchange import BusUnderTest


def away() -> NoReturn:
    raise OperationalError


def test_a_registry_that_cannot_be_read_is_told_as_storage_unavailable(under_test: BusUnderTest) -> None:
    registry = SnapshotSource(away, away, lambda: 0.0, interval=-1.0)
    under_test.application = Application(replace(under_test.bus, registry=registry), None)
    with structlog.testing.capture_logs() as told:
        reply = under_test.consumer.send_request()
        assert under_test.http(b"", "/metrics", method="GET").status == 503
    assert (reply.status, reply.fault.description.split(":")[0]) == (500, "SMEV-60")
    assert [each["event"] for each in told] == ["storage_unavailable", "call", "storage_unavailable"]
