"""The table of lease factors."""

from __future__ import annotations

import pytest

from mezhved.configuration import BusSettings, SettingError


@pytest.mark.parametrize(
    ("octets", "factor"),
    [(0, 1), (104_857_599, 1), (104_857_600, 2), (524_288_000, 4), (1_073_741_824, 8), (10**12, 8)],
)
def test_larger_files_are_waited_for_longer(octets: int, factor: int) -> None:
    assert BusSettings().lease_factor(octets) == factor


def test_an_empty_table_changes_nothing() -> None:
    assert BusSettings(files_lease_table=()).lease_factor(10**12) == 1


@pytest.mark.parametrize("entry", ["", "100", "100:0", "100:1001", "-1:2", "1:2:3", "a:b", "9" * 16 + ":2"])
def test_an_entry_that_is_none_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(SettingError):
        BusSettings(files_lease_table=(entry,))
