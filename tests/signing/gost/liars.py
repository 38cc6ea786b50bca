"""Backends that lie, each in one point."""

from __future__ import annotations

from signing.gost.choosing import choose_pure
from signing.gost.curves import CRYPTO_PRO_A, TC26_512_A, Curve
from signing.gost.digests import Hash


class Liar:
    """A sound backend that also claims to sign in constant time; its children lie in one point each."""

    name = "liar"

    def digest(self, kind: Hash, data: bytes) -> bytes:
        return choose_pure().digest(kind, data)

    def knows(self, curve: Curve) -> bool:
        return curve in (CRYPTO_PRO_A, TC26_512_A)

    def may_sign(self, curve: Curve) -> bool:
        return self.knows(curve)

    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        return choose_pure().verify(curve, x, y, e, r, s)

    def sign(self, curve: Curve, d: int, e: int, k: int) -> tuple[int, int]:
        return choose_pure().sign(curve, d, e, k)


class AcceptsAll(Liar):
    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        return True


class RefusesAll(Liar):
    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        return False


class ForgetsTheKey(Liar):
    """It accepts what it has accepted once, whatever the key is."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, int, int]] = set()

    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        if super().verify(curve, x, y, e, r, s):
            self._seen.add((e, r, s))
        return (e, r, s) in self._seen


class ForgetsTheDigest(Liar):
    def __init__(self) -> None:
        self._seen: set[tuple[int, int, int, int]] = set()

    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        if super().verify(curve, x, y, e, r, s):
            self._seen.add((x, y, r, s))
        return (x, y, r, s) in self._seen


class ForgetsTheSignature(Liar):
    def __init__(self) -> None:
        self._seen: set[tuple[int, int, int]] = set()

    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        if super().verify(curve, x, y, e, r, s):
            self._seen.add((x, y, e))
        return (x, y, e) in self._seen


class AnswersInNumbers(Liar):
    """As a C function does whose 2 says something else than yes."""

    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        return super().verify(curve, x, y, e, r, s) and 2  # type: ignore[return-value]


class Fails(Liar):
    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        raise OSError("the library is not what it was")


class DigestsWrongly(Liar):
    def __init__(self, kind: Hash) -> None:
        self._kind = kind

    def digest(self, kind: Hash, data: bytes) -> bytes:
        right = super().digest(kind, data)
        return right[::-1] if kind is self._kind else right


class SignsWithAnotherNumber(Liar):
    def sign(self, curve: Curve, d: int, e: int, k: int) -> tuple[int, int]:
        return super().sign(curve, d, e, k + 1)


class SwapsTheSignature(Liar):
    def sign(self, curve: Curve, d: int, e: int, k: int) -> tuple[int, int]:
        r, s = super().sign(curve, d, e, k)
        return s, r


class KnowsOneCurve(Liar):
    def knows(self, curve: Curve) -> bool:
        return curve == TC26_512_A
