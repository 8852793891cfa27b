"""Check digits of INN and OGRN."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezhved.registry.identifiers import is_inn, is_ogrn


@pytest.mark.parametrize(
    "number",
    ["7707083893", "7736050003", "1111111117", "6449013711", "500100732259", "123456789047", "635277570478"],
)
def test_a_right_inn_is_accepted(number: str) -> None:
    assert is_inn(number)


@pytest.mark.parametrize(
    "number",
    ["1111111111", "1234567895", "100000000000", "635277570473", "", "77070838", "770708389O", "٧٧٠٧٠٨٣٨٩٣"],
)
def test_a_wrong_inn_is_refused(number: str) -> None:
    assert not is_inn(number)


@pytest.mark.parametrize("number", ["1027700132195", "304500116000157", "1027700000019"])
def test_a_right_ogrn_is_accepted(number: str) -> None:
    assert is_ogrn(number)


@pytest.mark.parametrize(
    "number", ["1027700280938", "304500116000154", "", "102770013219", "9027700132195", "10277001321 5"]
)
def test_a_wrong_ogrn_is_refused(number: str) -> None:
    assert not is_ogrn(number)


@given(st.sampled_from(["7707083893", "6449013711"]), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_of_an_inn_is_mostly_seen(number: str, place: int, shift: int) -> None:
    digit = (int(number[place]) + shift) % 10
    changed = number[:place] + str(digit) + number[place + 1 :]
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    total = sum(int(each) * weight for each, weight in zip(changed, weights, strict=False))

    assert is_inn(changed) == (total % 11 % 10 == int(changed[9]))
