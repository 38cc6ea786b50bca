"""GOST signatures in the bytes of Kazakhstan's certificates: keys read and written, signatures verified and made."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from signing.gost.backend import Backend
from signing.gost.choosing import choose_backend, choose_pure
from signing.gost.curves import Curve
from signing.gost.digests import Hash
from signing.gost.errors import PureSigningRefused
from signing.gost.layout import join_pair, reduce_digest, split_pair

# The chance that one k is of no use is 2^-255; more than a few in a row mean that `new_k` gives no chance.
TRIES: Final = 8


@dataclass(frozen=True)
class PublicKey:
    """A point of order q on the curve; ValueError for anything else."""

    curve: Curve
    x: int
    y: int

    def __post_init__(self) -> None:
        if not self.curve.holds(self.x, self.y):
            raise ValueError(f"the public key is no point of {self.curve.name}")
        if self.curve.has_other_orders and not choose_pure().has_order_q(self.curve, self.x, self.y):
            raise ValueError(f"the public key is outside the group of {self.curve.name}")


def read_public_key(curve: Curve, data: bytes) -> PublicKey:
    """The key in the octets of a certificate, x||y; ValueError for a wrong length or no such point."""
    return PublicKey(curve, *split_pair(curve, data))


def write_public_key(key: PublicKey) -> bytes:
    """The octets that a certificate has for the key."""
    return join_pair(key.curve, key.x, key.y)


def derive_public_key(curve: Curve, d: int) -> PublicKey:
    """The key that belongs to the secret 0 < d < q; ValueError for another d.

    Plain Python calculates it, with the secret blinded: it is meant for the moment when a key file is opened.
    """
    _check_secret(curve, d)
    return PublicKey(curve, *choose_pure().multiply_base(curve, d))


def verify(key: PublicKey, digest: bytes, signature: bytes, backend: Backend | None = None) -> bool:
    """Whether the signature r||s over the digest was made with the key; False for bytes of a wrong length or range."""
    curve = key.curve
    try:
        r, s = split_pair(curve, signature)
        e = reduce_digest(curve, digest)
    except ValueError:
        return False
    if not (0 < r < curve.q and 0 < s < curve.q):
        return False
    return _fit(curve, backend).verify(curve, key.x, key.y, e, r, s)


def draw_k(q: int) -> int:
    """A number from 1 to q - 1, each as likely as the others and known to nobody."""
    return secrets.randbelow(q - 1) + 1


def sign(
    curve: Curve,
    d: int,
    digest: bytes,
    *,
    new_k: Callable[[int], int] = draw_k,
    backend: Backend | None = None,
    allow_pure: bool = False,
) -> bytes:
    """The signature r||s over the digest with the secret d.

    `new_k` draws a number from 1 to q - 1 for a given q. PureSigningRefused where the backend's time would tell of the
    secret and `allow_pure` does not say that this is fine; ValueError for a secret or a k out of range, or a digest of
    another length than the curve's numbers.
    """
    _check_secret(curve, d)
    e = reduce_digest(curve, digest)
    fitting = _fit(curve, backend)
    if not (allow_pure or fitting.may_sign(curve)):
        raise PureSigningRefused(f"{fitting.name} does not sign on {curve.name} in constant time")
    for _ in range(TRIES):
        k = new_k(curve.q)
        _check_secret(curve, k)
        r, s = fitting.sign(curve, d, e, k)
        if r and s:
            return join_pair(curve, r, s)
    raise ValueError("none of the numbers k gave a signature")


def compute_digest(kind: Hash, data: bytes, backend: Backend | None = None) -> bytes:
    """The digest of the data, 32 or 64 bytes, in the order in which documents carry it."""
    return (backend or choose_backend()).digest(kind, data)


def _fit(curve: Curve, backend: Backend | None) -> Backend:
    """The wished or chosen backend; plain Python for a curve that it does not know."""
    wished = backend or choose_backend()
    return wished if wished.knows(curve) else choose_pure()


def _check_secret(curve: Curve, number: int) -> None:
    if not 0 < number < curve.q:
        # Without the number: this text may reach a log.
        raise ValueError(f"a secret number is out of range for {curve.name}")
