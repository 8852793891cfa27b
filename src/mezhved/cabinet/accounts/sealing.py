"""Secrets that have to be read again, kept so that the database alone tells nothing."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Callable

_NONCE: Final = 12
_PURPOSE: Final = b"mezhved.cabinet.second-factor.1"


class SealBroken(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """A sealed secret does not open: the site's secret key is another one, or the row was tampered with."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals by AES-256-GCM with a key of the site's secret; what is sealed opens for its owner alone."""

    site_secret: str
    randomness: Callable[[int], bytes]

    def seal(self, secret: bytes, owner: int) -> bytes:
        """Return the sealed secret of an owner (a number of an account)."""
        nonce = self.randomness(_NONCE)
        return nonce + AESGCM(self._key()).encrypt(nonce, secret, _name(owner))

    def open(self, sealed: bytes, owner: int) -> bytes:
        """Return the secret; raise `SealBroken`."""
        try:
            return AESGCM(self._key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], _name(owner))
        except (InvalidTag, ValueError) as error:
            raise SealBroken(
                Text(
                    ru="секрет второго фактора не читается",
                    en="the secret of the second factor does not open",
                ),
                cure=Text(
                    ru="верните прежний secret_key или сбросьте фактор (mezhved gateway account reset)",
                    en="restore the former secret_key, or reset the factor (mezhved gateway account reset)",
                ),
            ) from error

    def hash(self, code: str) -> str:
        """Return what is kept of a code of many random characters: its keyed hash."""
        return hmac.new(self._key(), code.encode(), hashlib.sha256).hexdigest()

    def _key(self) -> bytes:
        return hmac.new(self.site_secret.encode(), _PURPOSE, hashlib.sha256).digest()


def _name(owner: int) -> bytes:
    return f"account {owner}".encode()
