"""What every cryptographic library must do for this room, and the choice among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, Self

from mezhved.gost.errors import MalformedDigest, ProviderUnavailable
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gost.algorithms import Digest
    from mezhved.gost.keys import PrivateKey, PublicKey

Octets = bytes | bytearray | memoryview
ProviderName = Literal["auto", "openssl", "pure"]


class Hasher(Protocol):
    """A hash in the making; one thread at a time."""

    def update(self, data: Octets, /) -> None:
        """Take more octets."""

    def digest(self) -> bytes:
        """Return the hash of what was taken so far; more may be taken afterwards."""

    def copy(self) -> Self:
        """Return an independent hasher in the same state."""


class Provider(Protocol):
    """GOST primitives; safe to share between threads and to use on both sides of a fork.

    Digests are octets in natural order, as they stand in XML and CMS; signatures are s||r, each big endian.
    """

    @property
    def name(self) -> str:
        """Return the name that `load_provider` knows."""

    def hasher(self, digest: Digest) -> Hasher:
        """Begin a hash."""

    def digest(self, digest: Digest, data: Octets) -> bytes:
        """Hash the octets at once."""

    def sign(self, key: PrivateKey, digest: bytes) -> bytes:
        """Sign a digest (RFC 7091 section 6.1); `MalformedDigest` when its length is not the key's."""

    def verify(self, key: PublicKey, digest: bytes, signature: bytes) -> bool:
        """Check a signature (RFC 7091 section 6.2); wrong lengths and ranges are False."""

    def public_key(self, key: PrivateKey) -> PublicKey:
        """Compute the public half, d·P."""


def load_provider(name: ProviderName = "auto") -> Provider:
    """Return a provider: `auto` is OpenSSL with gost-engine, else the pure one.

    `ProviderUnavailable` when the one that was named cannot work here.
    """
    # Each provider is imported when asked for: the pure one costs its tables, the other a shared library.
    if name in {"auto", "openssl"}:
        from mezhved.gost.openssl import OpenSslProvider  # noqa: PLC0415

        try:
            return OpenSslProvider()
        except ProviderUnavailable:
            if name == "openssl":
                raise
    if name in {"auto", "pure"}:
        from mezhved.gost.pure import PureProvider  # noqa: PLC0415

        return PureProvider()
    raise ProviderUnavailable(
        Text(
            ru=f"нет криптопровайдера «{name}»; есть auto, openssl, pure",
            en=f'no cryptographic provider "{name}"; there are auto, openssl, pure',
        )
    )


def check_digest(key: PrivateKey, digest: bytes) -> None:
    """Refuse to sign what has not the length of the key's digest."""
    size = key.algorithm.digest.size
    if len(digest) != size:
        raise MalformedDigest(
            Text(
                ru=f"хэш длиной {len(digest)} байт, а ключ подписывает {size}",
                en=f"a digest of {len(digest)} octets, while the key signs {size}",
            )
        )


def signature_numbers(key: PublicKey, digest: bytes, signature: bytes) -> tuple[int, int] | None:
    """Return (s, r) when lengths and ranges are right (RFC 7091 section 6.2 step 1), else None."""
    size = key.algorithm.size
    if len(signature) != 2 * size or len(digest) != key.algorithm.digest.size:
        return None
    q = key.curve.q
    s = int.from_bytes(signature[:size])
    r = int.from_bytes(signature[size:])
    return (s, r) if 0 < s < q and 0 < r < q else None
