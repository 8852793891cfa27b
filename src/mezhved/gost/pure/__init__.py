"""The provider in pure Python: for machines without gost-engine, and a second opinion in tests."""

from __future__ import annotations

import os
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from mezhved.gost.algorithms import Digest
from mezhved.gost.provider import check_digest, signature_numbers
from mezhved.gost.pure import signing
from mezhved.gost.pure.gost94 import Gost94
from mezhved.gost.pure.streebog import Streebog

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gost.curves import Curve
    from mezhved.gost.keys import PrivateKey, PublicKey
    from mezhved.gost.provider import Octets
    from mezhved.gost.pure.points import FixedPoint

__all__ = ["PureProvider"]

# A table costs about seven verifications; it is made for keys that come again and again.
_USES_BEFORE_TABLE: Final = 4


class _KeyTables:
    """Tables of the keys that are met often, the least recently used dropped first.

    There are no locks, as no two steps on the dictionary depend on each other.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[PublicKey, int | FixedPoint] = OrderedDict()

    def get(self, key: PublicKey) -> FixedPoint | None:
        """Return the key's table once it has been met often enough."""
        entry = self._entries.get(key, 0)
        if isinstance(entry, int):
            entry = entry + 1 if entry < _USES_BEFORE_TABLE else signing.key_table(key)
            self._entries[key] = entry
        with suppress(KeyError):
            self._entries.move_to_end(key)
        while len(self._entries) > self._capacity:
            with suppress(KeyError):
                self._entries.popitem(last=False)
        return None if isinstance(entry, int) else entry


class PureProvider:
    """GOST without any library. Slower by five to two hundred times, and not in constant time.

    `randomness(n)` gives n octets that nobody can guess. At most `capacity` tables of public keys are kept.
    """

    name: Final = "pure"

    def __init__(self, *, randomness: Callable[[int], bytes] = os.urandom, capacity: int = 64) -> None:
        self._randomness = randomness
        self._tables = _KeyTables(capacity)
        self._generators: dict[tuple[int, int, int], FixedPoint] = {}

    def hasher(self, digest: Digest) -> Streebog | Gost94:
        """Begin a hash."""
        return Gost94() if digest is Digest.GOST94 else Streebog(digest.size)

    def digest(self, digest: Digest, data: Octets) -> bytes:
        """Hash the octets at once."""
        hasher = self.hasher(digest)
        hasher.update(data)
        return hasher.digest()

    def sign(self, key: PrivateKey, digest: bytes) -> bytes:
        """Sign a digest (RFC 7091 section 6.1)."""
        check_digest(key, digest)
        return signing.sign(key, digest, self._generator(key.curve), self._randomness)

    def verify(self, key: PublicKey, digest: bytes, signature: bytes) -> bool:
        """Check a signature (RFC 7091 section 6.2)."""
        numbers = signature_numbers(key, digest, signature)
        if numbers is None:
            return False
        return signing.verify(key, digest, numbers, self._generator(key.curve), self._tables.get(key))

    def public_key(self, key: PrivateKey) -> PublicKey:
        """Compute the public half, d·P."""
        return signing.public_key(key, self._generator(key.curve))

    def _generator(self, curve: Curve) -> FixedPoint:
        """Return the table of the curve's point, made once for all names of the curve."""
        numbers = (curve.p, curve.q, curve.x)
        table = self._generators.get(numbers)
        if table is None:
            table = self._generators[numbers] = signing.generator_table(curve)
        return table
