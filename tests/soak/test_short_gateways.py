"""The short form of `make soak SOAK="--level gateway"`: processes of a gateway killed under load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.bench.gateways import installed_gateway
from mezhved.bench.installation import installed
from tests.soak.exchanges import ShortLeases
from tests.soak.gateways import SETTINGS, soak_gateways

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("engine", "nodes"), [("sqlite", 1), ("postgres", 2)])
def test_a_killed_gateway_loses_nothing_and_sends_nothing_twice(
    engine: str, nodes: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server = request.getfixturevalue("postgres_server") if engine == "postgres" else None

    with (
        installed(tmp_path / "bus", postgres=None, workers=1) as made,
        installed_gateway(
            tmp_path / "gateway", ShortLeases.of(made), postgres=server, settings=SETTINGS
        ) as gateway,
        gateway.bus.serving(),
    ):
        verdict = soak_gateways(gateway, nodes=nodes, kills=1, seed=5, most=20)

    assert verdict.problems == ()
    assert verdict.counts["taken"] > 0
    assert verdict.counts["received"] == verdict.counts["accepted_by_the_bus"] > 0
