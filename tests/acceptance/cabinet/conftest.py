"""A cabinet over a gateway over a fresh SQLite database; one bus for the tests of a process.

What differs between the engines is tested with the fixture `gateway_database` of `tests/acceptance/gateway`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from mezhved.configuration import GatewaySettings
from mezhved.site.setup import configure, use_database
from tests.support.cabinets import CabinetUnderTest, cabinet_over
from tests.support.gateway_databases import gateway_database, gateway_sqlite, postgres_gateways
from tests.support.gateway_keys import gateway_alone
from tests.support.gateways import GatewayBus, GatewayUnderTest, gateway_bus, gateway_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["gateway_database", "gateway_sqlite", "postgres_gateways"]


@pytest.fixture(scope="session")
def served_bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayBus]:
    """A bus in a process of its own, for all tests of this process: drain its queues after use."""
    with gateway_bus(tmp_path_factory.mktemp("cabinet-bus")) as served:
        yield served


@pytest.fixture
def under_test(gateway_sqlite: Callable[[], str], served_bus: GatewayBus) -> Iterator[GatewayUnderTest]:
    """A gateway with a consumer and a provider on the bus; what it leaves in the queues is drained."""
    address = gateway_sqlite()
    configure(GatewaySettings(database=address))
    use_database(address)
    made = gateway_over(address, served_bus.folder, served_bus.bus.address)
    yield made
    made.clock.offset = timedelta()
    made.take_requests()
    made.take_responses()
    connections.close_all()


@pytest.fixture
def cabinet(under_test: GatewayUnderTest) -> CabinetUnderTest:
    """The pages of that gateway."""
    return cabinet_over(under_test)


@pytest.fixture
def lone_cabinet(gateway_sqlite: Callable[[], str], tmp_path: Path) -> Iterator[CabinetUnderTest]:
    """The pages of a gateway whose SMEV is away: for what needs no exchange."""
    address = gateway_sqlite()
    configure(GatewaySettings(database=address))
    use_database(address)
    yield cabinet_over(gateway_alone(address, tmp_path))
    connections.close_all()
