"""A gateway without a bus, for what needs keys and the database only; a token that gives signatures only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mezhved.gateway.models import SigningKey
from mezhved.gost import dump_private_key
from tests.support.gateways import gateway_over, present_pki, write_keys

if TYPE_CHECKING:
    from pathlib import Path

    from mezhved.gateway.models import InformationSystem
    from mezhved.gost import Certificate, Digest, SoftwareSigner
    from tests.support.gateways import GatewayUnderTest

NOWHERE = "http://127.0.0.1:9"


def gateway_alone(database: str, folder: Path, **settings: Any) -> GatewayUnderTest:
    """A gateway whose SMEV is nowhere."""
    write_keys(folder, present_pki())
    return gateway_over(database, folder, NOWHERE, **settings)


def keep_key(
    folder: Path, system: InformationSystem, name: str, signer: SoftwareSigner, **values: Any
) -> SigningKey:
    """Put a key into a file and its row into the database."""
    path = folder / f"{name}.key.pem"
    path.write_bytes(dump_private_key(signer.key))
    return SigningKey.objects.create(
        system=system, name=name, key_file=str(path), certificate=signer.certificate.pem, **values
    )


class Token:
    """Keys that nobody can read: each gives signatures, and that is all."""

    def __init__(self, *inside: SoftwareSigner) -> None:
        self._inside = {each.certificate.thumbprint: each for each in inside}

    def signer(self, key: SigningKey, certificate: Certificate) -> TokenKey:
        assert not key.key_file, "a token's key lies in no file"
        inside = self._inside[certificate.thumbprint]
        return TokenKey(certificate, inside.digest_algorithm, inside.sign_digest)


@dataclass(frozen=True)
class TokenKey:
    """One key of a token: certificate, digest algorithm, signatures."""

    certificate: Certificate
    digest_algorithm: Digest
    _sign: Any = field(repr=False)

    def sign_digest(self, digest: bytes) -> bytes:
        signature: bytes = self._sign(digest)
        return signature
