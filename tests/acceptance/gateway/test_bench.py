"""The measurement of a large file through two gateways, in a short form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mezhved.bench.gateway_files import measure_gateway_file

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_file_goes_from_rest_to_rest_and_no_process_grows_by_its_size(
    gateway_sqlite: Callable[[], str], tmp_path: Path
) -> None:
    for each in ("consumer", "provider"):
        (tmp_path / each).mkdir()
        Path(gateway_sqlite()).rename(tmp_path / each / "gateway.sqlite3")  # migrated already

    found = measure_gateway_file(24, tmp_path, None)

    assert (found["megabytes"], found["carrier"], found["hand_outs"]) == (24, "store", 1)
    assert all(each > 0 for each in found["mb_per_second"].values())
    grown = found["memory_growth_mb"]
    assert set(grown) == {"bus", "consumer_gateway", "provider_gateway", "load"}
    assert all(grown.values())
    assert max(each for part in grown.values() for each in part) < 12
