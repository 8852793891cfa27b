"""The key that transaction codes are signed with: RSA of 2048 bits or more, MD5withRSA.

MD5 is what the codes of SMEV 3 are made with. A code proves to this bus that it issued it, nothing more:
the UUID, which nobody can choose, comes first in what is signed, so no collision can be prepared.
"""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING, Any

from mezhved.bus.errors import NotReady
from mezhved.smev3.transactions import MalformedTransactionCode, Marker, TransactionCode
from mezhved.smev3.transactions.codes import signed_octets
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from mezhved.configuration import BusSettings

LEAST_BITS = 2048
_UUID_OCTETS = 16


class TransactionKey:
    """Issues codes and knows its own."""

    def __init__(self, private: RSAPrivateKey, randomness: Callable[[int], bytes] = os.urandom) -> None:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415 - slow
        from cryptography.hazmat.primitives.hashes import MD5  # noqa: PLC0415

        self._private = private
        self._public = private.public_key()
        self._randomness = randomness
        self._method: tuple[Any, Any] = (PKCS1v15(), MD5())  # noqa: S303 - the codes' own algorithm

    def issue(self, service_code: str) -> Marker:
        """Return a new code for a service or function of the federal register (its FRGU code)."""
        made = uuid.UUID(bytes=self._randomness(_UUID_OCTETS), version=4)
        signature = self._private.sign(signed_octets(made, service_code), *self._method)
        return Marker(str(made), str(TransactionCode(made, service_code, signature)))

    def issued(self, text: str) -> bool:
        """Tell whether this key signed the code."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - slow to import

        try:
            code = TransactionCode.parse(text)
            self._public.verify(code.signature, code.signed, *self._method)
        except (MalformedTransactionCode, InvalidSignature):
            return False
        return True


def load_transaction_key(settings: BusSettings) -> TransactionKey | None:
    """Return the key of the settings, None where there is none. Raises `NotReady`."""
    if settings.transaction_key is None:
        return None
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - slow
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    where = str(settings.transaction_key)
    password = settings.transaction_key_password.encode() or None
    try:
        key = load_pem_private_key(settings.transaction_key.read_bytes(), password)
    except (OSError, ValueError, TypeError) as error:
        raise NotReady(
            Text(
                ru="ключ сервиса кодов транзакций не читается",
                en="the key of the transaction-code service does not read",
            ),
            where=where,
            cure=Text(
                ru="нужен ключ RSA в PEM: openssl genrsa -out transaction.key.pem 2048; пароль — отдельно",
                en="an RSA key in PEM is needed: openssl genrsa -out transaction.key.pem 2048; "
                "its password is given apart",
            ),
        ) from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise NotReady(
            Text(
                ru=f"ключ сервиса кодов транзакций — не RSA от {LEAST_BITS} бит",
                en=f"the key of the transaction-code service is no RSA key of {LEAST_BITS} bits or more",
            ),
            where=where,
            cure=Text(
                ru="сделайте его: openssl genrsa -out transaction.key.pem 2048",
                en="make one: openssl genrsa -out transaction.key.pem 2048",
            ),
        )
    return TransactionKey(key)
