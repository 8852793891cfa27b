"""Who signs and who verifies: keys with their certificates, and a cache of certificates met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from mezhved.gost.cache import BoundedCache
from mezhved.gost.certificates import Certificate

if TYPE_CHECKING:
    from mezhved.gost.algorithms import Digest
    from mezhved.gost.keys import PrivateKey
    from mezhved.gost.provider import Provider

_CACHED_OCTETS: Final = 16384


class Signer(Protocol):
    """A key with its certificate; the key may lie where no number can be read (a token, an HSM)."""

    @property
    def certificate(self) -> Certificate:
        """The certificate of the signing key."""
        ...

    @property
    def digest_algorithm(self) -> Digest:
        """The hash function whose values the key signs."""
        ...

    def sign_digest(self, digest: bytes) -> bytes:
        """Sign a digest (octets in their natural order); return s||r, each big endian."""
        ...


@dataclass(frozen=True, slots=True)
class SoftwareSigner:
    """A signer whose key lies in memory."""

    provider: Provider
    key: PrivateKey
    certificate: Certificate

    @property
    def digest_algorithm(self) -> Digest:
        """The hash function that belongs to the key's algorithm."""
        return self.key.algorithm.digest

    def sign_digest(self, digest: bytes) -> bytes:
        """Sign a digest; return s||r, each big endian."""
        return self.provider.sign(self.key, digest)


class Verifier:
    """Verifies signatures with certificates, each of which it parses once.

    One object serves many threads. The cache holds at most `capacity` certificates of at most 16 KiB each;
    larger ones are parsed every time.
    """

    def __init__(self, provider: Provider, *, capacity: int = 4096) -> None:
        self.provider = provider
        self._certificates: BoundedCache[bytes, Certificate] = BoundedCache(capacity)

    def certificate(self, der: bytes) -> Certificate:
        """Parse a certificate, or find it parsed; raise `MalformedCertificate`."""
        known = self._certificates.get(der)
        if known is not None:
            return known
        certificate = Certificate.parse(der)
        if len(der) <= _CACHED_OCTETS:
            self._certificates.put(der, certificate)
        return certificate

    def verify(self, certificate: Certificate, digest: bytes, signature: bytes) -> bool:
        """Verify a signature over a digest; raise `UnsupportedAlgorithm` when the key is none of GOST."""
        return self.provider.verify(certificate.public_key, digest, signature)
