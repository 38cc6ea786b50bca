"""A private key in PKCS#8 (RFC 5958): RSA, or GOST as НУЦ РК writes it, with the layout of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from asn1crypto import core
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from signing.algorithms import GOST_2004, SUITES, GostParameters, Suite
from signing.asn1_bounds import check_identifiers
from signing.errors import KeyUnusable
from signing.gost import signature as gost
from signing.identifiers import Algorithm, Oids
from signing.public_keys import write_public_key_info

_TRIAL = b"a key that signs what its other half does not confirm is damaged"


class _PrivateKeyInfo(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [
        ("version", core.Integer),
        ("algorithm", Algorithm),
        ("private_key", core.OctetString),
        ("attributes", core.Any, {"implicit": 0, "optional": True}),
    ]


@dataclass(frozen=True)
class GostScalar:
    """The secret number of a GOST key and what it is for; KeyUnusable where the curve has no such number."""

    suite: Suite
    scalar: int = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 < self.scalar < self.parameters.curve.q:
            raise KeyUnusable("the GOST key is not a number of its curve")

    @property
    def parameters(self) -> GostParameters:
        if self.suite.gost is None:
            raise KeyUnusable("the suite is not a GOST suite")
        return self.suite.gost

    @property
    def public_key_info(self) -> bytes:
        """The DER SubjectPublicKeyInfo of the point that belongs to the number."""
        parameters = self.parameters
        point = gost.write_public_key(gost.derive_public_key(parameters.curve, self.scalar))
        return write_public_key_info(self.suite.key_oid, (parameters.curve_oid, parameters.hash_oid), point)


def read_private_key(der: bytes) -> rsa.RSAPrivateKey | GostScalar:
    """Read an unencrypted key, or raise KeyUnusable."""
    # The decoder meets hostile bytes with many kinds of exceptions; each of them means the same here.
    try:
        check_identifiers(der)
        info = _PrivateKeyInfo.load(der, strict=True)
        suites = [one for one in SUITES if one.gost and one.key_oid == info["algorithm"]["algorithm"].dotted]
        if suites:
            return _read_gost(suites[0], info["private_key"].native)
    except KeyUnusable:
        raise
    except Exception as failure:
        raise KeyUnusable("the private key is not well-formed") from failure
    return _read_rsa(der)


def write_private_key(key: rsa.RSAPrivateKey | GostScalar) -> bytes:
    """The DER of the key, in the clear."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    parameters = key.parameters
    if key.suite == GOST_2004:
        number = core.Integer(key.scalar).dump()
    else:
        number = core.OctetString(key.scalar.to_bytes(parameters.curve.size, "little")).dump()
    oids = core.Any(Oids([parameters.curve_oid, parameters.hash_oid]))
    algorithm = Algorithm({"algorithm": key.suite.key_oid, "parameters": oids})
    encoded: bytes = _PrivateKeyInfo({"version": 0, "algorithm": algorithm, "private_key": number}).dump()
    return encoded


def _read_gost(suite: Suite, number: bytes) -> GostScalar:
    """2004: an INTEGER; 2015: little-endian, as long as the curve's numbers, in an OCTET STRING or bare.

    The parameters of the key are not looked at: the certificate beside it has the same, and is compared as a whole.
    """
    if suite == GOST_2004:
        return GostScalar(suite, core.Integer.load(number, strict=True).native)
    size = GostScalar(suite, 1).parameters.curve.size
    raw = number if len(number) == size else core.OctetString.load(number, strict=True).native
    if len(raw) != size:
        raise KeyUnusable("the GOST key is not as long as the numbers of its curve")
    return GostScalar(suite, int.from_bytes(raw, "little"))


def _read_rsa(der: bytes) -> rsa.RSAPrivateKey:
    """The key, tried once: to prove its primes would take the time of a hundred signatures, at each start."""
    try:
        key = load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
        if isinstance(key, rsa.RSAPrivateKey):
            key.public_key().verify(key.sign(_TRIAL, PKCS1v15(), SHA256()), _TRIAL, PKCS1v15(), SHA256())
            return key
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature) as failure:
        raise KeyUnusable("the private key is damaged, or of a kind that is not supported") from failure
    raise KeyUnusable("the key is neither an RSA nor a GOST key")
