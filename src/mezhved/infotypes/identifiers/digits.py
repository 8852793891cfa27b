"""Arithmetic that the check digits share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def only_digits(text: str) -> bool:
    """Tell whether the text is made of the digits 0-9 alone, one at least."""
    return text.isascii() and text.isdigit()


def weighted_sum(text: str, weights: Iterable[int]) -> int:
    """Return the sum of the digits by their weights; the shorter of the two ends it."""
    return sum(int(digit) * weight for digit, weight in zip(text, weights, strict=False))
