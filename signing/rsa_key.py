"""An RSA key with its certificate: it signs by PKCS#1 v1.5 with SHA-256."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.algorithms import MIN_RSA_BITS, RSA_SHA256, Suite
from signing.certificates import Certificate
from signing.errors import KeyUnusable


@dataclass(frozen=True)
class RsaKey:
    """KeyUnusable where the key is too short or the certificate is another's."""

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
        """The raw signature over `data`."""
        return self.private_key.sign(data, padding.PKCS1v15(), hashes.SHA256())
