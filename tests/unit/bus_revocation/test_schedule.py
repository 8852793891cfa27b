"""When a source is asked again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mezhved.bus.revocation.schedule import after_failure, after_success
from mezhved.bus.times import SECOND

NOW = 1_800_000_000 * SECOND
chances = st.floats(0, 1)


def test_a_source_is_asked_once_a_period_give_or_take_a_tenth() -> None:
    assert after_success(NOW, 3600, 30, 0, 0.5) == NOW + 3600 * SECOND
    assert after_success(NOW, 3600, 30, 0, 0.0) == NOW + 3240 * SECOND
    assert after_success(NOW, 3600, 30, 0, 1.0) == NOW + 3960 * SECOND


@given(chances, st.integers(61, 10**6))
def test_data_is_fetched_anew_before_it_is_stale(chance: float, term: int) -> None:
    until = NOW + term * SECOND
    assert NOW < after_success(NOW, 30 * 86400, 30, until, chance) < until


def test_data_that_is_stale_already_is_asked_for_every_five_minutes() -> None:
    assert after_success(NOW, 3600, 30, NOW - SECOND, 0.5) == NOW + 300 * SECOND
    assert after_success(NOW, 60, 30, NOW - SECOND, 0.5) == NOW + 60 * SECOND


def test_failures_put_off_twice_as_long_each_time_up_to_the_period() -> None:
    pauses = [(after_failure(NOW, each, 30, 600, 0.5) - NOW) // SECOND for each in range(1, 8)]
    assert pauses == [30, 60, 120, 240, 480, 600, 600]
    assert after_failure(NOW, 10**6, 30, 600, 0.5) == NOW + 600 * SECOND


@given(chances, st.integers(1, 100))
def test_chance_keeps_nodes_out_of_step(chance: float, failures: int) -> None:
    middle = after_failure(NOW, failures, 30, 3600, 0.5) - NOW
    assert 0.75 * middle <= after_failure(NOW, failures, 30, 3600, chance) - NOW <= 1.25 * middle
