"""Check digits of the numbers of organisations and entrepreneurs."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Final

from mezhved.infotypes.identifiers.digits import only_digits, weighted_sum

_INN_10: Final = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12: Final = ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
_OGRN_LENGTH: Final = 13
_OGRNIP_LENGTH: Final = 15
_OKPO_LENGTHS: Final = (8, 10)


def is_inn(text: str) -> bool:
    """Tell whether the text is an INN of an organisation (10 digits) or a person (12), check digits right.

    Weighted sum mod 11 mod 10 (order of the FNS of 29.06.2012 No. MMV-7-6/435@).
    """
    if not only_digits(text):
        return False
    if len(text) == len(_INN_10) + 1:
        return _inn_digit(text, _INN_10) == int(text[-1])
    if len(text) == len(_INN_12[1]) + 1:
        return all(_inn_digit(text, weights) == int(text[len(weights)]) for weights in _INN_12)
    return False


def is_ogrn(text: str) -> bool:
    """Tell whether the text is an OGRN (13 digits) or an OGRNIP (15), check digit right.

    All digits but the last, mod 11 (of an OGRNIP 13), mod 10 (order of the Ministry of Finance No. 165n).
    """
    if not only_digits(text) or len(text) not in (_OGRN_LENGTH, _OGRNIP_LENGTH):
        return False
    first = "125" if len(text) == _OGRN_LENGTH else "3"
    modulus = 11 if len(text) == _OGRN_LENGTH else 13
    return text[0] in first and int(text[:-1]) % modulus % 10 == int(text[-1])


def is_okpo(text: str) -> bool:
    """Tell whether the text is an OKPO of 8 digits (of an entrepreneur 10), check digit right.

    Weights 1 to 10 over and over, mod 11; a remainder of 10 is reckoned again with weights from 3, a second
    10 is nought (rules of classification PR 50.1.024, annex on check numbers).
    """
    if not only_digits(text) or len(text) not in _OKPO_LENGTHS:
        return False
    return cyclic_check(text[:-1]) == int(text[-1])


def cyclic_check(body: str) -> int:
    """Return the check digit by weights 1-10 over and over, then 3-10, 1, 2; a second 10 gives 0."""
    for start in (0, 2):
        weights = islice(cycle(range(1, 11)), start, None)
        remainder = weighted_sum(body, weights) % 11
        if remainder < 10:  # noqa: PLR2004 - a digit
            return remainder
    return 0


def _inn_digit(text: str, weights: tuple[int, ...]) -> int:
    return weighted_sum(text, weights) % 11 % 10
