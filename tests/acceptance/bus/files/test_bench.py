"""The measurement of large files, in a short form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.bench.files import measure_files

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_measured_and_no_process_grows_by_its_size(tmp_path: Path) -> None:
    found = measure_files(24, tmp_path, None)
    assert found["octets"] == 24_000_000
    assert all(each > 0 for each in found["mb_per_second"].values())
    assert all(each > 0 for each in found["bare_ftp_mb_per_second"].values())
    assert found["bare_hash_mb_per_second"] > 0
    assert found["memory_growth_mb"] < 16
