"""The curves of Kazakhstan's GOST keys, y^2 = x^3 + ax + b (mod p), with a base point of prime order q."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Curve:
    """A curve with its base point (x, y); `size` is the length of one coordinate in bytes."""

    name: str
    p: int
    a: int
    b: int
    q: int
    x: int
    y: int
    size: int

    def holds(self, x: int, y: int) -> bool:
        """Whether (x, y) is a point of the curve; infinity has no such pair."""
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - (x * x + self.a) * x - self.b) % self.p == 0

    @property
    def has_other_orders(self) -> bool:
        """Whether some points have an order other than q: by Hasse's bound, the curve has about p points in all."""
        return self.p > 2 * self.q


# RFC 4357, 11.4: id-GostR3410-2001-CryptoPro-A-ParamSet, of 34.310-2004.
CRYPTO_PRO_A: Final = Curve(
    name="CryptoPro-A",
    p=(1 << 256) - 617,
    a=(1 << 256) - 617 - 3,
    b=166,
    q=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF6C611070995AD10045841B09B761B893,
    x=1,
    y=0x8D91E471E0989CDA27DF505A453F2B7635294F2DDF23E3B122ACC99C9E9F1E14,
    size=32,
)

# RFC 7836, A.1: id-tc26-gost-3410-12-512-paramSetA, of 34.310-2015 with 512 bits.
TC26_512_A: Final = Curve(
    name="tc26-512-A",
    p=(1 << 512) - 569,
    a=(1 << 512) - 569 - 3,
    b=int(
        "e8c2505dedfc86ddc1bd0b2b6667f1da34b82574761cb0e879bd081cfd0b6265"
        "ee3cb090f30d27614cb4574010da90dd862ef9d4ebee4761503190785a71c760",
        16,
    ),
    q=int(
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "27e69532f48d89116ff22b8d4e0560609b4b38abfad2b85dcacdb1411f10b275",
        16,
    ),
    x=3,
    y=int(
        "7503cfe87a836ae3a61b8816e25450e6ce5e1c93acf1abc1778064fdcbefa921"
        "df1626be4fd036e93d75e6a50e3a41e98028fe5fc235f5b889a589cb5215f2a4",
        16,
    ),
    size=64,
)

# RFC 7836, A.2: id-tc26-gost-3410-2012-256-paramSetA, of 34.310-2015 with 256 bits, in its Weierstrass form. The curve
# has four times as many points as the order of its base point.
TC26_256_A: Final = Curve(
    name="tc26-256-A",
    p=(1 << 256) - 617,
    a=0xC2173F1513981673AF4892C23035A27CE25E2013BF95AA33B22C656F277E7335,
    b=0x295F9BAE7428ED9CCC20E7C359A9D41A22FCCD9108E17BF7BA9337A6F8AE9513,
    q=0x400000000000000000000000000000000FD8CDDFC87B6635C115AF556C360C67,
    x=0x91E38443A5E82C0D880923425712B2BB658B9196932E02C78B2582FE742DAA28,
    y=0x32879423AB1A0375895786C4BB46E9565FDE0B5344766740AF268ADB32322E5C,
    size=32,
)
