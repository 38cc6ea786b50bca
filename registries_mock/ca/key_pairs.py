"""A key before anybody has certified it, in the two algorithms of the centre."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.algorithms import GOST_2015_512, RSA_SHA256, Suite, digest
from signing.certificates import Certificate
from signing.gost import signature as gost
from signing.keys import GostKey, RsaKey
from signing.private_keys import GostScalar, write_private_key

_RSA_BITS: Final = 2048


class KeyPair(Protocol):
    """What a certificate is made for, and what signs one."""

    @property
    def suite(self) -> Suite: ...

    @property
    def public_key_info(self) -> bytes:
        """The DER SubjectPublicKeyInfo."""
        ...

    @property
    def private_key_info(self) -> bytes:
        """PKCS#8 in the clear."""
        ...

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`."""
        ...

    def certify(self, certificate: Certificate, chain: tuple[Certificate, ...]) -> RsaKey | GostKey:
        """The key together with its certificate; KeyUnusable for the certificate of another."""
        ...


@dataclass(frozen=True)
class RsaPair:
    """An RSA key."""

    private_key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def suite(self) -> Suite:
        return RSA_SHA256

    @property
    def public_key_info(self) -> bytes:
        return self.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def private_key_info(self) -> bytes:
        return write_private_key(self.private_key)

    def sign(self, data: bytes) -> bytes:
        return self.private_key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def certify(self, certificate: Certificate, chain: tuple[Certificate, ...]) -> RsaKey:
        return RsaKey(self.private_key, certificate, chain)


@dataclass(frozen=True)
class GostPair:
    """A GOST key of an invented holder: it may sign in plain Python, whose time tells the key."""

    secret: GostScalar = field(repr=False)

    @property
    def suite(self) -> Suite:
        return self.secret.suite

    @property
    def public_key_info(self) -> bytes:
        return self.secret.public_key_info

    @property
    def private_key_info(self) -> bytes:
        return write_private_key(self.secret)

    def sign(self, data: bytes) -> bytes:
        curve = self.secret.parameters.curve
        return gost.sign(curve, self.secret.scalar, digest(self.suite, data), allow_pure=True)

    def certify(self, certificate: Certificate, chain: tuple[Certificate, ...]) -> GostKey:
        return GostKey(self.suite, self.secret.scalar, certificate, chain, allow_pure=True)


@dataclass(frozen=True)
class Algorithm:
    """One of the centre's algorithms; `suffix` is what its files are told apart by."""

    name: str
    title: str
    suffix: str
    make: Callable[[], KeyPair]


def _make_rsa() -> RsaPair:
    return RsaPair(rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS))


def _make_gost() -> GostPair:
    q = GostScalar(GOST_2015_512, 1).parameters.curve.q
    return GostPair(GostScalar(GOST_2015_512, 1 + secrets.randbelow(q - 1)))


def wrap_private_key(key: rsa.RSAPrivateKey | GostScalar) -> KeyPair:
    """The pair of a key that was read from a file."""
    return GostPair(key) if isinstance(key, GostScalar) else RsaPair(key)


RSA: Final = Algorithm("rsa", "RSA", "", _make_rsa)
GOST_2015: Final = Algorithm("gost2015", "GOST 2015", "_gost", _make_gost)
ALGORITHMS: Final = (RSA, GOST_2015)


@cache
def make_once(algorithm: str, holder: str) -> KeyPair:
    """The pair of an invented holder, one for all suites and spaces of this process, which certify it each for itself.

    To make one takes longer than the answer that it signs.
    """
    (row,) = (one for one in ALGORITHMS if one.name == algorithm)
    return row.make()
