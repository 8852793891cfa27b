"""One browser and one pair of agencies for all tests of the browser; a new context for each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browsers import Cabinets, agencies_serving, browser_running, chromium_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from mezhved.demo.gateways import Gateways


@pytest.fixture(scope="package")
def agencies(
    tmp_path_factory: pytest.TempPathFactory, gateway_sqlite: Callable[[], str]
) -> Iterator[Gateways]:
    """The gateways, brought up before the browser has threads."""
    chromium_path()
    with agencies_serving(tmp_path_factory.mktemp("agencies"), Path(gateway_sqlite())) as gateways:
        yield gateways


@pytest.fixture(scope="package")
def browser(agencies: Gateways) -> Iterator[Browser]:
    """The browser, gone with these tests: beside the loop of its events Django touches no database."""
    with browser_running() as running:
        yield running


@pytest.fixture
def cabinets(browser: Browser, agencies: Gateways) -> Iterator[Cabinets]:
    """Both cabinets; in the end no page may have told of an error."""
    made = Cabinets(browser, agencies)
    yield made
    assert made.leave() == []
