"""The backend that is always there: plain Python, made quicker by gmpy2 where that is installed."""

from __future__ import annotations

import importlib
import secrets
from collections.abc import Callable
from functools import cache
from typing import Final, cast

from signing.gost.curves import Curve
from signing.gost.digests import Hash
from signing.gost.gost94 import digest_gost_94
from signing.gost.points import Field, Multiples
from signing.gost.streebog import digest_streebog_256, digest_streebog_512

DIGESTS: Final[dict[Hash, Callable[[bytes], bytes]]] = {
    Hash.GOST_94: digest_gost_94,
    Hash.STREEBOG_256: digest_streebog_256,
    Hash.STREEBOG_512: digest_streebog_512,
}

# Wide for the base point, whose multiples are kept; narrow for a key, whose multiples serve once.
BASE_WIDTH: Final = 9
KEY_WIDTH: Final = 5

# A multiple of q of this many bits hides what the time of a multiplication tells of a secret.
BLINDING_BITS: Final = 64


class PureBackend:
    """Arithmetic on any curve. It verifies; it signs only for tests, since its time depends on the secrets."""

    def __init__(self, name: str, number: Callable[[int], int]) -> None:
        """`number` turns an int into the kind of number to calculate with."""
        self._name = name
        self._number = number
        self._prepare = cache(self._calculate_base)

    @property
    def name(self) -> str:
        return self._name

    def digest(self, kind: Hash, data: bytes) -> bytes:
        return DIGESTS[kind](data)

    def knows(self, curve: Curve) -> bool:
        return True

    def may_sign(self, curve: Curve) -> bool:
        return False

    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        field, base = self._prepare(curve)
        inverse = pow(e, -1, curve.q)
        key = field.odd_multiples((self._number(x), self._number(y)), KEY_WIDTH)
        point = field.multiply([(s * inverse % curve.q, base), (-r * inverse % curve.q, key)])
        if not point[2]:
            return False
        [(found, _)] = field.to_affine([point])
        return int(found) % curve.q == r

    def sign(self, curve: Curve, d: int, e: int, k: int) -> tuple[int, int]:
        r = self.multiply_base(curve, k)[0] % curve.q
        return r, (r * d + k * e) % curve.q

    def multiply_base(self, curve: Curve, factor: int) -> tuple[int, int]:
        """The base point times 0 < factor < q, in affine coordinates; the factor may be a secret."""
        field, base = self._prepare(curve)
        point = field.multiply([(factor + secrets.randbits(BLINDING_BITS) * curve.q, base)])
        [(x, y)] = field.to_affine([point])
        return int(x), int(y)

    def has_order_q(self, curve: Curve, x: int, y: int) -> bool:
        """Whether q times the point of the curve is infinity."""
        field, _ = self._prepare(curve)
        point = (self._number(x), self._number(y))
        multiple = field.multiply([(curve.q, {1: point, -1: (point[0], field.p - point[1])})])
        return not multiple[2]

    def _calculate_base(self, curve: Curve) -> tuple[Field, Multiples]:
        field = Field(self._number(curve.p), self._number(curve.a))
        return field, field.odd_multiples((self._number(curve.x), self._number(curve.y)), BASE_WIDTH)


@cache
def plain_backend() -> PureBackend:
    """Python's own numbers."""
    return PureBackend("pure Python", int)


@cache
def gmpy2_backend() -> PureBackend | None:
    """The numbers of gmpy2, or None where that cannot be imported."""
    try:
        module = importlib.import_module("gmpy2")
    except ImportError:
        return None
    return PureBackend("pure Python with gmpy2", cast(Callable[[int], int], module.mpz))
