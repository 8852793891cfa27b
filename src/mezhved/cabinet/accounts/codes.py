"""One-time codes by time (RFC 6238) and recovery codes: the rules, without a database."""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING, Final

import pyotp
import segno

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

STEP_SECONDS: Final = 30
SKEW_STEPS: Final = 1
"""How many steps a telephone's clock may be off, either way."""
SECRET_OCTETS: Final = 20
RECOVERY_CODES: Final = 10
_DIGITS: Final = 6
_RECOVERY_OCTETS: Final = 10
_GROUP: Final = 4


def step_of(moment: datetime) -> int:
    """Return the step of 30 s that a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(secret: bytes, said: str, now: datetime) -> int | None:
    """Return the step whose code was said, of the present one and its neighbours; None: of none."""
    digits = "".join(said.split())
    if len(digits) != _DIGITS or not digits.isascii():
        return None
    codes = pyotp.TOTP(base32(secret), digits=_DIGITS, interval=STEP_SECONDS)
    found = None
    for step in range(step_of(now) - SKEW_STEPS, step_of(now) + SKEW_STEPS + 1):
        # All are compared, so that the time taken tells nothing.
        if hmac.compare_digest(codes.generate_otp(step), digits):
            found = step
    return found


def base32(secret: bytes) -> str:
    """Return a secret as it is typed into an application."""
    return base64.b32encode(secret).decode().rstrip("=")


def in_groups(text: str) -> str:
    """Return letters in groups of four, as people copy them."""
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def provisioning_uri(secret: bytes, account: str, issuer: str) -> str:
    """Return the address that applications read from the picture (otpauth://)."""
    return pyotp.TOTP(base32(secret)).provisioning_uri(name=account, issuer_name=issuer)


def picture(uri: str) -> str:
    """Return the picture of an address as `data:image/svg+xml`, black on white."""
    drawn: str = segno.make(uri, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff")
    return drawn


def new_recovery_codes(randomness: Callable[[int], bytes]) -> tuple[str, ...]:
    """Make ten codes of 80 random bits each, as `ABCD-EFGH-IJKL-MNOP`."""
    made = (base64.b32encode(randomness(_RECOVERY_OCTETS)).decode() for _ in range(RECOVERY_CODES))
    return tuple(in_groups(each).replace(" ", "-") for each in made)


def plain_recovery_code(said: str) -> str:
    """Return a recovery code as it was made, however it was typed: `abcd efgh ...` is the same."""
    letters = "".join(each for each in said.upper() if each.isalnum())
    return in_groups(letters).replace(" ", "-")
