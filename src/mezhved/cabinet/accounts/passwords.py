"""Passwords: those that people choose, and those that are made for them to change."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mezhved.cabinet.models import Account

TEMPORARY: Final = timedelta(days=3)
"""For how long a password that somebody else made lets in."""
_OCTETS: Final = 12
_GROUP: Final = 5


def one_time_password(randomness: Callable[[int], bytes]) -> str:
    """Make a password of 96 random bits in letters that are not taken for one another: `q7pyk-...`."""
    # Base32 has neither 0 nor 1 nor 8; o and l cannot be mistaken for them.
    letters = base64.b32encode(randomness(_OCTETS)).decode().rstrip("=").lower()
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def faults_of(password: str, account: Account) -> list[str]:
    """Return what is wrong with a password that a person chose, in the language of the visit."""
    try:
        validate_password(password, account.user)
    except ValidationError as error:
        return list(error.messages)
    return []


def set_own(account: Account, password: str) -> None:
    """Give an account the password that its person chose."""
    account.user.set_password(password)
    account.user.save(update_fields=["password"])
    account.temporary_until = None
    account.save(update_fields=["temporary_until"])


def set_temporary(account: Account, password: str, now: datetime) -> None:
    """Give an account a password that lets in for three days and has to be changed at once."""
    account.user.set_password(password)
    account.user.save(update_fields=["password"])
    account.temporary_until = now + TEMPORARY
    account.save(update_fields=["temporary_until"])
