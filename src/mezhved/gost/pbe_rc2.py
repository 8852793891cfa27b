"""The schemes of PKCS#12 with RC2 (RFC 7292 appendices B and C): Windows seals certificates by them.

OpenSSL 3 has RC2 in a module of its own, which many machines lack, so it is done here.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from mezhved.gost.errors import WrongPassword
from mezhved.gost.pure import rc2
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_OCTETS: Final[Mapping[str, int]] = {
    "1.2.840.113549.1.12.1.5": 16,  # pbeWithSHAAnd128BitRC2-CBC
    "1.2.840.113549.1.12.1.6": 5,  # pbeWithSHAAnd40BitRC2-CBC
}
"""How long the keys of the schemes are."""

_KEY: Final = 1
_VECTOR: Final = 2
_HASH_BLOCK: Final = 64
_HASH: Final = 20


def decrypt(scheme: str, salt: bytes, iterations: int, sealed: bytes, password: bytes) -> bytes:
    """Open what a scheme of `KEY_OCTETS` sealed (password in UTF-8). Raises `WrongPassword`."""
    try:
        secret = password.decode().encode("utf-16-be") + b"\0\0"
    except UnicodeDecodeError:
        raise _wrong_password() from None
    key = _derived(_KEY, secret, salt, iterations)[: KEY_OCTETS[scheme]]
    vector = _derived(_VECTOR, secret, salt, iterations)[: rc2.BLOCK]
    if not sealed or len(sealed) % rc2.BLOCK:
        raise _wrong_password()
    plain = rc2.decrypt_chained(key, vector, sealed)
    padding = plain[-1]
    if not 0 < padding <= rc2.BLOCK or plain[-padding:] != bytes((padding,)) * padding:
        raise _wrong_password()
    return plain[:-padding]


def _derived(purpose: int, secret: bytes, salt: bytes, iterations: int) -> bytes:
    """Derive 20 octets by SHA-1 (RFC 7292 appendix B.2); the schemes here need no more."""
    state = bytes((purpose,)) * _HASH_BLOCK + _filled(salt) + _filled(secret)
    for _ in range(iterations):
        state = hashlib.sha1(state, usedforsecurity=False).digest()
    return state[:_HASH]


def _filled(octets: bytes) -> bytes:
    """Repeat octets to whole blocks of the hash."""
    size = -(-len(octets) // _HASH_BLOCK) * _HASH_BLOCK
    return (octets * (size // max(len(octets), 1) + 1))[:size]


def _wrong_password() -> WrongPassword:
    return WrongPassword(Text(ru="пароль не подходит к ключу", en="the password does not open the key"))
