"""The short form of `make soak`: signed exchanges through a served bus that is killed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mezhved.bench.installation import installed
from tests.soak.exchanges import soak_exchanges

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_killed_bus_loses_nothing_and_repeats_nothing(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server = request.getfixturevalue("postgres_server") if engine == "postgres" else None

    with installed(tmp_path, postgres=server, workers=2) as installation:
        verdict = soak_exchanges(installation, kills=2, seed=11)

    assert verdict.problems == ()
    assert verdict.counts["acknowledged"] > 0
    assert verdict.counts["shares_acknowledged"] > 0
    assert verdict.counts["unanswered"] > 0
