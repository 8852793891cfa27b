"""Check digits of the numbers of payments and accounts."""

from __future__ import annotations

from itertools import cycle
from typing import Final

from mezhved.infotypes.identifiers.digits import only_digits, weighted_sum
from mezhved.infotypes.identifiers.organisations import cyclic_check

_BIK_LENGTH: Final = 9
_ACCOUNT_LENGTH: Final = 20
_UIN_HEADS: Final = {20: 3, 25: 8}
"""How many digits tell who charges, by the length of the UIN."""
_CORRESPONDENT: Final = "301"


def is_account(account: str, bik: str) -> bool:
    """Tell whether a 20-digit account belongs to the bank of the BIK, check digit right.

    Three digits of the bank before the account, weights 7, 1, 3 over and over, mod 10 nought; a correspondent
    account in the Bank of Russia is reckoned with "0" and the fifth and sixth digits of the BIK, any other
    with the last three (rules of the Bank of Russia No. 515 of 08.09.1997).
    """
    if not only_digits(account + bik) or len(account) != _ACCOUNT_LENGTH or len(bik) != _BIK_LENGTH:
        return False
    bank = "0" + bik[4:6] if account.startswith(_CORRESPONDENT) else bik[-3:]
    return weighted_sum(bank + account, cycle((7, 1, 3))) % 10 == 0


def is_uin(text: str) -> bool:
    """Tell whether the text is a UIN of 20 or 25 digits, check digit right.

    Weights as in `cyclic_check`; the digits between who charges and the check digit, the fourth to the
    nineteenth or the ninth to the twenty-fourth, are not all equal (GIS GMP formats 2.x, section 5.2.3).
    """
    if not only_digits(text) or len(text) not in _UIN_HEADS:
        return False
    own = text[_UIN_HEADS[len(text)] : -1]
    return len(set(own)) > 1 and cyclic_check(text[:-1]) == int(text[-1])
