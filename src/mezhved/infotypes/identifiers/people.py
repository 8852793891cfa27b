"""Check digits of the numbers of people."""

from __future__ import annotations

from typing import Final

from mezhved.infotypes.identifiers.digits import only_digits, weighted_sum

_SNILS_LENGTH: Final = 11
_SNILS_UNCHECKED: Final = 1_001_998


def is_snils(text: str) -> bool:
    """Tell whether the text is an 11-digit SNILS, check digits right where its number has them.

    The sum of the nine digits by weights 9 to 1, mod 101 mod 100; numbers up to 001-001-998 have no check
    digits (order of the Pension Fund No. 192p).
    """
    if not only_digits(text) or len(text) != _SNILS_LENGTH:
        return False
    total = weighted_sum(text, range(9, 0, -1))
    return int(text[:9]) <= _SNILS_UNCHECKED or total % 101 % 100 == int(text[9:])
