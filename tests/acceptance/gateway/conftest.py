"""One bus for the tests of a process; a gateway over a fresh database for each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.gateway_databases import gateway_database, gateway_sqlite, postgres_gateways
from tests.support.gateways import GatewayBus, GatewayUnderTest, gateway_bus, gateway_over

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["gateway_database", "gateway_sqlite", "postgres_gateways"]


@pytest.fixture(scope="session")
def served_bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayBus]:
    """A bus in a process of its own, for all tests of this process: drain its queues after use."""
    with gateway_bus(tmp_path_factory.mktemp("gateway-bus")) as served:
        yield served


@pytest.fixture
def under_test(gateway_database: str, served_bus: GatewayBus) -> Iterator[GatewayUnderTest]:
    """A gateway with a consumer and a provider on the bus; what it leaves in the queues is drained."""
    made = gateway_over(gateway_database, served_bus.folder, served_bus.bus.address)
    yield made
    made.clock.offset = timedelta()
    made.take_requests()
    made.take_responses()
