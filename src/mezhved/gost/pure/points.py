"""Points of an elliptic curve in Jacobian coordinates, and multiples of a fixed point from a table.

Not in constant time: Python's integers are not. Where signing times can be measured from outside, use a
provider whose library takes care of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mezhved.gost.curves import Curve

Jacobian = tuple[int, int, int]
Affine = tuple[int, int]

INFINITY: Final[Jacobian] = (1, 1, 0)


def double(curve: Curve, point: Jacobian, times: int = 1) -> Jacobian:
    """Return 2^times·point."""
    p, a = curve.p, curve.a
    minus_three = a == p - 3
    x, y, z = point
    for _ in range(times):
        zz = z * z % p
        slope = (3 * (x - zz) * (x + zz) if minus_three else 3 * x * x + a * zz * zz) % p
        z = 2 * y * z % p
        yy = y * y % p
        s = 4 * x * yy % p
        x = (slope * slope - 2 * s) % p
        y = (slope * (s - x) - 8 * yy * yy) % p
    return x, y, z


def add(curve: Curve, point: Jacobian, other: Affine) -> Jacobian:
    """Return the sum of a point and one given by its affine coordinates."""
    p = curve.p
    x1, y1, z1 = point
    x2, y2 = other
    if not z1:
        return x2, y2, 1
    zz = z1 * z1 % p
    h = (x2 * zz - x1) % p
    r = (y2 * z1 * zz - y1) % p
    if not h:
        return INFINITY if r else double(curve, point)
    hh = h * h % p
    v = x1 * hh % p
    hhh = h * hh % p
    x3 = (r * r - hhh - 2 * v) % p
    return x3, (r * (v - x3) - y1 * hhh) % p, z1 * h % p


def to_affine(curve: Curve, points: Iterable[Jacobian]) -> list[Affine]:
    """Return the affine coordinates of points, none of them infinite, at the price of one inversion."""
    p = curve.p
    points = list(points)
    products = [1]
    for _, _, z in points:
        products.append(products[-1] * z % p)
    inverse = pow(products.pop(), -1, p)
    affine = []
    for (x, y, z), product in zip(reversed(points), reversed(products), strict=True):
        own = inverse * product % p
        inverse = inverse * z % p
        square = own * own % p
        affine.append((x * square % p, y * square * own % p))
    affine.reverse()
    return affine


class FixedPoint:
    """A point whose multiples are summed from a table of 1..2^(width-1) times each power of 2^width."""

    __slots__ = ("_curve", "_rows", "_width")

    def __init__(self, curve: Curve, point: Affine, width: int) -> None:
        self._curve = curve
        self._width = width
        self._rows = self._table(point, curve.q.bit_length() // width + 1)

    def _table(self, point: Affine, count: int) -> list[list[Affine]]:
        curve = self._curve
        half = 1 << self._width - 1
        rows: list[list[Affine]] = []
        for _ in range(count):
            row: list[Jacobian] = [(*point, 1)]
            for _ in range(half - 1):
                row.append(add(curve, row[-1], point))
            # The next row begins with 2^width times the first of this one.
            *affine, point = to_affine(curve, [*row, double(curve, row[-1])])
            rows.append(affine)
        return rows

    def plus_multiple(self, start: Jacobian, number: int) -> Jacobian:
        """Return start + number·point, 0 <= number < q."""
        curve, width = self._curve, self._width
        p = curve.p
        full = 1 << width
        half = full >> 1
        mask = full - 1
        total = start
        for row in self._rows:
            digit = number & mask
            number >>= width
            if digit > half:
                number += 1
                x, y = row[full - digit - 1]
                total = add(curve, total, (x, p - y))
            elif digit:
                total = add(curve, total, row[digit - 1])
        return total


def multiple(curve: Curve, point: Affine, number: int, width: int = 5) -> Jacobian:
    """Return number·point without a table, 0 <= number (non-adjacent form of that width)."""
    p = curve.p
    twice = to_affine(curve, [double(curve, (*point, 1))])[0]
    row: list[Jacobian] = [(*point, 1)]
    for _ in range((1 << width - 2) - 1):
        row.append(add(curve, row[-1], twice))
    odd = to_affine(curve, row)
    total = INFINITY
    for digit, zeros in reversed(_non_adjacent(number, width)):
        x, y = odd[abs(digit) >> 1]
        total = double(curve, add(curve, total, (x, y if digit > 0 else p - y)), zeros)
    return total


def _non_adjacent(number: int, width: int) -> list[tuple[int, int]]:
    """Return the odd signed digits, the lowest first, each with the zeros below it down to the one before."""
    digits: list[tuple[int, int]] = []
    full = 1 << width
    while number:
        zeros = (number & -number).bit_length() - 1
        number >>= zeros
        digit = number & full - 1
        if digit > full >> 1:
            digit -= full
        number -= digit
        digits.append((digit, zeros))
    return digits
