"""A GOST key with its certificate, and whether the library at hand may sign with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from signing.algorithms import Suite, digest
from signing.certificates import Certificate
from signing.errors import KeyUnusable
from signing.gost import signature as gost
from signing.gost.choosing import choose_backend
from signing.gost.errors import PureSigningRefused
from signing.private_keys import GostScalar

_TELLS_THE_KEY = (
    "signing with this key needs the fast GOST library (nettle), which is not there: "
    "the pure Python code is not constant-time, so the time it takes would tell the key"
)


@dataclass(frozen=True)
class GostKey:
    """KeyUnusable where the certificate is another's, or where the time of signing would give the key away.

    `allow_pure` is for keys of invented people only.
    """

    suite: Suite
    scalar: int = field(repr=False)
    certificate: Certificate
    chain: tuple[Certificate, ...] = field(default=(), repr=False)
    allow_pure: bool = False

    def __post_init__(self) -> None:
        # The whole SubjectPublicKeyInfo: the same point under another name is another algorithm.
        if self._secret.public_key_info != self.certificate.public_key_info:
            raise KeyUnusable("the certificate belongs to another key")
        if not self.allow_pure and not choose_backend().may_sign(self._secret.parameters.curve):
            raise KeyUnusable(_TELLS_THE_KEY)

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`: r and s, each little-endian."""
        curve = self._secret.parameters.curve
        try:
            return gost.sign(curve, self.scalar, digest(self.suite, data), allow_pure=self.allow_pure)
        except PureSigningRefused as failure:
            raise KeyUnusable(_TELLS_THE_KEY) from failure

    @property
    def _secret(self) -> GostScalar:
        return GostScalar(self.suite, self.scalar)
