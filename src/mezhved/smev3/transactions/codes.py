"""A transaction code: `UUID|FRGU code|base64 of an RSA signature` (MR 3.3 section 8).

The documents name the parts, a key of 2048 bits and MD5withRSA, not the signed octets: here they are
the first two parts as they stand in the code, in UTF-8.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from mezhved.texts import MezhvedError, Text

SEPARATOR = "|"
LENGTH = 1500
"""TransactionCode has so many characters at most, by the schema of every version."""


class MalformedTransactionCode(MezhvedError):  # noqa: N818 - named by what it is, as the other refusals are
    """A text that is no `UUID|FRGU code|signature`."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                ru="код транзакции не имеет вида UUID|код ФРГУ|подпись",
                en="the transaction code is no UUID|FRGU code|signature",
            ),
            cure=Text(
                ru="получите код в сервисе кодов транзакций: mezhved smev3 transaction-code",
                en="get one from the transaction-code service: mezhved smev3 transaction-code",
            ),
        )


@dataclass(frozen=True, slots=True)
class TransactionCode:
    """The three parts of a code; `signature` is over `signed`."""

    uuid: UUID
    frgu_code: str
    signature: bytes

    @property
    def signed(self) -> bytes:
        """Return the octets that the service signs."""
        return signed_octets(self.uuid, self.frgu_code)

    def __str__(self) -> str:
        encoded = base64.b64encode(self.signature).decode("ascii")
        return SEPARATOR.join((str(self.uuid), self.frgu_code, encoded))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code; exactly what `str` writes is taken. Raises `MalformedTransactionCode`."""
        identifier, _, rest = text[: LENGTH + 1].partition(SEPARATOR)
        frgu_code, _, encoded = rest.rpartition(SEPARATOR)
        try:
            code = cls(UUID(identifier), frgu_code, base64.b64decode(encoded, validate=True))
        except (ValueError, binascii.Error):
            raise MalformedTransactionCode from None
        if not frgu_code or str(code) != text:
            raise MalformedTransactionCode
        return code


def signed_octets(uuid: UUID, frgu_code: str) -> bytes:
    """Return what a code's signature is made over."""
    return f"{uuid}{SEPARATOR}{frgu_code}".encode()
