"""Signing and verifying by GOST R 34.10 (RFC 7091 section 6), in pure Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.gost.keys import PublicKey, random_number
from mezhved.gost.pure.points import INFINITY, FixedPoint, Jacobian, multiple, to_affine

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gost.curves import Curve
    from mezhved.gost.keys import PrivateKey

_GENERATOR_WIDTH: Final = 8
_KEY_WIDTH: Final = 5


def _hash_number(digest: bytes, q: int) -> int:
    """Return e: the digest as a little-endian number modulo q, and 1 in place of 0 (section 6.1 step 2)."""
    return int.from_bytes(digest, "little") % q or 1


def generator_table(curve: Curve) -> FixedPoint:
    """Make the table for multiples of the curve's point (30 to 150 ms, 1 to 2 MB)."""
    return FixedPoint(curve, (curve.x, curve.y), _GENERATOR_WIDTH)


def key_table(key: PublicKey) -> FixedPoint:
    """Make the table for multiples of a key's point (5 to 20 ms, 0.2 to 0.5 MB)."""
    return FixedPoint(key.curve, (key.x, key.y), _KEY_WIDTH)


def public_key(key: PrivateKey, generator: FixedPoint) -> PublicKey:
    """Compute d·P."""
    x, y = to_affine(key.curve, [generator.plus_multiple(INFINITY, key.value)])[0]
    return PublicKey(key.algorithm, key.curve, x, y)


def sign(key: PrivateKey, digest: bytes, generator: FixedPoint, randomness: Callable[[int], bytes]) -> bytes:
    """Sign a digest; a fresh secret number is drawn for each signature."""
    curve = key.curve
    q, size = curve.q, curve.size
    e = _hash_number(digest, q)
    while True:
        k = random_number(q, size, randomness)
        x, _ = to_affine(curve, [generator.plus_multiple(INFINITY, k)])[0]
        r = x % q
        s = (r * key.value + k * e) % q
        if r and s:
            return s.to_bytes(size) + r.to_bytes(size)


def verify(
    key: PublicKey,
    digest: bytes,
    numbers: tuple[int, int],
    generator: FixedPoint,
    table: FixedPoint | None,
) -> bool:
    """Check a signature whose numbers (s, r) are in range; quicker with the key's own table."""
    s, r = numbers
    curve = key.curve
    p, q = curve.p, curve.q
    v = pow(_hash_number(digest, q), -1, q)
    of_key = -r * v % q
    total = (
        multiple(curve, (key.x, key.y), of_key) if table is None else table.plus_multiple(INFINITY, of_key)
    )
    return _has_x(generator.plus_multiple(total, s * v % q), r, p, q)


def _has_x(point: Jacobian, r: int, p: int, q: int) -> bool:
    """Tell whether the point's x modulo q is r, without an inversion."""
    x, _, z = point
    if not z:
        return False
    square = z * z % p
    return any((x - candidate * square) % p == 0 for candidate in range(r, p, q))
