"""Check digits of the numbers of organisations and people."""

from __future__ import annotations

from typing import Final

_INN_10: Final = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12: Final = ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
_OGRN_LENGTH: Final = 13
_OGRNIP_LENGTH: Final = 15
_SNILS_LENGTH: Final = 11
_SNILS_UNCHECKED: Final = 1_001_998


def is_inn(text: str) -> bool:
    """Tell whether the text is an INN of an organisation (10 digits) or a person (12), check digits right.

    Weighted sum mod 11 mod 10 (order of the FNS of 29.06.2012 No. MMV-7-6/435@).
    """
    if not _digits(text):
        return False
    if len(text) == len(_INN_10) + 1:
        return _weighted(text, _INN_10) == int(text[-1])
    if len(text) == len(_INN_12[1]) + 1:
        return all(_weighted(text, weights) == int(text[len(weights)]) for weights in _INN_12)
    return False


def is_ogrn(text: str) -> bool:
    """Tell whether the text is an OGRN (13 digits) or an OGRNIP (15), check digit right.

    All digits but the last, mod 11 (of an OGRNIP 13), mod 10 (order of the Ministry of Finance No. 165n).
    """
    if not _digits(text) or len(text) not in (_OGRN_LENGTH, _OGRNIP_LENGTH):
        return False
    first = "125" if len(text) == _OGRN_LENGTH else "3"
    modulus = 11 if len(text) == _OGRN_LENGTH else 13
    return text[0] in first and int(text[:-1]) % modulus % 10 == int(text[-1])


def is_snils(text: str) -> bool:
    """Tell whether the text is an 11-digit SNILS, check digits right where its number has them.

    The sum of the nine digits by weights 9 to 1, mod 101 mod 100; numbers up to 001-001-998 have no check
    digits (order of the Pension Fund No. 192p).
    """
    if not _digits(text) or len(text) != _SNILS_LENGTH:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, range(9, 0, -1), strict=False))
    return int(text[:9]) <= _SNILS_UNCHECKED or total % 101 % 100 == int(text[9:])


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _weighted(text: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(text, weights, strict=False)) % 11 % 10
