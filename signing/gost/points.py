"""How points are added and multiplied, in plain Python: quick, but in a time that depends on the multipliers.

Formulas for Jacobian coordinates (x = X/Z^2, y = Y/Z^3) are of the Explicit-Formulas Database; infinity has Z = 0.
Every number may be an int or a gmpy2.mpz, so `p` and the coordinates decide which arithmetic is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Affine = tuple[int, int]
Jacobian = tuple[int, int, int]
# The odd multiples of a point by their factor, negative ones too.
Multiples = dict[int, Affine]

INFINITY: Jacobian = (1, 1, 0)


@dataclass(frozen=True)
class Field:
    """What the arithmetic of a curve needs: the modulus and the coefficient a."""

    p: int
    a: int

    def double(self, point: Jacobian) -> Jacobian:
        """Twice the point."""
        p = self.p
        x, y, z = point
        zz = z * z % p
        yy = y * y % p
        xyy = 4 * x * yy % p
        slope = 3 * (x - zz) * (x + zz) % p if self.a == p - 3 else (3 * x * x + self.a * zz * zz) % p
        doubled = (slope * slope - 2 * xyy) % p
        return doubled, (slope * (xyy - doubled) - 8 * yy * yy) % p, 2 * y * z % p

    def add(self, point: Jacobian, other: Affine) -> Jacobian:
        """The sum of a point and one in affine coordinates."""
        p = self.p
        x, y, z = point
        if not z:
            return (*other, 1)
        zz = z * z % p
        dx = (other[0] * zz - x) % p
        dy = (other[1] * zz % p * z - y) % p
        if not dx:
            # The same point, or the opposite one.
            return INFINITY if dy else self.double(point)
        square = dx * dx % p
        cube = dx * square % p
        middle = x * square % p
        sum_x = (dy * dy - cube - 2 * middle) % p
        return sum_x, (dy * (middle - sum_x) - y * cube) % p, z * dx % p

    def to_affine(self, points: list[Jacobian]) -> list[Affine]:
        """The affine coordinates of finite points, with one division for all of them (Montgomery's trick)."""
        p = self.p
        products = [1]
        for _, _, z in points:
            products.append(products[-1] * z % p)
        inverse = pow(products.pop(), -1, p)
        found: list[Affine] = []
        for (x, y, z), before in zip(reversed(points), reversed(products), strict=True):
            one = inverse * before % p
            inverse = inverse * z % p
            square = one * one % p
            found.append((x * square % p, y * square % p * one % p))
        return found[::-1]

    def odd_multiples(self, point: Affine, width: int) -> Multiples:
        """The multiples 1, 3, 5, ... below 2^(width-1), and their opposites, of a point of large order."""
        [twice] = self.to_affine([self.double((*point, 1))])
        row: list[Jacobian] = [(*point, 1)]
        for _ in range((1 << width - 2) - 1):
            row.append(self.add(row[-1], twice))
        multiples: Multiples = {}
        for factor, (x, y) in zip(range(1, 1 << width - 1, 2), self.to_affine(row), strict=True):
            multiples[factor] = (x, y)
            multiples[-factor] = (x, self.p - y)
        return multiples

    def multiply(self, terms: Iterable[tuple[int, Multiples]]) -> Jacobian:
        """The sum of points times their multipliers, with one row of doublings for all (Straus, Shamir)."""
        additions: dict[int, list[Affine]] = {}
        for multiplier, multiples in terms:
            for place, digit in recode(multiplier, max(multiples)):
                additions.setdefault(place, []).append(multiples[digit])
        result = INFINITY
        for place in range(max(additions, default=-1), -1, -1):
            result = self.double(result)
            for point in additions.get(place, ()):
                result = self.add(result, point)
        return result


def recode(number: int, limit: int) -> Iterator[tuple[int, int]]:
    """The number as a sum of odd digits, from -limit to limit = 2^w - 1, times powers of two; few digits (wNAF)."""
    place, span = 0, 2 * (limit + 1)
    while number:
        zeros = (number & -number).bit_length() - 1
        number >>= zeros
        place += zeros
        digit = number % span
        if digit > limit:
            digit -= span
        yield place, digit
        number -= digit
