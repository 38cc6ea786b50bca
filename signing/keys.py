"""A key that signs: the private half, its certificate and the authorities above it, from PKCS#12 or PEM."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)

from signing.algorithms import MIN_RSA_BITS, RSA_SHA256, Suite
from signing.certificates import Certificate, read_certificate
from signing.errors import CertificateUnreadable, KeyUnusable


@dataclass(frozen=True)
class SigningKey:
    """What signing needs of a key: `certificate`, `chain`, `suite` and `sign`; a remote key has the same four."""

    private_key: rsa.RSAPrivateKey = field(repr=False)
    certificate: Certificate
    chain: tuple[Certificate, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.private_key.key_size < MIN_RSA_BITS:
            raise KeyUnusable(f"the RSA key has fewer than {MIN_RSA_BITS} bits")
        own = self.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if own != self.certificate.public_key_info:
            raise KeyUnusable("the certificate belongs to another key")

    @property
    def suite(self) -> Suite:
        return RSA_SHA256

    def sign(self, data: bytes) -> bytes:
        """The raw signature over `data`: PKCS#1 v1.5 with SHA-256."""
        return self.private_key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def load_p12(data: bytes, password: str) -> SigningKey:
    """Open a PKCS#12 file, or raise KeyUnusable; the text never says more about the file than what is wrong."""
    try:
        bag = pkcs12.load_pkcs12(data, password.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as failure:
        raise KeyUnusable("the PKCS#12 file cannot be opened: wrong password, damaged, or unsupported") from failure
    if bag.key is None or bag.cert is None:
        raise KeyUnusable("the PKCS#12 file does not hold a key with its certificate")
    certificates = [bag.cert, *bag.additional_certs]
    return _holder(bag.key, [one.certificate.public_bytes(Encoding.DER) for one in certificates])


def load_pem(private_key: bytes, certificate: bytes, password: str | None = None) -> SigningKey:
    """A key and its certificate from two PEM texts, or KeyUnusable."""
    try:
        key = load_pem_private_key(private_key, None if password is None else password.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as failure:
        raise KeyUnusable("the PEM key cannot be opened: wrong password, damaged, or unsupported") from failure
    return _holder(key, [certificate])


def _holder(key: object, certificates: list[bytes]) -> SigningKey:
    if not isinstance(key, rsa.RSAPrivateKey):
        raise KeyUnusable("the key is not an RSA key")
    try:
        leaf, *chain = [read_certificate(one) for one in certificates]
    except CertificateUnreadable as failure:
        raise KeyUnusable("a certificate beside the key cannot be read") from failure
    return SigningKey(key, leaf, tuple(chain))
