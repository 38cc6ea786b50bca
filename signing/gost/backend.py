"""What a backend does: the arithmetic under GOST signatures, on numbers already checked."""

from __future__ import annotations

from typing import Protocol

from signing.gost.curves import Curve
from signing.gost.digests import Hash


class Backend(Protocol):
    """Curve arithmetic and hashes; the layout of bytes and the checks of ranges are in signature.py."""

    @property
    def name(self) -> str:
        """How logs call it: "nettle", "pure Python" or "pure Python with gmpy2"."""
        ...

    def digest(self, kind: Hash, data: bytes) -> bytes:
        """The digest of `data`: 32 or 64 bytes."""
        ...

    def knows(self, curve: Curve) -> bool:
        """Whether it calculates on this curve."""
        ...

    def may_sign(self, curve: Curve) -> bool:
        """Whether its time of signing on this curve tells nothing of the key."""
        ...

    def verify(self, curve: Curve, x: int, y: int, e: int, r: int, s: int) -> bool:
        """Whether (r, s) signs e for the key (x, y): a point on the curve, with 0 < e, r, s < q."""
        ...

    def sign(self, curve: Curve, d: int, e: int, k: int) -> tuple[int, int]:
        """The pair (r, s) for 0 < d, e, k < q. Where one of them is 0, this k is of no use: take another."""
        ...
